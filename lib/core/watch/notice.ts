import type { Credential } from '../config/load.ts';
import { type Refusal, refusals } from '../domain/refusal.ts';
import type { CredentialState, LiveUser, UserTrouble } from '../domain/state.ts';
import { block, enter, note } from '../domain/transition.ts';
import type { UserRecord } from '../ports/salesforce.ts';
import { sameUsername } from '../reconcile/predecessor.ts';
import { noticeChange } from './notice-change.ts';

/** What the org's records said of one user, read before the state that it is judged with. */
export interface SeenUser {
  readonly username: string;
  /** `undefined` for a user that the org does not show. */
  readonly record: UserRecord | undefined;
}

/**
 * What follows from a look at the live user's record: the next state with its
 * events, or `undefined` where nothing does. Pure; it costs no login, and sets
 * nothing at Salesforce: a repair is only asked for.
 *
 * The record must have been read before the state was loaded. Every change of our
 * own is announced in the ledger before Salesforce hears of it, so that none can
 * be in the record and not in the state.
 */
export function notice(
  state: CredentialState,
  credential: Credential,
  { username, record }: SeenUser,
  now: Date,
): CredentialState | undefined {
  if (!isWatched(state)) return undefined;
  const user: LiveUser = state.user ?? { username };
  if (!sameUsername(user.username, username)) return undefined;
  const known = { ...state, user };
  const changed = noticeChange(known, credential, record, now);
  const next = noticeTrouble(changed, credential, record, now);
  return next === known && state.user !== undefined ? undefined : next;
}

/**
 * Whether the live user's record says something now. Where a rotation has begun
 * to change this very user, or is about to, what moves is its own doing, and its
 * own looks find what stands in its way.
 */
export function isWatched(state: CredentialState): boolean {
  const { phase, rotation, request, blocked, user } = state;
  switch (phase) {
    case 'idle':
      return rotation === undefined && request === undefined;
    case 'invited':
      return rotation?.startPressed !== true;
    case 'blocked':
      if (blocked?.from === 'idle' || blocked?.from === 'invited') return true;
      return isOfAnother(rotation, user);
    case 'awaiting-token':
      // After a token reset the password is as it was, and nothing of our own moves it.
      return rotation?.cause === 'token-reset' || isOfAnother(rotation, user);
    default:
      return isOfAnother(rotation, user);
  }
}

function isOfAnother(rotation: CredentialState['rotation'], user: LiveUser | undefined): boolean {
  return rotation !== undefined && user !== undefined && !sameUsername(rotation.username, user.username);
}

type WatchedState = CredentialState & { readonly user: LiveUser };

/**
 * A user who cannot log in blocks an idle credential until the records say that
 * it can; then it goes on by itself. A lockout ends by itself, so it is only told.
 */
function noticeTrouble(
  state: WatchedState,
  credential: Credential,
  record: UserRecord | undefined,
  now: Date,
): WatchedState {
  const at = now.toISOString();
  const { trouble: told } = state.user;
  const trouble = troubleOf(record);
  if (state.phase === 'blocked')
    return trouble === undefined && isBlockedBy(state, credential) ? resumed(state, at) : state;
  if (state.phase !== 'idle' || state.request !== undefined) return state;
  if (trouble === undefined)
    return told === undefined ? state : { ...state, user: withoutTrouble(state.user) };
  if (trouble === 'user-locked' && trouble === told) return state;
  const user = { ...state.user, trouble };
  const refusal = refusalOf(trouble, credential, user.username);
  if (trouble !== 'user-locked') return { ...block(state, at, refusal), user };
  const event = {
    type: 'User Locked Out',
    message: `The user "${user.username}" is locked out after failed logins, so the integrations cannot log in.`,
    reason: trouble,
    remedy:
      'Find out who logs in with an old credential; then unlock the user in Salesforce, or wait for the lockout to end.',
  } as const;
  return { ...note(state, at, event), user };
}

function troubleOf(record: UserRecord | undefined): UserTrouble | undefined {
  if (record === undefined) return 'user-not-found';
  if (!record.isActive) return 'user-inactive';
  if (record.isFrozen) return 'user-frozen';
  return record.isLocked ? 'user-locked' : undefined;
}

/** What is said of a user who cannot log in. */
export function refusalOf(trouble: UserTrouble, { org }: Credential, username: string): Refusal {
  switch (trouble) {
    case 'user-not-found':
      return refusals.userNotFound(username, org);
    case 'user-inactive':
      return refusals.userInactive(username);
    case 'user-frozen':
      return refusals.userFrozen(username);
    case 'user-locked':
      return refusals.userLocked(username);
  }
}

const TROUBLES: ReadonlySet<string> = new Set<UserTrouble>([
  'user-not-found',
  'user-inactive',
  'user-frozen',
  'user-locked',
]);

/** Whether what blocks it is trouble with the live user, before a rotation changed anything. */
function isBlockedBy({ blocked, user }: WatchedState, { strategy }: Credential): boolean {
  if (blocked === undefined || (blocked.from !== 'idle' && blocked.from !== 'invited')) return false;
  const { code } = blocked.refusal;
  // With two users, a rotation may have met the trouble with the other one.
  return TROUBLES.has(code) && (strategy.kind === 'single-user' || code === user.trouble);
}

function resumed(state: WatchedState, at: string): WatchedState {
  const message = `The org shows the user "${state.user.username}" as able to log in again, so the service goes on.`;
  const event = { type: 'Rotation Resumed', message, by: 'watch' } as const;
  return {
    ...enter(state, state.blocked?.from ?? 'idle', at, event),
    user: withoutTrouble(state.user),
  };
}

function withoutTrouble({ trouble: _over, ...user }: LiveUser): LiveUser {
  return user;
}
