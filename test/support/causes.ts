import type { Cause, Remedy } from './cause-happenings.ts';
import { type Outcome, POLICIES, type Policy, STRATEGIES, type Strategy } from './cause-scene.ts';

/**
 * One row of the operator's table: what comes about, what one look makes of it, and
 * what follows when somebody does something about it. Every row is in
 * docs/operations.md, in this order.
 */
export interface CauseRow {
  readonly cause: Cause;
  readonly strategy: Strategy | 'any';
  readonly policy: Policy | 'not alert' | 'any';
  readonly seen: Outcome;
  readonly remedy?: Remedy;
  /** With a remedy. What ran to the end in it is said by `told`. */
  readonly after?: Omit<Outcome, 'repair'>;
}

const NO_LOGINS = { look: 0, rotation: 0 } as const;
const ONE_LOOK = { look: 1, rotation: 0 } as const;
const ONE_OF_ROTATION = { look: 0, rotation: 1 } as const;

const CHANGED = 'action: Password Changed Outside';
const EXPIRED = 'action: Password Expired';
const TOKEN_WANTED = 'action: Token Requested';
const TOKEN_RESET = 'action: Token Reset Outside';
const INVITED = 'action: Rotation Invited';
const BLOCKED = 'action: Rotation Blocked';
const STRAGGLER = 'action: Straggler Seen';
const COMPLETED = 'info: Rotation Completed';
const EDIT_IN_FORCE = 'info: Credential Edited';
const EDIT_STANDS = 'action: Credential Edited';

const STAYS = { repair: 'none', integrations: 'old', logins: NO_LOGINS } as const;
const BACK = { phase: 'idle', told: [], integrations: 'old' } as const;
/** A rotation has run to its end, by one login. */
const SWAPPED = { phase: 'idle', told: [COMPLETED], integrations: 'new', logins: ONE_OF_ROTATION } as const;
/** By an operator, from the beginning: the token that goes with the new password is asked for. */
const ROTATED_TWO = { ...SWAPPED, told: [TOKEN_WANTED, COMPLETED] } as const;
/** As that, after an invitation; the old token is tried first. */
const ROTATED_ONE = {
  ...SWAPPED,
  told: [INVITED, TOKEN_WANTED, COMPLETED],
  logins: { look: 0, rotation: 2 },
} as const;
const WAITS = { phase: 'awaiting-token', integrations: 'old' } as const;
const FORWARD = {
  phase: 'idle',
  told: [EDIT_IN_FORCE],
  integrations: 'new',
  logins: ONE_LOOK,
} as const;
const IN_FORCE = { ...FORWARD, repair: 'brings integrations forward' } as const;

