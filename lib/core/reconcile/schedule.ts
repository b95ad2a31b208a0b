import type { Credential } from '../config/load.ts';
import type { CredentialState, RotationRequest } from '../domain/state.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
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
  if (isRetirementDue(state, facts)) return true;
  return state.phase === 'idle' && (isDriftCheckDue(state, facts) || isHeartbeatDue(state, facts));
}

/** A heartbeat without an answer is repeated so much later, or at the next regular one where that is sooner. */
const HEARTBEAT_RETRY_SECONDS = 3_600;

/** Whether a login is to show that the current credential still works. */
export function isHeartbeatDue(state: CredentialState, facts: Pick<Facts, 'now' | 'credential'>): boolean {
  const { phase, rotation, request } = state;
  if (phase !== 'idle' || rotation !== undefined || request !== undefined) return false;
  const dueAt = heartbeatDueAt(state, facts.credential);
  return dueAt !== undefined && facts.now.getTime() >= dueAt;
}

/** What was met is not tried again until something newer proves it mended, or a person says so. */
function heartbeatDueAt({ user, since }: CredentialState, credential: Credential): number | undefined {
  const interval = credential.heartbeat * 1_000;
  if (interval === 0 || user === undefined) return undefined;
  const provenAt = timeOf(user.provenAt);
  const triedAt = timeOf(user.triedAt);
  const retryAt = triedAt + Math.min(HEARTBEAT_RETRY_SECONDS * 1_000, interval);
  const { failed } = user;
  if (failed !== undefined && provenAt <= Date.parse(failed.at)) {
    if (failed.resumedAt === undefined) return undefined;
    const resumedAt = Date.parse(failed.resumedAt);
    return triedAt >= resumedAt ? retryAt : resumedAt;
  }
  const regularAt = user.provenAt === undefined ? firstHeartbeatAt(since, credential) : provenAt + interval;
  return triedAt > provenAt ? Math.max(regularAt, retryAt) : regularAt;
}

/** Somewhere in the first interval, by the name: a fleet that is new, or whose ledger was lost, does not log in all at once. */
function firstHeartbeatAt(since: string, { name, heartbeat }: Credential): number {
  const share = Number.parseInt(derivedVersionId('heartbeat', name).slice(0, 8), 16) / 2 ** 32;
  return Date.parse(since) + share * heartbeat * 1_000;
}

function timeOf(moment: string | undefined): number {
  return moment === undefined ? Number.NEGATIVE_INFINITY : Date.parse(moment);
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

/**
 * Whether to look again if somebody wrote the credential secret, and if the
 * integration secrets carry what it holds.
 */
export function isDriftCheckDue(state: CredentialState, facts: Pick<Facts, 'now' | 'credential'>): boolean {
  const { drift } = facts.credential;
  const checkedAt = state.drift?.checkedAt;
  if (checkedAt === undefined) return true;
  const every = isRetirementDue(state, facts) ? Math.min(FRESH_SECONDS, drift.checkEvery) : drift.checkEvery;
  return facts.now.getTime() >= Date.parse(checkedAt) + every * 1_000;
}
