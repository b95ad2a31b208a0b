import type { CredentialState, RotationRequest } from '../domain/state.ts';
import type { Facts } from './facts.ts';

/** What is due when. Pure: the time is a fact. */

/** The wish that a rotation would answer: one that was put, or the schedule's. */
export function wantedRotation(
  state: Pick<CredentialState, 'request' | 'passwordChangedAt' | 'scheduledFrom'>,
  facts: Pick<Facts, 'now' | 'credential'>,
): RotationRequest | undefined {
  if (state.request !== undefined) return state.request;
  const { schedule } = facts.credential;
  const due = dueAt(state, schedule);
  if (due === undefined || facts.now.getTime() < due.getTime() - (schedule?.prepareAhead ?? 0) * 1_000)
    return undefined;
  return { cause: 'due', by: 'schedule', at: due.toISOString() };
}

/** When the schedule wants the next credential to be current; `undefined` without a schedule or a known password age. */
export function dueAt(
  { passwordChangedAt, scheduledFrom }: Pick<CredentialState, 'passwordChangedAt' | 'scheduledFrom'>,
  schedule: { readonly every: number } | undefined,
): Date | undefined {
  if (schedule === undefined || passwordChangedAt === undefined) return undefined;
  const from = Math.max(Date.parse(passwordChangedAt), Date.parse(scheduledFrom ?? passwordChangedAt));
  return new Date(from + schedule.every * 1_000);
}

/** Whether an idle credential has something to do beside a rotation. */
export function hasChore(state: CredentialState, facts: Pick<Facts, 'now' | 'credential'>): boolean {
  return isRetirementDue(state, facts) || (state.phase === 'idle' && isDriftCheckDue(state, facts));
}

/** Whether the user that the last swap replaced is to lose its password now. */
export function isRetirementDue(
  { predecessor }: CredentialState,
  facts: Pick<Facts, 'now' | 'credential'>,
): boolean {
  if (predecessor?.retireAt === undefined || predecessor.endedAt !== undefined) return false;
  return (
    facts.credential.strategy.kind === 'alternating-users' && facts.now >= new Date(predecessor.retireAt)
  );
}

/** Before the old user retires, a look that is this old is not enough. */
const FRESH_SECONDS = 300;

/** Whether the integration secrets are to be compared with the credential again. */
export function isDriftCheckDue(state: CredentialState, facts: Pick<Facts, 'now' | 'credential'>): boolean {
  const { integrations, drift } = facts.credential;
  if (integrations.length === 0) return false;
  const checkedAt = state.drift?.checkedAt;
  if (checkedAt === undefined) return true;
  const every = isRetirementDue(state, facts) ? Math.min(FRESH_SECONDS, drift.checkEvery) : drift.checkEvery;
  return facts.now.getTime() >= Date.parse(checkedAt) + every * 1_000;
}
