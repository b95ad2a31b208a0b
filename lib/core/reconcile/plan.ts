import { budgetOf } from '../domain/budget.ts';
import { type Refusal, refusals, rollbackRefusals, withoutDraftNote } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { rotationOf, setsPassword } from '../domain/transition.ts';
import type { Action, DeclineReason, Facts, Offer, Trigger } from './facts.ts';
import { isSelf, planOwnChange, whileSetting, whileWithoutSession } from './plan-self.ts';
import { isDriftCheckDue, isHeartbeatDue, isRetirementDue, wantedRotation } from './schedule.ts';

/** How long a requested commit may take before the service looks why it does not come. */
export const COMMIT_PATIENCE_SECONDS = 120;
/**
 * How long after a refusal the same token may be tried once more: a new token
 * can take minutes to work. Lambda delivers a mail that was not taken after one
 * minute and after three, so the one try that is left falls on the later.
 */
const TOKEN_RETRY_SECONDS = 120;

/** How long after a write a read may still answer from before it. */
export const VISIBLE_AFTER_SECONDS = 60;

/**
 * The specification of a rotation: from where a credential stands and what is
 * known, the one next action. Pure; read it from top to bottom.
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

/**
 * What is done while no rotation is wanted: integration secrets are kept
 * together, and the old user retires. In that order, so that no integration
 * that went astray to the old user is left without a credential. At last a login
 * shows whether the credential still works.
 */
function planChores(state: CredentialState, facts: Facts): Action {
  if (isAskedAgain(state, facts)) return { do: 'heartbeat' };
  if (facts.trigger.kind !== 'check' && !isDriftCheckDue(state, facts)) {
    if (isRetirementDue(state, facts)) return { do: 'retire' };
    if (isHeartbeatDue(state, facts)) return { do: 'heartbeat' };
    return { do: 'rest', because: 'no rotation is due or requested' };
  }
  if (facts.drift === undefined) return { do: 'look', at: 'drift' };
  const edit = planEdit(facts);
  if (edit !== undefined) return edit;
  // What Salesforce refuses is nothing that the integrations could be compared with.
  if (facts.edit === 'refused') return { do: 'note-drift-checked' };
  switch (facts.drift) {
    case 'none':
    case 'told':
      return { do: 'note-drift-checked' };
    case 'unwritable':
      return { do: 'report-drift' };
    case 'unproven':
      return facts.credential.drift.bringForward ? { do: 'prove-current' } : { do: 'report-drift' };
    case 'found':
      return facts.credential.drift.bringForward ? { do: 'bring-forward' } : { do: 'report-drift' };
  }
}

/**
 * What somebody else than a rotation wrote is tried once; who asks has what may
 * have been in its way looked at again. `undefined` where there is nothing to do.
 */
function planEdit({ edit = 'none', trigger }: Facts): Action | undefined {
  switch (edit) {
    case 'edited':
      return { do: 'prove-edit' };
    case 'refused':
      return trigger.kind === 'check' ? { do: 'prove-edit' } : undefined;
    case 'same-login':
      return { do: 'adopt-version' };
    case 'checking':
      return { do: 'rest', because: 'another run is logging in', why: 'checking' };
    case 'unusable':
    case 'none':
      return undefined;
  }
}

/** What people are asked for may come by the credential secret instead. */
function planEditInstead(state: CredentialState, facts: Facts): Action | undefined {
  if (facts.trigger.kind !== 'check' && !isDriftCheckDue(state, facts)) return undefined;
  if (facts.edit === undefined) return { do: 'look', at: 'edit' };
  if (facts.edit === 'unusable') return { do: 'prove-edit' };
  return planEdit(facts) ?? { do: 'note-edit-checked' };
}

