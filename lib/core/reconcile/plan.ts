import { refusals } from '../domain/refusal.ts';
import type { CredentialState, RotationRequest } from '../domain/state.ts';
import { rotationOf } from '../domain/transition.ts';
import type { Action, Facts } from './facts.ts';

/** How long a requested commit may take before the service looks why it does not come. */
const COMMIT_PATIENCE_SECONDS = 120;
/**
 * How long after a refusal the same token may be tried once more: a new token
 * can take minutes to work. Lambda delivers a mail that was not taken after one
 * minute and after three, so the one try that is left falls on the later.
 */
const TOKEN_RETRY_SECONDS = 120;

/**
 * The specification of a rotation: from where a credential stands and what is
 * known, the one next action. Pure; read it from top to bottom.
 */
export function plan(state: CredentialState, facts: Facts): Action {
  if (facts.obstacle !== undefined && state.phase !== 'blocked')
    return { do: 'block', refusal: facts.obstacle };
  switch (state.phase) {
    case 'idle':
      return planIdle(state, facts);
    case 'invited':
      return planInvited(state, facts);
    case 'drafted':
      return planDrafted(facts);
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
  if (facts.trigger.kind === 'token') return { do: 'decline-token', reason: 'not-waiting' };
  if (wantedRotation(state, facts) === undefined)
    return { do: 'rest', because: 'no rotation is due or requested' };
  if (attemptsLeft(state, facts) < 1) return blockForAttempts(state, facts);
  if (facts.preflight === undefined) return { do: 'look', at: 'preflight' };
  if (facts.preflight !== 'passed') return { do: 'block', refusal: facts.preflight };
  if (needsAPerson(facts)) return { do: 'begin', phase: 'invited' };
  return state.rotation === undefined ? { do: 'begin', phase: 'idle' } : { do: 'draft' };
}

/** The password is not changed until a person who can bring the token presses Start. */
function planInvited(state: CredentialState, facts: Facts): Action {
  if (facts.trigger.kind === 'token') return { do: 'decline-token', reason: 'not-waiting' };
  if (rotationOf(state).startPressed !== true) {
    if (facts.trigger.kind === 'start') return { do: 'accept-start', by: facts.trigger.by };
    return remindOrRest(state, facts, 'an operator has been invited to start');
  }
  if (facts.preflight === undefined) return { do: 'look', at: 'preflight' };
  return facts.preflight === 'passed' ? { do: 'draft' } : { do: 'block', refusal: facts.preflight };
}

/** The new password is durable and Salesforce has not heard of it. */
function planDrafted(facts: Facts): Action {
  if (facts.trigger.kind === 'token') return { do: 'decline-token', reason: 'not-waiting' };
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft !== 'incomplete')
    return { do: 'block', refusal: refusals.draftLost(facts.credential.draftSecret) };
  if (facts.lastPasswordChangeDate === undefined) return { do: 'look', at: 'user' };
  return { do: 'set-password' };
}

/** The call may have landed. Find out, and only then repeat it, with the same password. */
function planChanging(state: CredentialState, facts: Facts): Action {
  const rotation = rotationOf(state);
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft === 'complete') return { do: 'conclude-set' };
  if (facts.draft !== 'incomplete')
    return { do: 'block', refusal: refusals.draftLost(facts.credential.draftSecret) };
  if (facts.lastPasswordChangeDate === undefined) return { do: 'look', at: 'user' };
  if (hasMoved(rotation.changedBefore, facts.lastPasswordChangeDate)) return { do: 'conclude-set' };
  const lease = rotation.setLeaseUntil;
  if (lease !== undefined && facts.now < new Date(lease)) {
    return { do: 'rest', because: 'another run is setting the password', until: new Date(lease) };
  }
  return { do: 'set-password' };
}

/** Salesforce has the new password; what is missing is a token that it accepts. */
function planAwaitingToken(state: CredentialState, facts: Facts): Action {
  const checking = whileChecking(state, facts);
  if (checking !== undefined) return checking;
  if (facts.draft === undefined) return { do: 'look', at: 'draft' };
  if (facts.draft === 'complete') return { do: 'conclude-verified' };
  if (facts.draft !== 'incomplete')
    return { do: 'block', refusal: refusals.draftLost(facts.credential.draftSecret) };
  if (attemptsLeft(state, facts) < 1) return blockForAttempts(state, facts);
  if (facts.trigger.kind === 'token') return planOfferedToken(state, facts, facts.trigger.source);
  if (mayTryUnchanged(state, facts)) return { do: 'verify', source: 'unchanged' };
  if (!facts.credential.token.sources.some((source) => source !== 'unchanged')) {
    return { do: 'block', refusal: refusals.noTokenSource(rotationOf(state).username) };
  }
  if (rotationOf(state).reminders === undefined) return { do: 'request-token' };
  return remindOrRest(state, facts, 'waiting for the new security token');
}

/** A token that Salesforce refused is tried once more, two minutes later at the earliest, and then no more. */
function planOfferedToken(
  state: CredentialState,
  facts: Facts,
  source: 'unchanged' | 'mailbox' | 'operator',
): Action {
  if (facts.offeredFingerprint === undefined) return { do: 'look', at: 'offer' };
  const earlier = state.attempts.refused.find((refused) => refused.fingerprint === facts.offeredFingerprint);
  if (earlier === undefined) return { do: 'verify', source };
  const retryAt = new Date(Date.parse(earlier.at) + TOKEN_RETRY_SECONDS * 1_000);
  if (earlier.times > 1) return { do: 'decline-token', reason: 'refused-before' };
  if (facts.now < retryAt)
    return { do: 'rest', because: 'Salesforce refused this token a moment ago', until: retryAt };
  return { do: 'verify', source };
}

