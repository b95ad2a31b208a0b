import type { Credential } from '../config/load.ts';
import { compactRecord } from '../domain/records.ts';
import type { CompletedRotation, CredentialState, StragglerWatch } from '../domain/state.ts';
import { dueAt } from '../reconcile/schedule.ts';
import { attemptsLeft, attemptsSpent } from './figures.ts';
import { type LoginRetirement, loginRetirement } from './login-retirement.ts';
import { type WaitingFor, waitingFor } from './waiting-for.ts';

/** What an operator is shown of one credential. All times are ISO 8601 in UTC. */
export interface CredentialStatus {
  readonly credential: string;
  readonly org: string;
  readonly phase: CredentialState['phase'];
  readonly since: string;
  readonly waitingFor: WaitingFor;
  readonly passwordChangedAt?: string;
  /** Absent where nothing is due by the service's own schedule. */
  readonly nextRotationAt?: string;
  /** Of the user with the most. */
  readonly attemptsSpent: number;
  /** Of the user with the fewest. */
  readonly attemptsLeft: number;
  /** What will become of the way in which the integrations log in. */
  readonly retirement: LoginRetirement;
  /** The user that the integrations log in as, where it is known. */
  readonly username?: string;
  /** Absent before the first, and after the ledger was lost. */
  readonly lastRotation?: LastRotation;
  /** Who still logs in with what the last swap replaced. */
  readonly stragglers?: StragglerWatch;
  /** Why it is blocked. */
  readonly message?: string;
  readonly remedy?: string;
}

type LastRotation = Pick<CompletedRotation, 'id' | 'cause' | 'completedAt' | 'source' | 'integrations'>;

/** @param state `undefined` where the ledger does not know the credential: it counts as idle from now on. */
export function statusOf(
  credential: Credential,
  state: CredentialState | undefined,
  now: Date,
): CredentialStatus {
  const refusal = state?.blocked?.refusal;
  return compactRecord({
    credential: credential.name,
    org: credential.org,
    phase: state?.phase ?? 'idle',
    since: state?.since ?? now.toISOString(),
    waitingFor: waitingFor(credential, state, now),
    passwordChangedAt: state?.passwordChangedAt,
    nextRotationAt: state && dueAt(state, credential.schedule)?.toISOString(),
    attemptsSpent: attemptsSpent(state),
    attemptsLeft: attemptsLeft(credential, state),
    retirement: loginRetirement(credential, now),
    username: state?.user?.username ?? state?.last?.username,
    lastRotation: state?.last && lastRotation(state.last),
    stragglers: state?.stragglers,
    message: refusal?.message,
    remedy: refusal?.remedy,
  });
}

function lastRotation({ id, cause, completedAt, source, integrations }: CompletedRotation): LastRotation {
  return compactRecord({ id, cause, completedAt, source, integrations });
}
