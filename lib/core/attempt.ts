import type { Credential } from './config/load.ts';
import type { TokenSource } from './config/schema.ts';
import { type CredentialValue, combined } from './domain/credential-value.ts';
import type { Attempts, CredentialState } from './domain/state.ts';
import { note } from './domain/transition.ts';
import { derivedVersionId, fingerprint } from './domain/version-ids.ts';
import { SalesforceOutcomeUnknown } from './errors.ts';
import type { Ports } from './ports/ports.ts';
import { type LoginOutcome, sameSalesforceId } from './ports/salesforce.ts';
import type { StateKeeper } from './reconcile/state-keeper.ts';
import { Redacted } from './redacted.ts';

/** Longer than a login can take (its timeouts add up to less), so that an expired lease means a dead run. */
export const ATTEMPT_LEASE_SECONDS = 60;

export type AttemptOutcome =
  | Exclude<LoginOutcome, { kind: 'accepted' }>
  | { readonly kind: 'accepted' }
  /** The login worked, but as another user or in another org than the recorded ones. */
  | { readonly kind: 'other-identity' }
  /** The budget allows no further attempt, or another run is making one. */
  | { readonly kind: 'not-made'; readonly because: 'spent' | 'in-flight' | 'overtaken' };

/**
 * One login attempt within the lockout budget. It is reserved in the ledger
 * before Salesforce hears of it, by a conditional write; if the answer is lost
 * it stays spent. An accepted login gives the whole budget back, because
 * Salesforce forgets earlier failures then.
 *
 * @throws SalesforceOutcomeUnknown when no definite answer came; the attempt is spent.
 */
export async function attemptLogin(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  value: CredentialValue,
  source: TokenSource | 'test',
): Promise<AttemptOutcome> {
  const reserved = await reserve(ports, keeper, credential, value, source);
  if (reserved !== 'reserved') return { kind: 'not-made', because: reserved };
  let outcome: LoginOutcome;
  try {
    outcome = await ports.login.login({
      loginUrl: value.loginUrl,
      apiVersion: credential.login.apiVersion,
      username: value.username,
      combinedPassword: combined(value),
    });
  } catch (error) {
    if (error instanceof SalesforceOutcomeUnknown) await keeper.update((state) => released(state));
    throw error;
  }
  const { rotation } = keeper.state;
  if (outcome.kind === 'accepted' && rotation !== undefined && !sameIdentity(outcome, rotation)) {
    await keeper.update((state) => withoutInFlight(state));
    return { kind: 'other-identity' };
  }
  return outcome.kind === 'accepted' ? { kind: 'accepted' } : outcome;
}

/** The budget after an accepted login. */
export const FULL_BUDGET: Attempts = { spent: 0, refused: [] };

/** The budget after a refused one: the token is remembered by its fingerprint. */
export function rememberRefused(attempts: Attempts, print: string, at: string): Attempts {
  const { inFlight: _done, ...rest } = attempts;
  const times = (attempts.refused.find((entry) => entry.fingerprint === print)?.times ?? 0) + 1;
  const others = attempts.refused.filter((entry) => entry.fingerprint !== print);
  return { ...rest, refused: [...others, { fingerprint: print, at, times }] };
}

/** Names a token without saying anything about it: keyed by the password that it goes with. */
export function tokenFingerprint(value: Pick<CredentialValue, 'password' | 'securityToken'>): string {
  return fingerprint(value.password, value.securityToken ?? Redacted.of(''));
}

async function reserve(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  value: CredentialValue,
  source: TokenSource | 'test',
): Promise<'reserved' | 'spent' | 'in-flight' | 'overtaken'> {
  const now = ports.clock.now();
  const { attempts, version } = keeper.state;
  if (attempts.inFlight !== undefined && now < new Date(attempts.inFlight.leaseUntil)) return 'in-flight';
  if (attempts.spent >= credential.lockout.maxAttempts) return 'spent';
  const saved = await keeper.save({
    ...keeper.state,
    attempts: {
      ...attempts,
      spent: attempts.spent + 1,
      lastAt: now.toISOString(),
      inFlight: {
        id: derivedVersionId('attempt', credential.name, String(version)),
        fingerprint: tokenFingerprint(value),
        source,
        leaseUntil: new Date(now.getTime() + ATTEMPT_LEASE_SECONDS * 1_000).toISOString(),
      },
    },
  });
  return saved === 'saved' ? 'reserved' : 'overtaken';
}

/** The attempt is over; it stays spent. */
export function withoutInFlight(state: CredentialState): CredentialState {
  const { inFlight: _over, ...attempts } = state.attempts;
  return { ...state, attempts };
}

/** The attempt is over without a definite answer, and people are told. */
function released(state: CredentialState): CredentialState {
  return note(withoutInFlight(state), state.attempts.lastAt ?? state.since, {
    type: 'Login Unanswered',
    message: 'A login attempt ended without a definite answer; it counts as spent.',
    reason: 'outcome-unknown',
  });
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
