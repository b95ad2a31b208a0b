import { type CauseScene, DAY, HOUR } from './cause-scene.ts';
import { PERIOD_SECONDS } from './watched-fleet.ts';

/** How a cause comes about in the fakes, and how somebody mends it. */
interface Happening {
  /** How the integrations log in. @default soap */
  readonly login?: 'oauth-password';
  /** What was before. */
  readonly before?: (scene: CauseScene) => Promise<void>;
  readonly happens: (scene: CauseScene) => Promise<void> | void;
  /** The look that is to see it comes so many seconds later; 0 where it was told without one. */
  readonly lookAfterSeconds: number;
  readonly mend?: (scene: CauseScene) => void;
}

const CLIENT = { sourceIp: '203.0.113.7', application: 'DataLoader' } as const;

/** A swap whose grace is over. */
async function afterSwap(scene: CauseScene): Promise<void> {
  await scene.rotateToTheEnd();
  await scene.later(HOUR);
}

/** A client tries what it has kept. */
function oldClient({ org, liveUsername }: CauseScene): void {
  org.clientLogsIn(liveUsername, 'kept-Passw0rd', CLIENT);
}

const changes = (scene: CauseScene) => scene.changePassword();

function sets<Flags extends object>(
  target: (scene: CauseScene) => Flags,
  on: Partial<Flags>,
  off: Partial<Flags>,
) {
  return {
    happens: (scene: CauseScene) => void Object.assign(target(scene), on),
    mend: (scene: CauseScene) => void Object.assign(target(scene), off),
  };
}

const ofUser = ({ user }: CauseScene) => user;
const ofOrg = ({ org }: CauseScene) => org;
const BY_RECORDS = { lookAfterSeconds: PERIOD_SECONDS } as const;
const BY_HEARTBEAT = { lookAfterSeconds: DAY } as const;
const AT_ONCE = { lookAfterSeconds: 0 } as const;

export const HAPPENINGS = {
  'the password was changed by somebody else': { happens: changes, ...BY_RECORDS },
  'the same, while somebody is invited to start': {
    before: (scene) => scene.rotate(),
    happens: changes,
    ...BY_RECORDS,
  },
  'the same, while the other user waits for its token': {
    before: (scene) => scene.rotate(),
    happens: changes,
    ...BY_RECORDS,
  },
  'the same, while the other user is ready for its day': {
    before: async (scene) => {
      await scene.later(57 * DAY);
      await scene.bringToken();
    },
    happens: changes,
    ...BY_RECORDS,
  },
  'the same, while the credential is blocked': {
    before: async (scene) => {
      scene.org.mayReset = false;
      await scene.rotate();
    },
    happens: changes,
    mend: ({ org }) => {
      org.mayReset = true;
    },
    ...BY_RECORDS,
  },
  'the user is deactivated': { ...sets(ofUser, { isActive: false }, { isActive: true }), ...BY_RECORDS },
  'the user is frozen': { ...sets(ofUser, { isFrozen: true }, { isFrozen: false }), ...BY_RECORDS },
  'the org shows no such user': {
    happens: ({ org, user }) => void org.users.splice(org.users.indexOf(user), 1),
    mend: ({ org, user }) => void org.users.push(user),
    ...BY_RECORDS,
  },
  'the user is locked out': { ...sets(ofUser, { isLocked: true }, { isLocked: false }), ...BY_RECORDS },
  'the token was reset': { happens: (scene) => scene.resetToken(), ...BY_HEARTBEAT },
  'the password has expired': { ...sets(ofUser, { expired: true }, { expired: false }), ...BY_HEARTBEAT },
  'SOAP `login()` is switched off': {
    ...sets(ofOrg, { soapLogin: false }, { soapLogin: true }),
    ...BY_HEARTBEAT,
  },
  '_Use Any API Auth_ is missing': {
    ...sets(ofOrg, { anyApiAuth: false }, { anyApiAuth: true }),
    ...BY_HEARTBEAT,
  },
  'the API version is retired': {
    ...sets(ofOrg, { lastLoginVersion: 63 }, { lastLoginVersion: 64 }),
    ...BY_HEARTBEAT,
  },
  'the address is not allowed': {
    ...sets(ofOrg, { restriction: 'Not from this IP address.' }, { restriction: undefined }),
    ...BY_HEARTBEAT,
  },
  'the hour is not allowed': {
    ...sets(ofOrg, { restriction: 'Not at this hour.' }, { restriction: undefined }),
    ...BY_HEARTBEAT,
  },
  'the OAuth username-password flow is switched off': {
    login: 'oauth-password',
    ...sets(ofOrg, { passwordFlow: false }, { passwordFlow: true }),
    ...BY_HEARTBEAT,
  },
  "the secret of the integrations' app cannot be used": {
    login: 'oauth-password',
    happens: (scene) => scene.breakApp(),
    mend: (scene) => scene.mendApp(),
    ...BY_HEARTBEAT,
  },
  'nothing, and the heartbeat logs in': { happens: () => undefined, ...BY_HEARTBEAT },
  'nothing, and a client has logged in since the last proof': {
    happens: ({ org, user, fleet }) => {
      fleet.pass(DAY / 2);
      org.clientLogsIn(user.username, user.password + user.token, CLIENT);
    },
    lookAfterSeconds: DAY / 2,
  },
  'an edit of the credential secret with a new password, accepted': {
    happens: async (scene) => {
      scene.changePassword();
      await scene.edit(scene.text());
    },
    ...AT_ONCE,
  },
  'an edit with a new token alone, accepted': {
    happens: async (scene) => {
      scene.resetToken();
      await scene.edit(scene.text());
    },
    ...AT_ONCE,
  },
  'an edit, accepted, while people are asked for what was set': {
    before: async (scene) => {
      scene.changePassword();
      await scene.later();
    },
    happens: (scene) => scene.edit(scene.text()),
    ...AT_ONCE,
  },
  'an edit that Salesforce refuses': {
    happens: (scene) => scene.edit(scene.text({ password: 'mistyped-Passw0rd' })),
    ...AT_ONCE,
  },
  'an edit that cannot be tried now': {
    before: async (scene) => {
      scene.user.isLocked = true;
      await scene.later();
    },
    happens: (scene) => {
      scene.resetToken();
      return scene.edit(scene.text());
    },
    mend: ({ user }) => {
      user.isLocked = false;
    },
    ...AT_ONCE,
  },
  'an edit that is no credential': { happens: (scene) => scene.edit('no JSON'), ...AT_ONCE },
  'a client is refused with the old credential': {
    before: afterSwap,
    happens: (scene) => oldClient(scene),
    ...BY_RECORDS,
  },
  'a client logs in as the replaced user': {
    before: afterSwap,
    happens: ({ org, user }) => void org.clientLogsIn(user.username, user.password + user.token, CLIENT),
    ...BY_RECORDS,
  },
  'refused logins may lock the user': {
    before: (scene) => scene.rotateToTheEnd(),
    happens: (scene) => {
      scene.fleet.pass(60);
      for (let refusal = 0; refusal < 5; refusal += 1) oldClient(scene);
    },
    ...BY_RECORDS,
  },
  'the org gives no answer': {
    happens: ({ org }) => {
      org.lost = 'request';
    },
    mend: ({ org }) => {
      org.lost = undefined;
    },
    ...BY_HEARTBEAT,
  },
  "the org refuses the service's app": {
    happens: (scene) => scene.breakConnection(),
    mend: (scene) => scene.mendConnection(),
    ...BY_RECORDS,
  },
} as const satisfies Readonly<Record<string, Happening>>;

