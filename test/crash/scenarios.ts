import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import { OTHER_USERNAME, type Scenario } from '../../lib/sandbox/scenario.ts';
import type { Wire } from '../../lib/sandbox/wire.ts';
import { DRAFT, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { FORMS, WORKER } from './integration-forms.ts';

export type Source = 'mailbox' | 'unchanged';

/** One way of a rotation through the service, as the crash test drives it again and again in one sandbox. */
export interface CrashScenario {
  readonly name: string;
  /** The users whose passwords and lockout budgets the credential depends on. */
  readonly usernames: readonly string[];
  /** Secrets whose current version is a safe place for a password that is in force. */
  readonly safePlaces: readonly string[];
  /** How it ends: with another credential, without any change, or with a password that nobody holds for the idle user. */
  readonly ending: 'rotated' | 'refused' | 'retired';
  /** A sandbox in which one rotation has been made. */
  readonly start: (wire: Wire) => Promise<RotationBench>;
  /** Brings the sandbox to where it begins; what an earlier one left is in it. */
  readonly prepare: (bench: RotationBench) => Promise<void>;
  /** Sets it off; throws where the process dies of it. */
  readonly trigger: (bench: RotationBench) => Promise<void>;
  /** Whether whoever pulled the trigger has to pull it again, because the process died before it took note. */
  readonly isForgotten: (state: Partial<CredentialState>) => boolean;
  readonly isAtRest: (state: Partial<CredentialState>, now: Date) => boolean;
}

type CredentialInput = ConfigurationInput['credentials'][string];

type Ways = Pick<Scenario, 'strategy' | 'source'> & Partial<Pick<Scenario, 'connection'>>;

/** A rotation that a person asks for. */
function requested(scenario: Ways): CrashScenario {
  const { strategy, source } = scenario;
  return {
    name: `${scenario.connection ?? strategy}/${source}`,
    usernames: strategy === 'single-user' ? [USERNAME] : [USERNAME, OTHER_USERNAME],
    safePlaces: [SECRET, DRAFT],
    ending: 'rotated',
    start: (wire) => benchWithForms(wire, scenario),
    prepare: async () => undefined,
    trigger: (bench) => bench.request(),
    isForgotten: isIdle,
    isAtRest: isIdle,
  };
}

const UNUSABLE = "note-0 SALESFORCE_PASSWORD='never closed";

/** A rotation that the preflight refuses, because an integration secret is not what its format says. */
const refused: CrashScenario = {
  ...requested({ strategy: 'single-user', source: 'mailbox' }),
  name: 'single-user/refused',
  ending: 'refused',
  prepare: async (bench) => {
    const { secret, text } = WORKER;
    bench.secrets.put(secret, text);
    if ((await bench.phase()) === 'blocked') await bench.resumeUntilIdle();
    bench.secrets.put(secret, UNUSABLE);
  },
  isAtRest: ({ phase }) => phase === 'blocked',
};

const twoUsers = { strategy: 'alternating-users', source: 'mailbox' } as const;
const EVERY_SECONDS = 120 * MINUTE;
const AHEAD_SECONDS = 10 * MINUTE;
const RETIRE_AFTER_SECONDS = 30 * MINUTE;

/** The idle user is prepared before the due time; the swap waits for it. */
const ahead: CrashScenario = {
  ...requested(twoUsers),
  name: 'alternating-users/ahead',
  start: (wire) =>
    benchWithForms(wire, twoUsers, (credential) => {
      credential.schedule = { every: `${EVERY_SECONDS}s`, prepareAhead: `${AHEAD_SECONDS}s` };
    }),
  trigger: async (bench) => jumpTo(bench, wantedAt(await bench.state())),
  isForgotten: () => false,
  isAtRest: (state, now) => isIdle(state) && now.getTime() < wantedAt(state),
};

/** The password of the user that a swap has left behind is replaced. */
const retirement: CrashScenario = {
  ...requested(twoUsers),
  name: 'alternating-users/retirement',
  ending: 'retired',
  start: (wire) =>
    benchWithForms(wire, twoUsers, (credential) => {
      const usernames = [USERNAME, OTHER_USERNAME];
      credential.strategy = { kind: 'alternating-users', usernames, retireAfter: `${RETIRE_AFTER_SECONDS}s` };
    }),
  prepare: (bench) => bench.rotate(),
  trigger: async (bench) => jumpTo(bench, Date.parse((await bench.state()).predecessor?.retireAt ?? '')),
  isForgotten: () => false,
  isAtRest: ({ predecessor }) => predecessor?.endedAt !== undefined,
};

/** The way back to the other user's credential, by a command. */
const rollback: CrashScenario = {
  ...requested(twoUsers),
  name: 'alternating-users/rollback',
  start: async (wire) => {
    const bench = await benchWithForms(wire, twoUsers);
    // The passwords that the sandbox begins with are awkward for readers of one form or another.
    await bench.rotate();
    return bench;
  },
  trigger: async ({ sandbox }) => {
    await sandbox.functions.invoke('watch', { action: 'rollback', credential: 'billing', by: 'tester' });
    await sandbox.pump.settle();
  },
};

const HEARTBEAT_SECONDS = 30 * MINUTE;
/** Late enough that the reset is noticed before, also after two deaths that used all but one attempt up. */
const MAIL_AFTER_SECONDS = 100 * MINUTE;

/** Somebody resets the security token; a heartbeat notices, and the token's mail comes late. */
const tokenReset: CrashScenario = {
  ...requested({ strategy: 'single-user', source: 'unchanged' }),
  name: 'single-user/token-reset',
  start: async (wire) => {
    const scenario = { strategy: 'single-user', source: 'unchanged' } as const;
    const bench = await benchWithForms(wire, scenario, (credential) => {
      credential.heartbeat = `${HEARTBEAT_SECONDS}s`;
      // Other looks would come in some runs and not in others, because each run takes long.
      credential.drift = { checkEvery: '30 days' };
      credential.stragglers = { convergedAfter: 0 };
    });
    bench.sandbox.salesforce.updateSettings({ mailDelayMs: MAIL_AFTER_SECONDS * 1_000 });
    return bench;
  },
  // The logins that were made to see how the run before ended are proofs, too, which the watch finds when a heartbeat is due.
  prepare: async (bench) => {
    await jumpTo(bench, beatsAt(await bench.state()));
    await bench.pass(6 * MINUTE);
    // The watch asks for the login history once an hour, so each run begins with a heartbeat at the same minute.
    const hour = 60 * MINUTE * 1_000;
    const nextHour = Math.ceil(bench.sandbox.clock.now().getTime() / hour) * hour;
    await jumpTo(bench, nextHour + HEARTBEAT_SECONDS * 1_000);
  },
  trigger: async (bench) => {
    bench.sandbox.salesforce.resetToken(USERNAME);
    await jumpTo(bench, beatsAt(await bench.state()));
  },
  isForgotten: () => false,
  isAtRest: (state, now) => isIdle(state) && isProven(state) && now.getTime() < beatsAt(state),
};

export const SCENARIOS: readonly CrashScenario[] = [
  requested({ strategy: 'single-user', source: 'mailbox' }),
  requested({ strategy: 'single-user', source: 'unchanged' }),
  refused,
  requested({ strategy: 'single-user', source: 'mailbox', connection: 'self' }),
  requested({ strategy: 'single-user', source: 'unchanged', connection: 'self' }),
  requested({ strategy: 'alternating-users', source: 'mailbox' }),
  requested({ strategy: 'alternating-users', source: 'unchanged' }),
  ahead,
  retirement,
  rollback,
  tokenReset,
];

/** @throws where there is none with this name. */
export function scenarioNamed(name: string): CrashScenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario !== undefined) return scenario;
  const known = SCENARIOS.map((each) => each.name).join(', ');
  throw new Error(`There is no scenario "${name}". Known: ${known}.`);
}

