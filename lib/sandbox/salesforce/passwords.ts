import { ApiError, insufficientAccess } from './api-error.ts';
import { numberedId, PREFIX } from './ids.ts';
import { isLocked } from './login-rules.ts';
import { queueResetLinkMail, queueTokenMail } from './mail-queue.ts';
import { policyOf, refusedPassword } from './policy.ts';
import { newToken, type Random, temporaryPassword } from './random-text.ts';
import { type OrgState, type StoredSession, type StoredUser, takeSerial } from './state.ts';
import { toSecond } from './times.ts';

/** Who calls, as the session says. */
export interface Caller {
  readonly session: StoredSession;
  readonly user: StoredUser;
}

/** What a change of a password needs besides the state. */
export interface Act {
  readonly now: Date;
  readonly random: Random;
}

/**
 * Throws unless the caller may set this user's password.
 *
 * Others: the permission to reset passwords. Oneself: the org's setting, for
 * administrators, too; a session with an expired password may always, since
 * it is told to call setPassword.
 */
export function demandMaySet(state: OrgState, caller: Caller, target: StoredUser): void {
  if (target.id !== caller.user.id) {
    if (!caller.user.permissions.manageUsers) {
      throw insufficientAccess('You do not have permission to view this record.');
    }
    return;
  }
  if (!state.settings.allowSetPasswordForSelf && !caller.session.passwordExpired) {
    throw insufficientAccess('Cannot set password for self');
  }
}

/** Sets a permanent password through an API: policy, effect, token, audit. */
export function setThroughApi(
  state: OrgState,
  act: Act,
  caller: Caller,
  target: StoredUser,
  password: string,
): void {
  changePassword(state, act, target, password);
  if (state.settings.passwordSetUnlocks) clearLockout(target);
  const mode = state.settings.onApiPasswordSet;
  if (target.tokenOwed) renewToken(state, act, target, 'mail');
  else if (mode !== 'keep-token' && target.token !== null) {
    renewToken(state, act, target, mode === 'reset-and-mail' ? 'mail' : 'silent');
  }
  target.tokenOwed = false;
  audit(state, act, caller.user.id, 'changedpassword', `Changed password for user ${target.username}`);
}

/** The user's own change on a page: the token is always reset and mailed. */
export function setThroughPage(state: OrgState, act: Act, user: StoredUser, password: string): void {
  changePassword(state, act, user, password);
  clearLockout(user);
  renewToken(state, act, user, 'mail');
  user.tokenOwed = false;
  audit(state, act, user.id, 'changedpassword', `Changed password for user ${user.username}`);
}

/**
 * An administrator's reset: a temporary password, a mailed link, the old token
 * dead; the new token follows once a permanent password is set. Also unlocks.
 */
export function resetToTemporary(
  state: OrgState,
  act: Act,
  byUserId: string | null,
  target: StoredUser,
): string {
  const password = temporaryPassword(act.random);
  replacePassword(state, act, target, password);
  clearLockout(target);
  target.mustChangePassword = true;
  target.tokenOwed = target.loginIpRanges.length === 0;
  target.token = target.loginIpRanges.length === 0 ? null : target.token;
  queueResetLinkMail(state, target, act.now, act.random);
  audit(state, act, byUserId, 'resetpassword', `Reset password for user ${target.username}`);
  return password;
}

/**
 * A new token; the old one is dead at once and the new one works after the
 * activation delay. A user whose profile has login ranges keeps what there is:
 * no token is made or mailed for such a user.
 */
export function renewToken(state: OrgState, act: Act, user: StoredUser, how: 'mail' | 'silent'): void {
  if (user.loginIpRanges.length > 0) return;
  const activeAt = new Date(act.now.getTime() + state.settings.tokenActivationDelayMs).toISOString();
  user.token = { value: newToken(act.random), activeAt };
  if (how === 'mail') queueTokenMail(state, user, user.token.value, act.now, act.random);
}

/** Checks the old password of a change through the API; a wrong one counts towards the lockout. */
export function checkOldPassword(
  state: OrgState,
  act: Act,
  user: StoredUser,
  password: string,
): ApiError | undefined {
  if (isLocked(user, act.now)) {
    return new ApiError('PASSWORD_LOCKOUT', 'The user is locked out after too many failed attempts.', 403);
  }
  if (password === user.password) return undefined;
  countFailure(state, act.now, user);
  return new ApiError('INVALID_OLD_PASSWORD', 'The old password is not correct.');
}

/** One more failure; at the threshold the user is locked. A lock that ran out starts the count anew. */
export function countFailure(state: OrgState, now: Date, user: StoredUser): void {
  const policy = policyOf(state.settings, user);
  if (user.lockedUntil !== null && !isLocked(user, now)) clearLockout(user);
  user.failedLogins += 1;
  if (policy.lockoutAfter === null || user.failedLogins < policy.lockoutAfter) return;
  user.lockedUntil =
    policy.lockoutMinutes === 'forever'
      ? 'forever'
      : new Date(now.getTime() + policy.lockoutMinutes * 60_000).toISOString();
}

export function clearLockout(user: StoredUser): void {
  user.failedLogins = 0;
  user.lockedUntil = null;
}

export function audit(
  state: OrgState,
  act: Act,
  byUserId: string | null,
  action: string,
  display: string,
): void {
  state.auditTrail.push({
    id: numberedId(PREFIX.auditTrail, takeSerial(state)),
    at: toSecond(act.now),
    byUserId,
    action,
    section: 'Manage Users',
    display,
  });
}

function changePassword(state: OrgState, act: Act, user: StoredUser, password: string): void {
  const refusal = refusedPassword(policyOf(state.settings, user), user, password, act.now);
  if (refusal !== undefined) throw new ApiError('INVALID_NEW_PASSWORD', refusal);
  replacePassword(state, act, user, password);
  user.mustChangePassword = false;
}

/** The old password is dead from here on. */
function replacePassword(state: OrgState, act: Act, user: StoredUser, password: string): void {
  user.password = password;
  user.passwordHistory = [password, ...user.passwordHistory].slice(0, 24);
  user.lastPasswordChangeDate = toSecond(act.now);
  if (state.settings.passwordSetEndsSessions) {
    state.sessions = state.sessions.filter((session) => session.userId !== user.id);
  }
  for (const session of state.sessions) {
    if (session.userId === user.id) session.passwordExpired = false;
  }
}
