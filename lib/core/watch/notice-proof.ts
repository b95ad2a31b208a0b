import type { Credential } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import type { CredentialState, LiveUser } from '../domain/state.ts';
import type { LoginSummary, UserRecord } from '../ports/salesforce.ts';
import { canProve } from './asked-logins.ts';
import { isWrongCredential } from './login-outcome.ts';
import { hasForeign } from './own-logins.ts';

type WatchedState = CredentialState & { readonly user: LiveUser };

/**
 * A login by password that worked after the last change shows that the credential
 * does, so that a heartbeat can be left out. It shows nothing where the password has
 * been changed since, and nothing while others are refused: they may be the
 * integrations, and who got in may be a person with a token that they do not have.
 */
export function noticeProof(
  state: WatchedState,
  credential: Credential,
  record: UserRecord | undefined,
  logins: readonly LoginSummary[],
  now: Date,
): WatchedState {
  const { user } = state;
  const { changedAt, provenAt } = user;
  if (!canProve(credential) || changedAt === undefined) return state;
  if (record?.lastPasswordChangeDate !== changedAt) return state;
  const after = Math.max(Date.parse(changedAt), provenAt === undefined ? 0 : Date.parse(provenAt));
  const newer = logins.filter(({ lastAt }) => Date.parse(lastAt) > after);
  const own = budgetOf(state, user.username);
  if (newer.some((login) => isWrongCredential(login) && hasForeign(login, own))) return state;
  const worked = newer.filter(({ outcome, via }) => outcome === 'accepted' && via === 'soap');
  if (worked.length === 0) return state;
  const newest = Math.max(...worked.map(({ lastAt }) => Date.parse(lastAt)));
  // The org's clock may be ahead, and what is proven is so by now at the latest.
  const proven = Math.min(newest, now.getTime());
  return proven > after ? { ...state, user: { ...user, provenAt: new Date(proven).toISOString() } } : state;
}