const changes: readonly CauseRow[] = [
  {
    cause: 'the password was changed by somebody else',
    strategy: 'any',
    policy: 'prompt',
    seen: { ...WAITS, told: [CHANGED], repair: 'asks for password and token', logins: NO_LOGINS },
    remedy: 'bring the password and its token',
    after: SWAPPED,
  },
  {
    cause: 'the password was changed by somebody else',
    strategy: 'single-user',
    policy: 'take-over',
    seen: {
      ...WAITS,
      told: [CHANGED, TOKEN_WANTED],
      repair: 'sets another password',
      logins: ONE_OF_ROTATION,
    },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the password was changed by somebody else',
    strategy: 'alternating-users',
    policy: 'take-over',
    seen: { ...WAITS, told: [CHANGED, TOKEN_WANTED], repair: 'swaps to the other user', logins: NO_LOGINS },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the password was changed by somebody else',
    strategy: 'single-user',
    policy: 'alert',
    seen: { ...STAYS, phase: 'idle', told: [CHANGED] },
    remedy: '`rotate-now`',
    after: ROTATED_ONE,
  },
  {
    cause: 'the password was changed by somebody else',
    strategy: 'alternating-users',
    policy: 'alert',
    seen: { ...STAYS, phase: 'idle', told: [CHANGED] },
    remedy: '`rotate-now`',
    after: ROTATED_TWO,
  },
  {
    cause: 'the same, while somebody is invited to start',
    strategy: 'single-user',
    policy: 'prompt',
    seen: { ...WAITS, told: [CHANGED], repair: 'asks for password and token', logins: NO_LOGINS },
    remedy: 'bring the password and its token',
    after: SWAPPED,
  },
  {
    cause: 'the same, while somebody is invited to start',
    strategy: 'single-user',
    policy: 'take-over',
    seen: {
      ...WAITS,
      told: [CHANGED, TOKEN_WANTED],
      repair: 'sets another password',
      logins: ONE_OF_ROTATION,
    },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the same, while somebody is invited to start',
    strategy: 'single-user',
    policy: 'alert',
    seen: { ...STAYS, phase: 'invited', told: [CHANGED] },
    remedy: 'start, and bring the token',
    after: { ...SWAPPED, told: [TOKEN_WANTED, COMPLETED], logins: { look: 0, rotation: 2 } },
  },
  {
    cause: 'the same, while the other user waits for its token',
    strategy: 'alternating-users',
    policy: 'any',
    seen: { ...STAYS, phase: 'awaiting-token', told: [CHANGED] },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the same, while the other user is ready for its day',
    strategy: 'alternating-users',
    policy: 'not alert',
    seen: {
      phase: 'idle',
      told: [CHANGED, COMPLETED],
      repair: 'swaps to the other user',
      integrations: 'new',
      // The proof is older than five minutes, so the commit makes its own.
      logins: ONE_OF_ROTATION,
    },
  },
  {
    cause: 'the same, while the other user is ready for its day',
    strategy: 'alternating-users',
    policy: 'alert',
    seen: { ...STAYS, phase: 'verified', told: [CHANGED] },
    remedy: '`rotate-now`',
    after: SWAPPED,
  },
  {
    cause: 'the same, while the credential is blocked',
    strategy: 'single-user',
    policy: 'prompt',
    seen: { ...STAYS, phase: 'blocked', refusal: 'connection-permission-missing', told: [CHANGED] },
    remedy: 'mend it, then `resume`',
    after: { ...WAITS, told: [INVITED, CHANGED], logins: NO_LOGINS },
  },
  {
    cause: 'the same, while the credential is blocked',
    strategy: 'single-user',
    policy: 'take-over',
    seen: { ...STAYS, phase: 'blocked', refusal: 'connection-permission-missing', told: [CHANGED] },
    remedy: 'mend it, then `resume`',
    after: { ...WAITS, told: [INVITED, TOKEN_WANTED], logins: ONE_OF_ROTATION },
  },
  {
    cause: 'the same, while the credential is blocked',
    strategy: 'single-user',
    policy: 'alert',
    seen: { ...STAYS, phase: 'blocked', refusal: 'connection-permission-missing', told: [CHANGED] },
    remedy: 'mend it, then `resume`',
    after: { phase: 'invited', told: [INVITED], integrations: 'old', logins: NO_LOGINS },
  },
  {
    cause: 'the same, while the credential is blocked',
    strategy: 'alternating-users',
    policy: 'any',
    seen: { ...STAYS, phase: 'blocked', refusal: 'connection-permission-missing', told: [CHANGED] },
    remedy: 'mend it, then `resume`',
    after: { ...WAITS, told: [TOKEN_WANTED], logins: NO_LOGINS },
  },
];

/** Seen in the org's records. */
const users: readonly CauseRow[] = (
  [
    ['the user is deactivated', 'user-inactive'],
    ['the user is frozen', 'user-frozen'],
    ['the org shows no such user', 'user-not-found'],
  ] as const
).map(([cause, refusal]) => ({
  cause,
  strategy: 'any',
  policy: 'any',
  seen: { ...STAYS, phase: 'blocked', refusal, told: [BLOCKED] },
  remedy: 'mend it',
  after: { ...BACK, logins: NO_LOGINS },
}));

const lockedOut: CauseRow = {
  cause: 'the user is locked out',
  strategy: 'any',
  policy: 'any',
  seen: { ...STAYS, phase: 'idle', told: ['action: User Locked Out'] },
  remedy: 'mend it',
  after: { ...BACK, logins: NO_LOGINS },
};

/** Told by the records and one refused login. */
const tokens: readonly CauseRow[] = [
  {
    cause: 'the token was reset',
    strategy: 'any',
    policy: 'not alert',
    seen: { ...WAITS, told: [TOKEN_RESET], repair: 'asks for the token', logins: ONE_LOOK },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the token was reset',
    strategy: 'any',
    policy: 'alert',
    seen: { ...STAYS, phase: 'idle', told: [TOKEN_RESET], logins: ONE_LOOK },
    remedy: 'put in one that works',
    after: FORWARD,
  },
];

const expiries: readonly CauseRow[] = [
  {
    cause: 'the password has expired',
    strategy: 'single-user',
    policy: 'not alert',
    seen: {
      ...WAITS,
      told: [EXPIRED, TOKEN_WANTED],
      repair: 'sets another password',
      logins: { look: 1, rotation: 1 },
    },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the password has expired',
    strategy: 'alternating-users',
    policy: 'not alert',
    seen: { ...WAITS, told: [EXPIRED, TOKEN_WANTED], repair: 'swaps to the other user', logins: ONE_LOOK },
    remedy: 'bring the token',
    after: SWAPPED,
  },
  {
    cause: 'the password has expired',
    strategy: 'single-user',
    policy: 'alert',
    seen: {
      ...STAYS,
      phase: 'blocked',
      refusal: 'password-expired',
      told: [EXPIRED, BLOCKED],
      logins: ONE_LOOK,
    },
    remedy: '`rotate-now`',
    after: ROTATED_ONE,
  },
  {
    cause: 'the password has expired',
    strategy: 'alternating-users',
    policy: 'alert',
    seen: {
      ...STAYS,
      phase: 'blocked',
      refusal: 'password-expired',
      told: [EXPIRED, BLOCKED],
      logins: ONE_LOOK,
    },
    remedy: '`rotate-now`',
    after: ROTATED_TWO,
  },
];