export type Cause = keyof typeof HAPPENINGS;

/** Looks at what has happened, if a look is needed. */
export async function letHappen(scene: CauseScene, cause: Cause): Promise<void> {
  const { happens, lookAfterSeconds }: Happening = HAPPENINGS[cause];
  await happens(scene);
  if (lookAfterSeconds > 0) await scene.later(lookAfterSeconds);
}

export async function prepare(scene: CauseScene, cause: Cause): Promise<void> {
  const { before }: Happening = HAPPENINGS[cause];
  await scene.settle();
  await before?.(scene);
}

export function loginOf(cause: Cause): 'soap' | 'oauth-password' {
  const { login }: Happening = HAPPENINGS[cause];
  return login ?? 'soap';
}

/** What somebody does about it, and what the service sees of that. */
export const REMEDIES = {
  'bring the password and its token': (scene) => scene.bringCredential(),
  'bring the token': (scene) => scene.bringToken(),
  '`rotate-now`': (scene) => scene.rotateToTheEnd(),
  'start, and bring the token': async (scene) => {
    await scene.ask({ kind: 'start', by: 'ann' });
    await scene.bringToken();
  },
  'mend it': (scene, cause) => {
    mend(scene, cause);
    return scene.later();
  },
  'mend it; an hour later': (scene, cause) => {
    mend(scene, cause);
    return scene.later(HOUR);
  },
  'mend it, then `resume`': async (scene, cause) => {
    mend(scene, cause);
    await scene.ask({ kind: 'resume', by: 'ann' });
    await scene.later();
  },
  'put in one that works': (scene) => scene.edit(scene.text()),
  'make the client read its secret': (scene) => scene.later(HOUR),
} as const satisfies Readonly<Record<string, (scene: CauseScene, cause: Cause) => Promise<void>>>;

export type Remedy = keyof typeof REMEDIES;

function mend(scene: CauseScene, cause: Cause): void {
  const { mend: undo }: Happening = HAPPENINGS[cause];
  if (undo === undefined) throw new Error(`nobody knows how to mend "${cause}"`);
  undo(scene);
}