function isIdle({ phase, request }: Partial<CredentialState>): boolean {
  return phase === 'idle' && request === undefined;
}

/** When the schedule of `ahead` begins the next preparation, in milliseconds. */
function wantedAt({ passwordChangedAt = '' }: Partial<CredentialState>): number {
  return Date.parse(passwordChangedAt) + (EVERY_SECONDS - AHEAD_SECONDS) * 1_000;
}

/** Whether nothing was tried since the last proof. */
function isProven({ user }: Partial<CredentialState>): boolean {
  return user?.provenAt !== undefined && (user.triedAt ?? '') <= user.provenAt;
}

/** When the heartbeat after the last proof is due, in milliseconds. */
function beatsAt({ user }: Partial<CredentialState>): number {
  return Date.parse(user?.provenAt ?? '') + HEARTBEAT_SECONDS * 1_000;
}

/** To a moment at which something is due; the next look of the watch will see it. */
async function jumpTo(bench: RotationBench, moment: number): Promise<void> {
  const left = moment - bench.sandbox.clock.now().getTime();
  if (left > 0) await bench.jump(left / 1_000);
}

/** A sandbox whose integrations keep their logins in three forms, after a first rotation has filled them. */
async function benchWithForms(
  wire: Wire,
  scenario: Ways,
  configure: (credential: CredentialInput) => void = () => undefined,
): Promise<RotationBench> {
  const bench = await RotationBench.start({ wire, scenario: { ...scenario, integrations: FORMS.length } });
  for (const { secret, text } of FORMS) bench.secrets.put(secret, text);
  bench.configureCredential((credential) => {
    credential.integrations = FORMS.map(({ secret, format }) => ({ secret, format }));
    configure(credential);
  });
  await bench.rotate();
  return bench;
}
