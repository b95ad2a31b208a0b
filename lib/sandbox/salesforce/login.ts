import { numberedId, PREFIX } from './ids.ts';
import { REFUSALS } from './login-refusals.ts';
import {
  judgeLogin,
  type LoginRefusal,
  OAUTH_GRANT,
  OAUTH_PASSWORD_LOGIN,
  SOAP_LOGIN,
} from './login-rules.ts';
import { type Act, clearLockout, countFailure } from './passwords.ts';
import { isPasswordExpired, policyOf } from './policy.ts';
import { openSession } from './sessions.ts';
import { type OrgState, type StoredSession, type StoredUser, takeSerial } from './state.ts';
import { toSecond } from './times.ts';

/** The ways in: SOAP `login()`, the OAuth username-password flow, OAuth grants without a password. */
export type Rules = 'soap' | 'oauth-password' | 'oauth-grant';

export interface LoginAttempt {
  readonly username: string;
  /** Password and token in one string; empty for a grant that has none. */
  readonly secret: string;
  readonly address: string;
  readonly application: string;
  readonly loginType: string;
  readonly apiType: string;
  readonly apiVersion: string;
}

export type LoginVerdict =
  | {
      readonly kind: 'accepted';
      readonly user: StoredUser;
      readonly session: StoredSession;
      readonly passwordExpired: boolean;
    }
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'password-expired' }
  | { readonly kind: 'refused'; readonly refusal: LoginRefusal };

const RULES = { soap: SOAP_LOGIN, 'oauth-password': OAUTH_PASSWORD_LOGIN, 'oauth-grant': OAUTH_GRANT };
const HOUR_MS = 60 * 60 * 1000;
const HISTORY_LIMIT = 20_000;
const RATE_STATUS = REFUSALS['rate-exceeded'].status;

/**
 * Judges, counts and records one login, and opens the session of a good one.
 *
 * An expired password opens a SOAP session that may only set a new one; the
 * OAuth username-password flow refuses it; other grants do not ask.
 */
export function tryLogin(state: OrgState, act: Act, rules: Rules, attempt: LoginAttempt): LoginVerdict {
  const user = byUsername(state, attempt.username);
  if (user === undefined) return { kind: 'unknown-user' };
  const refusal = judgeLogin(RULES[rules], {
    user,
    settings: state.settings,
    secret: attempt.secret,
    address: attempt.address,
    now: act.now,
    loginsInHour: loginsInHour(state, user, act.now),
  });
  if (refusal !== undefined) {
    if (REFUSALS[refusal].counts) countFailure(state, act.now, user);
    record(state, act, user, attempt, REFUSALS[refusal].status);
    return { kind: 'refused', refusal };
  }
  const expired = rules !== 'oauth-grant' && isPasswordExpired(policyOf(state.settings, user), user, act.now);
  if (rules !== 'oauth-grant') clearLockout(user);
  if (expired && rules === 'oauth-password') {
    record(state, act, user, attempt, 'Failed: Password Expired');
    return { kind: 'password-expired' };
  }
  record(state, act, user, attempt, 'Success');
  user.lastLoginDate = toSecond(act.now);
  const session = openSession(state, user, rules === 'soap' ? 'soap' : 'oauth', expired, act);
  return { kind: 'accepted', user, session, passwordExpired: expired };
}

function byUsername(state: OrgState, username: string): StoredUser | undefined {
  const lower = username.toLowerCase();
  return state.users.find((user) => user.username.toLowerCase() === lower);
}

function loginsInHour(state: OrgState, user: StoredUser, now: Date): number {
  let count = 0;
  // The latest are last.
  for (let index = state.loginHistory.length - 1; index >= 0; index -= 1) {
    const row = state.loginHistory[index];
    if (row === undefined || Date.parse(row.at) <= now.getTime() - HOUR_MS) break;
    if (row.userId === user.id && row.status !== RATE_STATUS) count += 1;
  }
  return count;
}

function record(state: OrgState, act: Act, user: StoredUser, attempt: LoginAttempt, status: string): void {
  state.loginHistory.push({
    id: numberedId(PREFIX.loginHistory, takeSerial(state)),
    userId: user.id,
    at: toSecond(act.now),
    status,
    sourceIp: attempt.address,
    application: attempt.application,
    loginType: attempt.loginType,
    apiType: attempt.apiType,
    apiVersion: attempt.apiVersion,
  });
  if (state.loginHistory.length > HISTORY_LIMIT) state.loginHistory.shift();
}