/** The draft is complete and accepted: ask Secrets Manager for the short commit, and look again if it does not come. */
function planVerified(state: CredentialState, facts: Facts): Action {
  if (facts.trigger.kind === 'token') return { do: 'decline-token', reason: 'already-verified' };
  if (mayProveToken(state, facts)) return whileChecking(state, facts) ?? { do: 'prove-token' };
  const requested = rotationOf(state).commitRequestedAt;
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
  if (facts.trigger.kind === 'token') return { do: 'decline-token', reason: 'already-verified' };
  const decided = rotationOf(state).decidedAt ?? state.since;
  const patience = new Date(Date.parse(decided) + COMMIT_PATIENCE_SECONDS * 1_000);
  if (facts.now < patience && facts.trigger.kind !== 'resume') {
    return { do: 'rest', because: 'the swap is under way', until: patience };
  }
  return { do: 'sweep' };
}

/** A refusal stands until a person says that its remedy was applied. */
function planBlocked(state: CredentialState, facts: Facts): Action {
  if (facts.trigger.kind === 'token') return { do: 'decline-token', reason: 'blocked' };
  const refusal = state.blocked?.refusal;
  if (facts.trigger.kind !== 'resume')
    return { do: 'rest', because: refusal?.message ?? 'the rotation is blocked' };
  if (refusal?.notBefore !== undefined && facts.now < new Date(refusal.notBefore)) {
    return { do: 'rest', because: refusal.remedy, until: new Date(refusal.notBefore) };
  }
  return { do: 'unblock', by: facts.trigger.by, forgetAttempts: refusal?.code === 'attempts-spent' };
}

/** The wish that a rotation would answer: one that was put, or the schedule's. */
export function wantedRotation(
  state: Pick<CredentialState, 'request' | 'passwordChangedAt'>,
  facts: Pick<Facts, 'now' | 'credential'>,
): RotationRequest | undefined {
  if (state.request !== undefined) return state.request;
  const due = dueAt(state.passwordChangedAt, facts.credential.schedule);
  if (due === undefined || facts.now < due) return undefined;
  return { cause: 'due', by: 'schedule', at: due.toISOString() };
}

/** When the schedule wants the next rotation; `undefined` without a schedule or a known password age. */
export function dueAt(
  changedAt: string | undefined,
  schedule: { readonly every: number } | undefined,
): Date | undefined {
  if (schedule === undefined || changedAt === undefined) return undefined;
  return new Date(Date.parse(changedAt) + schedule.every * 1_000);
}

/** How many login attempts the budget still allows. */
export function attemptsLeft(
  state: Pick<CredentialState, 'attempts'>,
  facts: Pick<Facts, 'credential'>,
): number {
  return facts.credential.lockout.maxAttempts - state.attempts.spent;
}

function blockForAttempts(state: CredentialState, facts: Facts): Action {
  const last = Date.parse(state.attempts.lastAt ?? facts.now.toISOString());
  const notBefore = new Date(last + facts.credential.lockout.forgetAfter * 1_000).toISOString();
  const username = state.rotation?.username ?? facts.credential.secret;
  return { do: 'block', refusal: refusals.attemptsSpent(username, notBefore) };
}

/** Another run is logging in; how that ends decides what is next. */
function whileChecking(state: CredentialState, facts: Facts): Action | undefined {
  const { inFlight } = state.attempts;
  if (inFlight === undefined || facts.now >= new Date(inFlight.leaseUntil)) return undefined;
  return { do: 'rest', because: 'a token is being checked', until: new Date(inFlight.leaseUntil) };
}

/** The old token is tried once, and never with the last attempt if another source may bring the new one. */
function mayTryUnchanged(state: CredentialState, facts: Facts): boolean {
  const { sources } = facts.credential.token;
  if (!sources.includes('unchanged') || rotationOf(state).triedUnchanged === true) return false;
  return attemptsLeft(state, facts) >= (sources.length > 1 ? 2 : 1);
}

/** Where asked for, one attempt shows whether the org would have accepted the password without any token. */
function mayProveToken(state: CredentialState, facts: Facts): boolean {
  const { prove } = facts.credential.token;
  return prove && rotationOf(state).triedWithoutToken !== true && attemptsLeft(state, facts) >= 2;
}

/** An operator is the only one who can bring a new token, so the outage must not begin without one. */
function needsAPerson(facts: Facts): boolean {
  const { sources } = facts.credential.token;
  return sources.includes('operator') && !sources.includes('mailbox');
}

function remindOrRest(state: CredentialState, facts: Facts, because: string): Action {
  const delays = facts.credential.token.remindAfter;
  const delay = delays[rotationOf(state).reminders ?? 0];
  if (delay === undefined) return { do: 'rest', because };
  const due = new Date(Date.parse(state.since) + delay * 1_000);
  return facts.now < due ? { do: 'rest', because, until: due } : { do: 'remind' };
}

function hasMoved(before: string | undefined, now: string | null): boolean {
  if (now === null) return false;
  return before === undefined || Date.parse(now) > Date.parse(before);
}
