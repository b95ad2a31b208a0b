import type { Credential } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import { compactRecord } from '../domain/records.ts';
import type { CredentialState, LiveUser, Straggler, StragglerWatch } from '../domain/state.ts';
import { note } from '../domain/transition.ts';
import type { UserRecord } from '../ports/salesforce.ts';
import type { SeenLogins } from './asked-logins.ts';
import { lockoutForecast } from './lockout-forecast.ts';
import { mayLockUser, stragglersGone, stragglersSeen } from './straggler-events.ts';
import { findStragglers, rememberedStragglers } from './stragglers.ts';
import { latestSwapByOrg } from './swap-time.ts';

const HOUR = 3_600_000;

type WatchedState = CredentialState & { readonly user: LiveUser; readonly stragglers: StragglerWatch };

interface Seen {
  readonly record: UserRecord | undefined;
  readonly logins: SeenLogins;
}

/**
 * Who still logs in with a credential that the last swap replaced. Each client is
 * told once, a lockout is warned of once before it happens, and when none has been
 * seen for long enough the watch ends.
 */
export function noticeStragglers(
  state: WatchedState,
  credential: Credential,
  { record, logins }: Seen,
  now: Date,
): WatchedState {
  // The login that proved the credential right before the swap is there for who may see it.
  if (logins.live.length === 0) return unseen(state, credential, now);
  const { unseen: _shown, ...watch } = state.stragglers;
  const graceEnds = latestSwapByOrg(state, watch) + credential.stragglers.grace * 1_000;
  const found = findStragglers(state, credential, logins).filter(
    ({ lastAt }) => Date.parse(lastAt) >= graceEnds,
  );
  const seen = rememberedStragglers(watch.seen, found);
  const looked = { ...state, stragglers: { ...watch, seen } };
  return ended(told(warned(looked, credential, { record, logins }, now), now), credential, state, now);
}

function unseen(state: WatchedState, credential: Credential, now: Date): WatchedState {
  const { stragglers: watch } = state;
  const isOver = now.getTime() >= Date.parse(watch.from) + credential.stragglers.convergedAfter * 1_000;
  const next: StragglerWatch = compactRecord({
    ...watch,
    unseen: true as const,
    convergedAt: isOver ? now.toISOString() : undefined,
  });
  return withLook({ ...state, stragglers: next }, state, now);
}

/** Once in a watch, whether or not the client still has time to change over. */
function warned(
  state: WatchedState,
  credential: Credential,
  { record, logins }: Seen,
  now: Date,
): WatchedState {
  const { user, stragglers } = state;
  if (stragglers.warnedAt !== undefined || record?.isLocked !== false) return state;
  const forecast = lockoutForecast(logins.live, credential, budgetOf(state, user.username), now);
  if (forecast === undefined) return state;
  const at = now.toISOString();
  const event = mayLockUser(user.username, credential, forecast);
  return { ...note(state, at, event), user, stragglers: { ...stragglers, warnedAt: at } };
}

function told(state: WatchedState, now: Date): WatchedState {
  const { user, stragglers } = state;
  const untold = stragglers.seen.filter(({ toldAt }) => toldAt === undefined);
  if (untold.length === 0) return state;
  const at = now.toISOString();
  const seen = stragglers.seen.map((straggler) => ({ ...straggler, toldAt: straggler.toldAt ?? at }));
  return { ...note(state, at, stragglersSeen(untold)), user, stragglers: { ...stragglers, seen } };
}

function ended(state: WatchedState, credential: Credential, before: WatchedState, now: Date): WatchedState {
  const { user, stragglers } = state;
  const { convergedAfter } = credential.stragglers;
  const last = Math.max(
    Date.parse(stragglers.from),
    ...stragglers.seen.map(({ lastAt }) => Date.parse(lastAt)),
  );
  if (now.getTime() < last + convergedAfter * 1_000) return withLook(state, before, now);
  const at = now.toISOString();
  const event = stragglersGone(stragglers.seen.length, convergedAfter);
  const next = { ...stragglers, lookedAt: at, convergedAt: at };
  return { ...note(state, at, event), user, stragglers: next };
}

/** That somebody looked is worth a write of its own once an hour. */
function withLook(state: WatchedState, before: WatchedState, now: Date): WatchedState {
  const { lookedAt } = before.stragglers;
  const isFresh = lookedAt !== undefined && now.getTime() < Date.parse(lookedAt) + HOUR;
  if (isFresh && isSame(state, before)) return before;
  return { ...state, stragglers: { ...state.stragglers, lookedAt: now.toISOString() } };
}

function isSame(
  { outbox, stragglers: a }: WatchedState,
  { outbox: told, stragglers: b }: WatchedState,
): boolean {
  if (outbox !== told || a.unseen !== b.unseen || a.convergedAt !== b.convergedAt) return false;
  return a.seen.length === b.seen.length && a.seen.every((one, index) => sameStraggler(one, b.seen[index]));
}

function sameStraggler(a: Straggler, b: Straggler | undefined): boolean {
  return (
    a.logins === b?.logins &&
    a.lastAt === b.lastAt &&
    a.sourceIp === b.sourceIp &&
    a.application === b.application
  );
}
