import { compactRecord } from './records.ts';
import type { Refusal } from './refusal.ts';
import type { CredentialState, EventType, HistoryEvent, Phase, Rotation } from './state.ts';

export interface EventText {
  readonly type: EventType;
  readonly message: string;
  readonly reason?: string;
  readonly remedy?: string;
  readonly by?: string;
  readonly promptId?: string | undefined;
}

/** Moves a state to a phase and notes the event in its outbox. Pure; the caller saves. */
export function enter(
  state: CredentialState,
  phase: Phase,
  at: string,
  event: EventText,
  changes: Partial<
    Pick<CredentialState, 'rotation' | 'request' | 'budgets' | 'last' | 'passwordChangedAt' | 'predecessor'>
  > = {},
): CredentialState {
  const moved = { ...state, ...changes, phase, since: phase === state.phase ? state.since : at };
  const { blocked: _blocked, ...rest } = moved;
  return note(rest, at, event);
}

/** Adds an event without a change of phase. */
export function note(state: CredentialState, at: string, event: EventText): CredentialState {
  return { ...state, outbox: [...state.outbox, historyEvent(state, at, event)] };
}

/** Merges changes into the rotation; a programming error where there is none. */
export function withRotation(state: CredentialState, changes: Partial<Rotation>): CredentialState {
  return { ...state, rotation: { ...rotationOf(state), ...changes } };
}

/** The rotation of a state whose phase implies one. */
export function rotationOf(state: CredentialState): Rotation {
  if (state.rotation === undefined)
    throw new Error(`phase ${state.phase} of "${state.credential}" has no rotation`);
  return state.rotation;
}

/** Whether a rotation of this cause sets a password at Salesforce; the others prove one that is in force. */
export function setsPassword(cause: Rotation['cause']): boolean {
  return cause !== 'rollback' && cause !== 'outside-change' && cause !== 'token-reset';
}

/** The refusal as a state: blocked, with where it came from kept for `resume`. */
export function block(state: CredentialState, at: string, refusal: Refusal): CredentialState {
  if (state.phase === 'blocked') return state;
  const event: EventText = {
    type: 'Rotation Blocked',
    message: refusal.message,
    reason: refusal.code,
    remedy: refusal.remedy,
  };
  const blocked = { from: state.phase, refusal, at };
  return { ...enter(state, 'blocked', at, event), blocked };
}

function historyEvent(state: CredentialState, at: string, event: EventText): HistoryEvent {
  return compactRecord({
    id: `${String(state.version + 1).padStart(8, '0')}-${state.outbox.length}`,
    at,
    credential: state.credential,
    phase: state.phase,
    rotationId: state.rotation?.id,
    ...event,
  });
}
