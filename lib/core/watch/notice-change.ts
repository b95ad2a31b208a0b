import type { Credential } from '../config/load.ts';
import type { CredentialState, LiveUser } from '../domain/state.ts';
import { type EventText, note } from '../domain/transition.ts';
import type { UserRecord } from '../ports/salesforce.ts';

/**
 * How far our clock and the org's may be apart. It matters only while the org's
 * own date of our last change is not known, after a lost answer or a lost ledger.
 */
export const CLOCK_TOLERANCE_SECONDS = 900;

type WatchedState = CredentialState & { readonly user: LiveUser };

/**
 * The password moved, and it was not us: people are told once for each change,
 * and a repair is asked for as the credential's policy says. What the
 * integrations have stays until something better is verified.
 */
export function noticeChange(
  state: WatchedState,
  credential: Credential,
  record: UserRecord | undefined,
  now: Date,
): WatchedState {
  const changed = record?.lastPasswordChangeDate;
  if (changed === undefined) return state;
  switch (whoseChange(state, changed)) {
    case 'known':
      return state;
    case 'ours':
      return { ...state, user: { ...state.user, changedAt: changed } };
    case 'outside':
      return outsideChange(state, credential, changed, now.toISOString());
  }
}

/** The org's dates are compared with each other; only where that is not possible, with our clock. */
function whoseChange(
  { user, passwordChangedAt }: WatchedState,
  changed: string,
): 'known' | 'ours' | 'outside' {
  const moment = Date.parse(changed);
  if (user.changedAt !== undefined) return moment > Date.parse(user.changedAt) ? 'outside' : 'known';
  if (passwordChangedAt === undefined) return 'ours';
  const latest = Date.parse(passwordChangedAt) + CLOCK_TOLERANCE_SECONDS * 1_000;
  return moment > latest ? 'outside' : 'ours';
}

function outsideChange(
  state: WatchedState,
  credential: Credential,
  changed: string,
  at: string,
): WatchedState {
  const repair = repairOf(state, credential);
  const toTell = state.user.toldChange === changed || repair === 'ask' ? undefined : changed;
  const told =
    toTell === undefined
      ? state
      : {
          ...note(state, at, tellingOf(state, changed, repair)),
          user: { ...state.user, toldChange: changed },
        };
  switch (repair) {
    case 'none':
      return told;
    case 'hurry':
      return { ...hurried(told), user: told.user };
    case 'take-over':
      return requested(told, repair, at);
    case 'ask': {
      const message = `The org's records say that the password of "${state.user.username}" was changed by somebody else at ${changed}.`;
      const event = { type: 'Rotation Requested', message, by: 'watch' } as const;
      const asked = requested(told, 'outside-change', at);
      return { ...note(asked, at, event), user: asked.user };
    }
  }
}

type Repair = 'none' | 'ask' | 'take-over' | 'hurry';

function repairOf({ phase, rotation }: WatchedState, { onOutsideChange }: Credential): Repair {
  if (onOutsideChange === 'alert' || phase === 'blocked') return 'none';
  const makesRoom = phase === 'idle' || phase === 'invited' || rotation?.cause === 'token-reset';
  if (makesRoom) return onOutsideChange === 'prompt' ? 'ask' : 'take-over';
  // The rotation is about the other of two users, and ends in a swap to that one.
  return rotation?.commitAt === undefined ? 'none' : 'hurry';
}

/** The swap to the other user need not wait for its due time. */
function hurried(state: CredentialState): CredentialState {
  const { rotation } = state;
  if (rotation === undefined) return state;
  const { commitAt: _waitedFor, ...rest } = rotation;
  return { ...state, rotation: rest };
}

/** An invitation that nobody has answered yet makes room, as the outage that it was to put off is there, and so does the question for a token alone. */
function requested(
  { rotation: _invited, ...state }: WatchedState,
  cause: 'outside-change' | 'take-over',
  at: string,
): WatchedState {
  const since = state.phase === 'idle' ? state.since : at;
  return { ...state, phase: 'idle', since, request: { cause, by: 'watch', at } };
}

function tellingOf({ user, phase, blocked }: WatchedState, changed: string, repair: Repair): EventText {
  const what = `The password of "${user.username}" was changed by somebody else at ${changed}, so what the integrations have no longer works.`;
  const type = 'Password Changed Outside';
  const by = 'watch';
  if (repair === 'take-over')
    return {
      type,
      by,
      message: `${what} The service sets another one now; the integrations follow when it is verified.`,
      remedy: 'Bring the new security token if you are asked for it.',
    };
  if (repair === 'hurry')
    return {
      type,
      by,
      message: `${what} The other user is prepared, and the swap to it is asked for now.`,
      remedy: 'Wait for the swap, which needs nobody; then find out who changed the password.',
    };
  if (blocked !== undefined)
    return { type, by, message: `${what} The credential is blocked.`, remedy: blocked.refusal.remedy };
  if (phase !== 'idle' && phase !== 'invited')
    return {
      type,
      by,
      message: `${what} A rotation is under way that swaps them to the other user.`,
      remedy: 'Bring the new security token if you are asked for it.',
    };
  return {
    type,
    by,
    message: what,
    remedy:
      'Ask for "rotate-now" to have a new password set, or for "outside-change" to have the one that was set taken over.',
  };
}
