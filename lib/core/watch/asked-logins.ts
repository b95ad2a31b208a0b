import type { Credential } from '../config/load.ts';
import type { CredentialState, LiveUser, StragglerWatch } from '../domain/state.ts';
import type { LoginSummary, LoginsWanted, UserRecord } from '../ports/salesforce.ts';
import { sameSalesforceId } from '../ports/salesforce.ts';
import { isHeartbeatDue } from '../reconcile/schedule.ts';
import { isWatched } from './notice.ts';
import { CLOCK_TOLERANCE_SECONDS } from './notice-change.ts';
import { earliestSwapByOrg, latestSwapByOrg } from './swap-time.ts';

/** How often the watch looks. */
const PERIOD_SECONDS = 300;
/** Heartbeats are due at all times of the day; whether they are needed is asked for those of an hour together. */
const TOGETHER_SECONDS = 3_600;

/** Logins of the live user, and of the user that it replaced, read before the state that they are judged with. */
export interface SeenLogins {
  /** The swap that they were read for. */
  readonly swappedAt: string | undefined;
  readonly live: readonly LoginSummary[];
  readonly replaced: readonly LoginSummary[];
}

/**
 * Whether the login history is to be read for a credential: while stragglers are
 * looked for, and while a login that worked would spare a heartbeat or end what the
 * last one met. At other times it is not asked for, so that a fleet at rest costs no
 * call.
 */
export function asksForLogins(state: CredentialState, credential: Credential, now: Date): boolean {
  if (!isWatched(state)) return false;
  return openWatch(state, credential) !== undefined || seeksProof(state, credential, now);
}

/** The watch for stragglers, while there is something to look for. */
export function openWatch(
  { stragglers }: CredentialState,
  credential: Credential,
): StragglerWatch | undefined {
  if (credential.stragglers.convergedAfter === 0 || stragglers?.convergedAt !== undefined) return undefined;
  return stragglers;
}

function seeksProof(state: CredentialState, credential: Credential, now: Date): boolean {
  const { user } = state;
  if (user?.changedAt === undefined || !canProve(credential)) return false;
  if (isStillFailed(user)) return true;
  const isFirstLookOfTheHour = (now.getTime() / 1_000) % TOGETHER_SECONDS < PERIOD_SECONDS;
  const until = new Date(now.getTime() + (TOGETHER_SECONDS + PERIOD_SECONDS) * 1_000);
  return isFirstLookOfTheHour && isHeartbeatDue(state, { now: until, credential });
}

/** By OAuth many flows look alike in the history, and most of them need no password. */
export function canProve({ login, heartbeat }: Credential): boolean {
  return login.kind === 'soap' && heartbeat > 0;
}

function isStillFailed({ failed, provenAt }: LiveUser): boolean {
  if (failed === undefined) return false;
  return provenAt === undefined || Date.parse(provenAt) <= Date.parse(failed.at);
}

/** Whose logins are wanted, and since when. */
export function loginsWanted(
  state: CredentialState,
  credential: Credential,
  users: { readonly live: UserRecord | undefined; readonly replaced: UserRecord | undefined },
): readonly LoginsWanted[] {
  const watch = openWatch(state, credential);
  const live = users.live && { userId: users.live.userId, since: sinceOfLive(state, watch) };
  const replaced = users.replaced &&
    watch && { userId: users.replaced.userId, since: new Date(latestSwapByOrg(state, watch)) };
  return [live, replaced].filter((wanted) => wanted !== undefined);
}

function sinceOfLive({ user, since }: CredentialState, watch: StragglerWatch | undefined): Date {
  if (watch !== undefined) return new Date(earliestSwapByOrg(watch));
  const proven = Date.parse(user?.provenAt ?? since) - CLOCK_TOLERANCE_SECONDS * 1_000;
  return new Date(Math.max(proven, Date.parse(user?.changedAt ?? since)));
}

export function loginsOf(
  logins: readonly LoginSummary[],
  record: UserRecord | undefined,
): readonly LoginSummary[] {
  return record === undefined ? [] : logins.filter(({ userId }) => sameSalesforceId(userId, record.userId));
}
