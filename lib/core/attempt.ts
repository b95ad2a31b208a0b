import type { Credential } from './config/load.ts';
import type { TokenSource } from './config/schema.ts';
import { budgetOf, type ReservedAttempt, released, withBudget } from './domain/budget.ts';
import { type CredentialValue, combined } from './domain/credential-value.ts';
import { note } from './domain/transition.ts';
import { derivedVersionId, fingerprint as fingerprintOf } from './domain/version-ids.ts';
import { LoginUnanswered, SalesforceOutcomeUnknown } from './errors.ts';
import { leaseFrom } from './lease.ts';
import { loginWay } from './login-way.ts';
import type { Ports } from './ports/ports.ts';
import {
  type LoginOutcome,
  type LoginRequest,
  type SessionOutcome,
  sameSalesforceId,
  type UserSession,
} from './ports/salesforce.ts';
import type { StateKeeper } from './reconcile/state-keeper.ts';
import { Redacted } from './redacted.ts';

/** How many reservations the ledger remembers by their time. */
const RECENT_ATTEMPTS = 10;

export type AttemptOutcome =
  | (Exclude<LoginOutcome, { kind: 'accepted' }> & Made)
  | (Extract<LoginOutcome, { kind: 'accepted' }> & Made)
  /** The login worked, but as another user or in another org than the recorded ones. */
  | ({ readonly kind: 'other-identity' } & Made)
  /** The budget allows no further attempt, or another run is making one. */
  | { readonly kind: 'not-made'; readonly because: 'spent' | 'in-flight' | 'overtaken' };

/** The caller books the answer with it: `accepted`, `refused` or `released` of domain/budget.ts. */
interface Made {
  readonly attempt: ReservedAttempt;
}

/** As `AttemptOutcome`, with the session of an accepted login. */
export type SessionAttempt = Attempted<Extract<SessionOutcome, { kind: 'accepted' }>>;

type Attempted<Accepted> = (Accepted & Made) | Exclude<AttemptOutcome, { kind: 'accepted' }>;

/** An attempt that was answered, other than by acceptance. */
export type RefusedAttempt = Exclude<AttemptOutcome, { kind: 'accepted' | 'not-made' }>;

/**
 * One login attempt within the user's lockout budget. It is reserved in the
 * ledger before Salesforce hears of it, by a conditional write; if the answer
 * is lost it stays spent. An accepted login gives the whole budget back,
 * because Salesforce forgets earlier failures then.
 *
 * @param fingerprint Names what is tried without saying anything about it.
 * @throws LoginUnanswered when no definite answer came; the attempt is spent.
 * @throws LoginAppUnusable when the integrations' app cannot be read; nothing is spent.
 */
export function attemptLogin(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  value: CredentialValue,
  source: TokenSource | 'test',
  fingerprint = tokenFingerprint(value),
): Promise<AttemptOutcome> {
  const tried = { credential, value, source, fingerprint };
  return attempt(ports, keeper, tried, (request) => ports.login.login(request));
}

/**
 * As `attemptLogin`, and keeps the session of an accepted login. Whoever asks for
 * it has it closed, too.
 */
export async function attemptSession(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  value: CredentialValue,
): Promise<SessionAttempt> {
  let session: UserSession | undefined;
  const tried = { credential, value, source: 'test', fingerprint: tokenFingerprint(value) } as const;
  const outcome = await attempt(ports, keeper, tried, async (request) => {
    const answer = await ports.login.openSession(request);
    if (answer.kind === 'accepted') session = answer.session;
    return answer;
  });
  if (outcome.kind === 'other-identity' && session !== undefined) await ports.login.closeSession(session);
  return outcome;
}

/** What is tried, and how it is named. */
interface Tried {
  readonly credential: Credential;
  readonly value: CredentialValue;
  readonly source: TokenSource | 'test';
  readonly fingerprint: string;
}

type AcceptedLogin = Extract<LoginOutcome, { kind: 'accepted' }>;

async function attempt<Accepted extends AcceptedLogin>(
  ports: Ports,
  keeper: StateKeeper,
  { credential, value, source, fingerprint }: Tried,
  logIn: (request: LoginRequest) => Promise<Accepted | Exclude<LoginOutcome, AcceptedLogin>>,
): Promise<Attempted<Accepted>> {
  const way = await loginWay(ports, credential);
  const reserved = await reserve(ports, keeper, credential, value.username, source, fingerprint);
  if (typeof reserved === 'string') return { kind: 'not-made', because: reserved };
  let outcome: Accepted | Exclude<LoginOutcome, AcceptedLogin>;
  try {
    outcome = await logIn({
      loginUrl: value.loginUrl,
      way,
      username: value.username,
      combinedPassword: combined(value),
    });
  } catch (error) {
    if (!(error instanceof SalesforceOutcomeUnknown)) throw error;
    await tellUnanswered(keeper, reserved, ports);
    throw new LoginUnanswered(error.message, { cause: error.cause });
  }
  const { rotation } = keeper.state;
  const isOther =
    outcome.kind === 'accepted' &&
    rotation !== undefined &&
    rotation.username === value.username &&
    rotation.userId !== '' &&
    !sameIdentity(outcome, rotation);
  return isOther ? { kind: 'other-identity', attempt: reserved } : { ...outcome, attempt: reserved };
}

/** Names a token without saying anything about it: keyed by the password that it goes with. */
export function tokenFingerprint(value: Pick<CredentialValue, 'password' | 'securityToken'>): string {
  return fingerprintOf(value.password, value.securityToken ?? Redacted.of(''));
}

async function reserve(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  username: string,
  source: TokenSource | 'test',
  fingerprint: string,
): Promise<ReservedAttempt | 'spent' | 'in-flight' | 'overtaken'> {
  const now = ports.clock.now();
  const budget = budgetOf(keeper.state, username);
  if (budget.inFlight !== undefined && now < new Date(budget.inFlight.leaseUntil)) return 'in-flight';
  if (budget.spent >= credential.lockout.maxAttempts) return 'spent';
  const id = derivedVersionId('attempt', credential.name, String(keeper.state.version));
  const ordinal = (budget.made ?? 0) + 1;
  const saved = await keeper.save(
    withBudget(keeper.state, username, {
      ...budget,
      spent: budget.spent + 1,
      made: ordinal,
      lastAt: now.toISOString(),
      recent: [...(budget.recent ?? []), { ordinal, at: now.toISOString() }].slice(-RECENT_ATTEMPTS),
      inFlight: {
        id,
        fingerprint,
        source,
        leaseUntil: leaseFrom(now),
      },
    }),
  );
  return saved === 'saved' ? { username, id, ordinal } : 'overtaken';
}

/** The attempt is over without a definite answer, and people are told. */
async function tellUnanswered(keeper: StateKeeper, attempt: ReservedAttempt, ports: Ports): Promise<void> {
  const at = ports.clock.now().toISOString();
  await keeper.update((state) =>
    note(released(state, attempt), at, {
      type: 'Login Unanswered',
      message: 'A login attempt ended without a definite answer; it counts as spent.',
      reason: 'outcome-unknown',
    }),
  );
}

function sameIdentity(
  login: { readonly userId: string; readonly organizationId: string },
  recorded: { readonly userId: string; readonly organizationId: string },
): boolean {
  return (
    sameSalesforceId(login.userId, recorded.userId) &&
    sameSalesforceId(login.organizationId, recorded.organizationId)
  );
}
