import type { Refusal } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { rotationOf, setsPassword } from '../domain/transition.ts';
import type { Action, Facts, Offer } from './facts.ts';
import { planAwaitingToken } from './plan-awaiting-token.ts';
import { planChores } from './plan-chores.ts';
import {
  attemptsLeft,
  decline,
  hasMoved,
  isMeant,
  isOffer,
  needsAPerson,
  remindOrRest,
  whileAtChore,
  whileChecking,
  withoutAttempts,
  withoutDraft,
} from './plan-parts.ts';
import { isSelf, planOwnChange, whileSetting, whileWithoutSession } from './plan-self.ts';
import { isRetirementDue, wantedRotation } from './schedule.ts';

/** How long a requested commit may take before the service looks why it does not come. */
export const COMMIT_PATIENCE_SECONDS = 120;

/**
 * The specification of a rotation: from where a credential stands and what is
 * known, the one next action. Pure; read it from top to bottom. The wait for a token
 * and the chores of an idle credential have pages of their own.
 */
export function plan(state: CredentialState, facts: Facts): Action {
  if (facts.obstacle !== undefined && state.phase !== 'blocked')
    return { do: 'block', refusal: facts.obstacle };
  if (facts.trigger.kind === 'renew-prompt') return planRenewal(state, facts.trigger.by);
  if (isOffer(facts.trigger) && !isMeant(state, facts.trigger))
    return decline(isOver(state, facts.trigger) ? 'already-verified' : 'another-rotation');
  switch (state.phase) {
    case 'idle':
      return planIdle(state, facts);
    case 'invited':
      return planInvited(state, facts);
    case 'drafted':
      return planDrafted(state, facts);
    case 'changing':
      return planChanging(state, facts);
    case 'awaiting-token':
      return planAwaitingToken(state, facts);
    case 'verified':
      return planVerified(state, facts);
    case 'committing':
      return planCommitting(state, facts);
    case 'blocked':
      return planBlocked(state, facts);
  }
}

/** Nothing, unless a rotation is requested or due; and then only what the preflight lets pass. */
function planIdle(state: CredentialState, facts: Facts): Action {
  if (isOffer(facts.trigger)) return decline('not-waiting');
  const busy = whileAtChore(state, facts);
  if (busy !== undefined) return busy;
  const wanted = wantedRotation(state, facts);
  if (wanted === undefined) return planChores(state, facts);
  if (facts.preflight === undefined) return { do: 'look', at: 'preflight' };
  const cause = state.rotation?.cause ?? wanted.cause;
  if (facts.preflight !== 'passed')
    return cause === 'rollback'
      ? { do: 'refuse-rollback', refusal: insteadOfResuming(facts.preflight) }
      : { do: 'block', refusal: facts.preflight };
  // Salesforce has a password already; a person is asked for it, and nothing is set.
  if (cause === 'outside-change') return { do: 'begin', phase: 'awaiting-token' };
  const withoutSession = setsPassword(cause) ? whileWithoutSession(facts) : undefined;
  if (withoutSession !== undefined) return withoutSession;
  // The integrations are down already, so there is nothing to wait for with a person.
  const isOutage = cause === 'take-over' || cause === 'token-reset';
  if (needsAPerson(facts) && !isOutage) return { do: 'begin', phase: 'invited' };
  if (state.rotation === undefined) return { do: 'begin', phase: 'idle' };
  if (attemptsLeft(state, facts) < 1) return withoutAttempts(state, facts);
  return { do: 'draft' };
}

/** A refused rollback blocks nothing, so there is nothing to resume. */
function insteadOfResuming(refusal: Refusal): Refusal {
  return { ...refusal, remedy: refusal.remedy.replace(/resume\.$/, 'ask for the rollback again.') };
}

/** The password is not changed until a person who can bring the token presses Start. */
function planInvited(state: CredentialState, facts: Facts): Action {
  if (isOffer(facts.trigger)) return decline('not-waiting');
  if (rotationOf(state).startPressed !== true) {
    if (facts.trigger.kind === 'start' && isMeant(state, facts.trigger))
      return { do: 'accept-start', by: facts.trigger.by };
    return remindOrRest(state, facts, 'an operator has been invited to start');
  }
  if (facts.preflight === undefined) return { do: 'look', at: 'preflight' };
  if (facts.preflight !== 'passed') return { do: 'block', refusal: facts.preflight };
  const withoutSession = whileWithoutSession(facts);
  if (withoutSession !== undefined) return withoutSession;
  return attemptsLeft(state, facts) < 1 ? withoutAttempts(state, facts) : { do: 'draft' };
}

/** The new password is durable and Salesforce has not heard of it. */
function planDrafted(state: CredentialState, facts: Facts): Action {
  if (isOffer(facts.trigger)) return decline('not-waiting');
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft !== 'incomplete') return withoutDraft(state, facts);
  const withoutSession = whileWithoutSession(facts);
  if (withoutSession !== undefined) return withoutSession;
  if (facts.lastPasswordChangeDate === undefined) return { do: 'look', at: 'user' };
  return { do: 'set-password' };
}