/** A person says that what the last heartbeat met is mended. */
function isAskedAgain({ user }: CredentialState, { trigger }: Facts): boolean {
  return trigger.kind === 'resume' && user?.failed !== undefined;
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

/** Salesforce has the password, a new one or, after a token reset, the current one; what is missing is a token that it accepts. */
function planAwaitingToken(state: CredentialState, facts: Facts): Action {
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

/** Another run replaces the old user's password or brings integration secrets forward. */
function whileAtChore({ chore }: CredentialState, facts: Facts): Action | undefined {
  if (chore === undefined || facts.now >= new Date(chore.leaseUntil)) return undefined;
  return { do: 'rest', because: 'another run is at work on the secrets', until: new Date(chore.leaseUntil) };
}

/** The draft is not what this phase says. A read right after the write may be older than it, so it is looked at again. */
function withoutDraft(state: CredentialState, facts: Facts): Action {
  const refusal = refusals.draftLost(facts.credential.draftSecret);
  return whileNotVisible(state, facts) ?? { do: 'block', refusal };
}

function whileNotVisible(state: CredentialState, facts: Facts): Action | undefined {
  const until = new Date(Date.parse(state.since) + VISIBLE_AFTER_SECONDS * 1_000);
  return facts.now < until ? { do: 'rest', because: 'the draft is not to be seen yet', until } : undefined;
}

/** How many login attempts the budget of the rotation's user still allows. */
export function attemptsLeft(state: CredentialState, facts: Pick<Facts, 'credential'>): number {
  return facts.credential.lockout.maxAttempts - budgetOf(state, rotationOf(state).username).spent;
}

function withoutAttempts(state: CredentialState, facts: Facts): Action {
  const { username, cause } = rotationOf(state);
  const last = Date.parse(budgetOf(state, username).lastAt ?? facts.now.toISOString());
  const notBefore = new Date(last + facts.credential.lockout.forgetAfter * 1_000).toISOString();
  if (cause === 'rollback')
    return { do: 'refuse-rollback', refusal: rollbackRefusals.withoutAttempts(username, notBefore) };
  const refusal = refusals.attemptsSpent(username, notBefore);
  return { do: 'block', refusal: setsPassword(cause) ? refusal : withoutDraftNote(refusal) };
}

/** Another run is logging in; how that ends decides what is next. */
function whileChecking(state: CredentialState, facts: Facts): Action | undefined {
  const { inFlight } = budgetOf(state, rotationOf(state).username);
  if (inFlight === undefined || facts.now >= new Date(inFlight.leaseUntil)) return undefined;
  const until = new Date(inFlight.leaseUntil);
  return { do: 'rest', because: 'a token is being checked', until, why: 'checking' };
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

/** The old token is tried once, and never with the last attempt if another source may bring the new one. */
function mayTryUnchanged(state: CredentialState, facts: Facts): boolean {
  const { sources } = facts.credential.token;
  const { triedUnchanged, cause } = rotationOf(state);
  if (!sources.includes('unchanged') || triedUnchanged === true || cause === 'token-reset') return false;
  return attemptsLeft(state, facts) >= (sources.length > 1 ? 2 : 1);
}

/** Where asked for, one attempt shows whether the org would have accepted the password without any token. */
function mayProveToken(state: CredentialState, facts: Facts): boolean {
  const { prove } = facts.credential.token;
  return prove && rotationOf(state).triedWithoutToken !== true && attemptsLeft(state, facts) >= 2;
}

/** An operator is the only one who can bring a new token, so the outage must not begin without one. */
export function needsAPerson({ credential }: Pick<Facts, 'credential'>): boolean {
  const { strategy, token } = credential;
  const { sources } = token;
  return strategy.kind === 'single-user' && sources.includes('operator') && !sources.includes('mailbox');
}

/** Reminders at the configured times, and one escalation, counted from the moment at which the waiting began. */
function remindOrRest(state: CredentialState, facts: Facts, because: string): Action {
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

/** A new link is for the people who are, or may soon be, asked for something. */
function planRenewal({ phase, rotation }: CredentialState, by: string): Action {
  const isAsking = phase !== 'idle' && phase !== 'verified' && phase !== 'committing';
  return isAsking && rotation !== undefined && rotation.cause !== 'rollback'
    ? { do: 'renew-prompt', by }
    : { do: 'rest', because: 'nobody is asked for anything now, so there is no link to renew' };
}

function isOffer(trigger: Trigger): trigger is Offer {
  return trigger.kind === 'token' || trigger.kind === 'credential';
}

/** Whether a trigger is for the rotation that is under way. One that names none is for any. */
function isMeant(
  { rotation }: CredentialState,
  { rotationId }: { readonly rotationId?: string | undefined },
): boolean {
  return rotationId === undefined || rotationId === rotation?.id;
}

function isOver({ last }: CredentialState, { rotationId }: Offer): boolean {
  return last?.id === rotationId;
}

function decline(reason: DeclineReason): Action {
  return { do: 'decline-token', reason };
}

function hasMoved(before: string | undefined, now: string | null): boolean {
  if (now === null) return false;
  return before === undefined || Date.parse(now) > Date.parse(before);
}
