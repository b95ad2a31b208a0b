import { budgetOf } from '../domain/budget.ts';
import { refusals, rollbackRefusals, withoutDraftNote } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { rotationOf, setsPassword } from '../domain/transition.ts';
import type { Action, DeclineReason, Facts, Offer, Trigger } from './facts.ts';

/** What the plans of several phases have in common: what is waited for, what is too much, and what is declined. */

/** How long after a write a read may still answer from before it. */
export const VISIBLE_AFTER_SECONDS = 60;

/** Another run replaces the old user's password or brings integration secrets forward. */
export function whileAtChore({ chore }: CredentialState, facts: Facts): Action | undefined {
  if (chore === undefined || facts.now >= new Date(chore.leaseUntil)) return undefined;
  return { do: 'rest', because: 'another run is at work on the secrets', until: new Date(chore.leaseUntil) };
}

/** The draft is not what this phase says. A read right after the write may be older than it, so it is looked at again. */
export function withoutDraft(state: CredentialState, facts: Facts): Action {
  const refusal = refusals.draftLost(facts.credential.draftSecret);
  return whileNotVisible(state, facts) ?? { do: 'block', refusal };
}

export function whileNotVisible(state: CredentialState, facts: Facts): Action | undefined {
  const until = new Date(Date.parse(state.since) + VISIBLE_AFTER_SECONDS * 1_000);
  return facts.now < until ? { do: 'rest', because: 'the draft is not to be seen yet', until } : undefined;
}

/** How many login attempts the budget of the rotation's user still allows. */
export function attemptsLeft(state: CredentialState, facts: Pick<Facts, 'credential'>): number {
  return facts.credential.lockout.maxAttempts - budgetOf(state, rotationOf(state).username).spent;
}

export function withoutAttempts(state: CredentialState, facts: Facts): Action {
  const { username, cause } = rotationOf(state);
  const last = Date.parse(budgetOf(state, username).lastAt ?? facts.now.toISOString());
  const notBefore = new Date(last + facts.credential.lockout.forgetAfter * 1_000).toISOString();
  if (cause === 'rollback')
    return { do: 'refuse-rollback', refusal: rollbackRefusals.withoutAttempts(username, notBefore) };
  const refusal = refusals.attemptsSpent(username, notBefore);
  return { do: 'block', refusal: setsPassword(cause) ? refusal : withoutDraftNote(refusal) };
}

/** Another run is logging in; how that ends decides what is next. */
export function whileChecking(state: CredentialState, facts: Facts): Action | undefined {
  const { inFlight } = budgetOf(state, rotationOf(state).username);
  if (inFlight === undefined || facts.now >= new Date(inFlight.leaseUntil)) return undefined;
  const until = new Date(inFlight.leaseUntil);
  return { do: 'rest', because: 'a token is being checked', until, why: 'checking' };
}

/** An operator is the only one who can bring a new token, so the outage must not begin without one. */
export function needsAPerson({ credential }: Pick<Facts, 'credential'>): boolean {
  const { strategy, token } = credential;
  const { sources } = token;
  return strategy.kind === 'single-user' && sources.includes('operator') && !sources.includes('mailbox');
}

/** Reminders at the configured times, and one escalation, counted from the moment at which the waiting began. */
export function remindOrRest(state: CredentialState, facts: Facts, because: string): Action {
  const { remindAfter } = facts.credential.token;
  const { escalate } = facts.credential.prompt;
  const { reminders = 0, escalatedAt } = rotationOf(state);
  const after = (seconds: number | undefined) =>
    seconds === undefined ? Number.POSITIVE_INFINITY : Date.parse(state.since) + seconds * 1_000;
  const escalateAt = after(escalatedAt === undefined ? escalate?.after : undefined);
  const remindAt = after(remindAfter[reminders]);
  const now = facts.now.getTime();
  if (now >= escalateAt) return { do: 'escalate' };
  if (now >= remindAt) return { do: 'remind' };
  const next = Math.min(escalateAt, remindAt);
  return Number.isFinite(next) ? { do: 'rest', because, until: new Date(next) } : { do: 'rest', because };
}

export function isOffer(trigger: Trigger): trigger is Offer {
  return trigger.kind === 'token' || trigger.kind === 'credential';
}

/** Whether a trigger is for the rotation that is under way. One that names none is for any. */
export function isMeant(
  { rotation }: CredentialState,
  { rotationId }: { readonly rotationId?: string | undefined },
): boolean {
  return rotationId === undefined || rotationId === rotation?.id;
}

export function decline(reason: DeclineReason): Action {
  return { do: 'decline-token', reason };
}

export function hasMoved(before: string | undefined, now: string | null): boolean {
  if (now === null) return false;
  return before === undefined || Date.parse(now) > Date.parse(before);
}
