import { ApiError } from './api-error.ts';
import type { Caller } from './passwords.ts';
import { newSessionId, type Random } from './random-text.ts';
import type { OrgState, StoredSession, StoredUser } from './state.ts';

/** Opens a session and forgets those that ran out. */
export function openSession(
  state: OrgState,
  user: StoredUser,
  kind: StoredSession['kind'],
  passwordExpired: boolean,
  act: { readonly now: Date; readonly random: Random },
): StoredSession {
  state.sessions = state.sessions.filter((session) => !isOver(state, session, act.now));
  const session: StoredSession = {
    id: newSessionId(act.random, state.organizationId),
    userId: user.id,
    kind,
    lastUsedAt: act.now.toISOString(),
    passwordExpired,
  };
  state.sessions.push(session);
  return session;
}

/** The session and its user; nobody when it ran out or the user was deactivated or frozen. */
export function findCaller(state: OrgState, sessionId: string | undefined, now: Date): Caller | undefined {
  const session = state.sessions.find((candidate) => candidate.id === sessionId);
  if (session === undefined || isOver(state, session, now)) return undefined;
  const user = state.users.find((candidate) => candidate.id === session.userId);
  if (user === undefined || !user.isActive || user.isFrozen) return undefined;
  return { session, user };
}

/**
 * Counts a call against the day's limit and keeps the session alive. Returns
 * whether something changed that has to be saved: a session is prolonged only
 * in the second half of its time, as in Salesforce, and the day's count is
 * saved along with the next other change.
 */
export function meterCall(state: OrgState, { session }: Caller, now: Date): boolean {
  const day = now.toISOString().slice(0, 10);
  if (state.apiCalls.day !== day) state.apiCalls = { day, count: 0 };
  if (state.apiCalls.count >= state.settings.apiCallsPerDay) {
    throw new ApiError('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 403);
  }
  state.apiCalls.count += 1;
  const idleMs = now.getTime() - Date.parse(session.lastUsedAt);
  if (idleMs < timeoutMs(state) / 2) return false;
  session.lastUsedAt = now.toISOString();
  return true;
}

export function endSession(state: OrgState, sessionId: string): boolean {
  const before = state.sessions.length;
  state.sessions = state.sessions.filter((session) => session.id !== sessionId);
  return state.sessions.length < before;
}

function isOver(state: OrgState, session: StoredSession, now: Date): boolean {
  return now.getTime() - Date.parse(session.lastUsedAt) >= timeoutMs(state);
}

function timeoutMs(state: OrgState): number {
  return state.settings.sessionTimeoutMinutes * 60_000;
}