/** Told by what Salesforce answers to a right credential. */
const obstacles: readonly CauseRow[] = (
  [
    ['SOAP `login()` is switched off', 'login-disabled', ONE_LOOK],
    ['_Use Any API Auth_ is missing', 'login-disabled', ONE_LOOK],
    ['the API version is retired', 'api-version-retired', ONE_LOOK],
    ['the address is not allowed', 'login-restricted', ONE_LOOK],
    ['the hour is not allowed', 'login-restricted', ONE_LOOK],
    ['the OAuth username-password flow is switched off', 'login-disabled', ONE_LOOK],
    ["the secret of the integrations' app cannot be used", 'login-app-unusable', NO_LOGINS],
  ] as const
).map(([cause, refusal, logins]) => ({
  cause,
  strategy: 'any',
  policy: 'any',
  seen: { ...STAYS, phase: 'blocked', refusal, told: [BLOCKED], logins },
  remedy: 'mend it, then `resume`',
  after: { ...BACK, logins: ONE_LOOK },
}));

const edits: readonly CauseRow[] = [
  ...(
    [
      ['an edit of the credential secret with a new password, accepted', 'any'],
      ['an edit with a new token alone, accepted', 'any'],
      ['an edit, accepted, while people are asked for what was set', 'prompt'],
    ] as const
  ).map(([cause, policy]): CauseRow => ({ cause, strategy: 'any', policy, seen: IN_FORCE })),
  {
    cause: 'an edit that Salesforce refuses',
    strategy: 'any',
    policy: 'any',
    seen: { ...STAYS, phase: 'idle', told: [EDIT_STANDS], logins: ONE_LOOK },
    remedy: 'put in one that works',
    after: { ...BACK, logins: NO_LOGINS },
  },
  {
    cause: 'an edit that cannot be tried now',
    strategy: 'any',
    policy: 'any',
    seen: { ...STAYS, phase: 'idle', told: [EDIT_STANDS] },
    remedy: 'mend it; an hour later',
    after: FORWARD,
  },
  {
    cause: 'an edit that is no credential',
    strategy: 'any',
    policy: 'any',
    seen: { ...STAYS, phase: 'idle', told: ['info: Drift Found'] },
    remedy: 'put in one that works',
    after: { ...BACK, logins: NO_LOGINS },
  },
];

const stragglers: readonly CauseRow[] = (
  [
    ['a client is refused with the old credential', 'any'],
    ['a client logs in as the replaced user', 'alternating-users'],
    ['refused logins may lock the user', 'any'],
  ] as const
).map(([cause, strategy]) => ({
  cause,
  strategy,
  policy: 'any',
  seen: { ...STAYS, phase: 'idle', told: [STRAGGLER] },
  remedy: 'make the client read its secret',
  after: { ...BACK, logins: NO_LOGINS },
}));

const quiet: readonly CauseRow[] = [
  ...(['the org gives no answer', "the org refuses the service's app"] as const).map(
    (cause): CauseRow => ({
      cause,
      strategy: 'any',
      policy: 'any',
      seen: { ...STAYS, phase: 'idle', told: [] },
      remedy: 'mend it',
      after: { ...BACK, logins: NO_LOGINS },
    }),
  ),
  ...(
    [
      ['nothing, and the heartbeat logs in', ONE_LOOK],
      ['nothing, and a client has logged in since the last proof', NO_LOGINS],
    ] as const
  ).map(
    ([cause, logins]): CauseRow => ({
      cause,
      strategy: 'any',
      policy: 'any',
      seen: { ...STAYS, phase: 'idle', told: [], logins },
    }),
  ),
];

export const CAUSES: readonly CauseRow[] = [
  ...changes,
  ...users,
  lockedOut,
  ...tokens,
  ...expiries,
  ...obstacles,
  ...edits,
  ...stragglers,
  ...quiet,
];

/** A row for one strategy and one policy. */
export interface CauseCase {
  readonly row: CauseRow;
  readonly cause: Cause;
  readonly strategy: Strategy;
  readonly policy: Policy;
}

export function casesOf(rows: readonly CauseRow[]): readonly CauseCase[] {
  return rows.flatMap((row) =>
    strategiesOf(row.strategy).flatMap((strategy) =>
      policiesOf(row.policy).map((policy) => ({ row, cause: row.cause, strategy, policy })),
    ),
  );
}

export function strategiesOf(strategy: CauseRow['strategy']): readonly Strategy[] {
  return strategy === 'any' ? STRATEGIES : [strategy];
}

export function policiesOf(policy: CauseRow['policy']): readonly Policy[] {
  if (policy === 'any') return POLICIES;
  return policy === 'not alert' ? POLICIES.filter((one) => one !== 'alert') : [policy];
}
