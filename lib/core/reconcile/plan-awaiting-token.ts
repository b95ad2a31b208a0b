import { budgetOf } from '../domain/budget.ts';
import { refusals, rollbackRefusals, withoutDraftNote } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { rotationOf } from '../domain/transition.ts';
import type { Action, Facts } from './facts.ts';
import { planEditInstead } from './plan-chores.ts';
import {
  attemptsLeft,
  decline,
  hasMoved,
  isOffer,
  remindOrRest,
  whileChecking,
  whileNotVisible,
  withoutAttempts,
  withoutDraft,
} from './plan-parts.ts';

/**
 * How long after a refusal the same token may be tried once more: a new token
 * can take minutes to work. Lambda delivers a mail that was not taken after one
 * minute and after three, so the one try that is left falls on the later.
 */
const TOKEN_RETRY_SECONDS = 120;

/** Salesforce has the password, a new one or, after a token reset, the current one; what is missing is a token that it accepts. */
export function planAwaitingToken(state: CredentialState, facts: Facts): Action {
  const { cause } = rotationOf(state);
  if (cause === 'rollback') return planRollback(state, facts);
  if (cause === 'outside-change') return planOutsideChange(state, facts);
  if (facts.trigger.kind === 'credential') return decline('not-waiting');
  const checking = whileChecking(state, facts);
  if (checking !== undefined) return checking;
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft === 'complete') return { do: 'conclude-verified' };
  const instead = cause === 'token-reset' ? planEditInstead(state, facts) : undefined;
  // An edit that ends the rotation empties the draft first; where that run died, another goes on.
  if (facts.draft !== 'incomplete') return instead ?? withoutDraft(state, facts);
  if (attemptsLeft(state, facts) < 1) return withoutAttempts(state, facts);
  if (facts.trigger.kind === 'token')
    return whileChangedToo(state, facts) ?? planOffered(state, facts, facts.trigger.source);
  if (mayTryUnchanged(state, facts)) {
    if (facts.unchangedToken === undefined) return { do: 'look', at: 'unchanged-token' };
    if (facts.unchangedToken === 'known') return { do: 'verify', source: 'unchanged' };
  }
  if (!facts.credential.token.sources.some((source) => source !== 'unchanged')) {
    const refusal = refusals.noTokenSource(rotationOf(state).username);
    return { do: 'block', refusal: cause === 'token-reset' ? withoutDraftNote(refusal) : refusal };
  }
  if (rotationOf(state).reminders === undefined) return { do: 'request-token' };
  return instead ?? remindOrRest(state, facts, 'waiting for the new security token');
}

/**
 * Somebody else changed the password. What a person brings is tried as it is,
 * by one login; only what Salesforce has accepted becomes the draft. Before
 * that, every check is made that precedes a change of a password, because the
 * swap follows at once.
 */
function planOutsideChange(state: CredentialState, facts: Facts): Action {
  const checking = whileChecking(state, facts);
  if (checking !== undefined) return checking;
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft === 'complete') return { do: 'conclude-verified' };
  if (facts.trigger.kind === 'token') return decline('password-needed');
  if (attemptsLeft(state, facts) < 1) return withoutAttempts(state, facts);
  if (facts.trigger.kind !== 'credential') {
    if (rotationOf(state).reminders === undefined) return { do: 'request-token' };
    return (
      planEditInstead(state, facts) ??
      remindOrRest(state, facts, 'waiting for the password that was set outside, and its token')
    );
  }
  if (facts.preflight === undefined) return { do: 'look', at: 'preflight' };
  if (facts.preflight !== 'passed') return { do: 'block', refusal: facts.preflight };
  return planOffered(state, facts, 'operator');
}

/** The previous credential is in the draft; one login says whether it still works. */
function planRollback(state: CredentialState, facts: Facts): Action {
  if (isOffer(facts.trigger)) return decline('not-waiting');
  const checking = whileChecking(state, facts);
  if (checking !== undefined) return checking;
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft === 'complete') return { do: 'conclude-verified' };
  const { username, triedUnchanged } = rotationOf(state);
  const refuse = (problem: string): Action => ({
    do: 'refuse-rollback',
    refusal: rollbackRefusals.toDeadCredential(username, problem),
  });
  if (facts.draft !== 'incomplete')
    return whileNotVisible(state, facts) ?? refuse('the draft no longer holds it');
  if (triedUnchanged === true) return refuse('Salesforce does not accept it any more');
  if (attemptsLeft(state, facts) < 1) return withoutAttempts(state, facts);
  return { do: 'verify', source: 'unchanged' };
}

/**
 * Somebody who resets a token may change the password, too, and a change resets the
 * token anyway. Then no token goes with the drafted password, and the watch finds
 * the change; no attempt is spent on it before.
 */
function whileChangedToo(state: CredentialState, facts: Facts): Action | undefined {
  const { cause, changedBefore } = rotationOf(state);
  if (cause !== 'token-reset' || changedBefore === undefined) return undefined;
  if (facts.lastPasswordChangeDate === undefined) return { do: 'look', at: 'user' };
  return hasMoved(changedBefore, facts.lastPasswordChangeDate)
    ? { do: 'rest', because: 'the password was changed by somebody else, too' }
    : undefined;
}

/** What Salesforce refused is tried once more, two minutes later at the earliest, and then no more. */
function planOffered(
  state: CredentialState,
  facts: Facts,
  source: 'unchanged' | 'mailbox' | 'operator',
): Action {
  if (facts.offeredFingerprint === undefined) return { do: 'look', at: 'offer' };
  const budget = budgetOf(state, rotationOf(state).username);
  const earlier = budget.refused.find((refused) => refused.fingerprint === facts.offeredFingerprint);
  if (earlier === undefined) return { do: 'verify', source };
  const retryAt = new Date(Date.parse(earlier.at) + TOKEN_RETRY_SECONDS * 1_000);
  if (earlier.times > 1) return decline('refused-before');
  if (facts.now < retryAt)
    return {
      do: 'rest',
      because: 'Salesforce refused this token a moment ago',
      until: retryAt,
      why: 'refused-a-moment-ago',
    };
  return { do: 'verify', source };
}

/** The old token is tried once, and never with the last attempt if another source may bring the new one. */
function mayTryUnchanged(state: CredentialState, facts: Facts): boolean {
  const { sources } = facts.credential.token;
  const { triedUnchanged, cause } = rotationOf(state);
  if (!sources.includes('unchanged') || triedUnchanged === true || cause === 'token-reset') return false;
  return attemptsLeft(state, facts) >= (sources.length > 1 ? 2 : 1);
}