/** The call may have landed. Find out, and only then repeat it, with the same password. */
function planChanging(state: CredentialState, facts: Facts): Action {
  const rotation = rotationOf(state);
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft === 'complete') return { do: 'conclude-set' };
  if (facts.draft !== 'incomplete') return withoutDraft(state, facts);
  if (isSelf(facts.credential)) return planOwnChange(state, facts);
  if (facts.lastPasswordChangeDate === undefined) return { do: 'look', at: 'user' };
  if (hasMoved(rotation.changedBefore, facts.lastPasswordChangeDate)) return { do: 'conclude-set' };
  return whileSetting(rotation, facts.now) ?? { do: 'set-password' };
}

/** The draft is complete and accepted: ask Secrets Manager for the short commit, and look again if it does not come. */
function planVerified(state: CredentialState, facts: Facts): Action {
  if (isOffer(facts.trigger)) return decline('already-verified');
  const { commitAt, commitRequestedAt: requested } = rotationOf(state);
  if (mayProveToken(state, facts)) return whileChecking(state, facts) ?? { do: 'prove-token' };
  if (commitAt !== undefined && facts.now < new Date(commitAt))
    return {
      do: 'rest',
      because: 'the idle user is prepared; the swap comes at its due time',
      until: new Date(commitAt),
    };
  if (requested === undefined) return { do: 'request-commit' };
  const patience = new Date(Date.parse(requested) + COMMIT_PATIENCE_SECONDS * 1_000);
  if (facts.now < patience)
    return { do: 'rest', because: 'Secrets Manager is running the commit', until: patience };
  if (facts.pending === undefined) return { do: 'look', at: 'pending' };
  // Nothing pending: somebody's write made Secrets Manager give the commit up, and its request token is used.
  return facts.pending === 'this-rotation' ? { do: 'request-commit' } : { do: 'remove-pending' };
}

/** The decision is recorded; there is only forward. */
function planCommitting(state: CredentialState, facts: Facts): Action {
  if (isOffer(facts.trigger)) return decline('already-verified');
  const decided = rotationOf(state).decidedAt ?? state.since;
  const patience = new Date(Date.parse(decided) + COMMIT_PATIENCE_SECONDS * 1_000);
  if (facts.now < patience && facts.trigger.kind !== 'resume') {
    return { do: 'rest', because: 'the swap is under way', until: patience };
  }
  return { do: 'sweep' };
}

/** A refusal stands until a person says that its remedy was applied. */
function planBlocked(state: CredentialState, facts: Facts): Action {
  if (mayUnlock(state, facts)) return { do: 'unlock-user' };
  if (isOffer(facts.trigger)) return decline('blocked');
  const refusal = state.blocked?.refusal;
  // What keeps a rotation from beginning does not keep the old user's password alive.
  if (state.rotation === undefined && isRetirementDue(state, facts))
    return whileAtChore(state, facts) ?? { do: 'retire' };
  if (facts.trigger.kind !== 'resume')
    return { do: 'rest', because: refusal?.message ?? 'the rotation is blocked' };
  if (refusal?.notBefore !== undefined && facts.now < new Date(refusal.notBefore)) {
    return { do: 'rest', because: refusal.remedy, until: new Date(refusal.notBefore) };
  }
  return { do: 'unblock', by: facts.trigger.by, forgetAttempts: refusal?.code === 'attempts-spent' };
}

/**
 * A lockout that stands in the way of a token is ended by the service where the
 * configuration allows it: once in a rotation, so that it never fights with
 * whoever locks the user again.
 */
function mayUnlock({ blocked, rotation }: CredentialState, { credential }: Facts): boolean {
  return (
    credential.lockout.unlock &&
    blocked?.refusal.code === 'user-locked' &&
    blocked.from === 'awaiting-token' &&
    rotation !== undefined &&
    rotation.unlockTriedAt === undefined
  );
}

/** Where asked for, one attempt shows whether the org would have accepted the password without any token. */
function mayProveToken(state: CredentialState, facts: Facts): boolean {
  const { prove } = facts.credential.token;
  return prove && rotationOf(state).triedWithoutToken !== true && attemptsLeft(state, facts) >= 2;
}

/** A new link is for the people who are, or may soon be, asked for something. */
function planRenewal({ phase, rotation }: CredentialState, by: string): Action {
  const isAsking = phase !== 'idle' && phase !== 'verified' && phase !== 'committing';
  return isAsking && rotation !== undefined && rotation.cause !== 'rollback'
    ? { do: 'renew-prompt', by }
    : { do: 'rest', because: 'nobody is asked for anything now, so there is no link to renew' };
}

function isOver({ last }: CredentialState, { rotationId }: Offer): boolean {
  return last?.id === rotationId;
}
