import { type AttemptOutcome, attemptLogin, attemptSession, tokenFingerprint } from '../../attempt.ts';
import { accepted, budgetOf, refused, released, withoutForgotten } from '../../domain/budget.ts';
import type { CredentialValue } from '../../domain/credential-value.ts';
import { withProof } from '../../domain/proof.ts';
import type { CredentialState } from '../../domain/state.ts';
import { LoginAppUnusable, LoginUnanswered } from '../../errors.ts';
import { sameSalesforceId } from '../../ports/salesforce.ts';
import { notice } from '../../watch/notice.ts';
import { noticeAccepted, noticeRejected, readOwnRecord } from '../../watch/own-login.ts';
import type { ActContext, Done } from '../act-context.ts';
import { isEdited } from '../edit.ts';
import { isSelf } from '../plan-self.ts';
import { sameUsername } from '../predecessor.ts';
import { done } from './done.ts';
import { appUnusable, type FailedLogin, type Failure, failureOf, noteFailure } from './heartbeat-failure.ts';
import { type LiveRecord, lookAtLiveUser } from './live-record.ts';

/** A rotation may need the user's last attempt; no heartbeat takes that. */
const ATTEMPTS_TO_LEAVE = 1;

/**
 * One login shows whether the current credential still works. The org's records
 * are read first: where they say why it cannot, that is noted as the watch notes
 * it, and no login is made. What it finds is noted and its repair asked for; it
 * repairs nothing itself.
 */
export async function heartbeat(context: ActContext): Promise<Done> {
  const { keeper, bench } = context;
  const current = await bench.current();
  const { user } = keeper.state;
  // The credential secret cannot be used, or holds another user: other looks say so.
  if (current.kind !== 'value' || user === undefined || !sameUsername(user.username, current.value.username))
    return postpone(context);
  // What somebody put there by hand is proved by another look, and once.
  if (await isEdited(bench, keeper.state)) return postpone(context);
  const live = await lookAtLiveUser(context, user.username);
  if (live.kind === 'unanswered') return postpone(context);
  if (live.kind === 'seen' && (await heedRecord(context, live)) === 'overtaken') return done('overtaken');
  return saysEnough(keeper.state, live) ? postpone(context) : beat(context, current.value, live);
}

/** Notes what follows from the record, judged with the state as it is after it was read. */
async function heedRecord(
  { keeper, credential, facts }: ActContext,
  { seen }: Extract<LiveRecord, { kind: 'seen' }>,
): Promise<'saved' | 'overtaken'> {
  const follows = notice(await keeper.refresh(), credential, seen, facts.now);
  return follows === undefined ? 'saved' : keeper.save(follows);
}

/** Whether it is known without a login that the credential does not work, or that something else comes first. */
function saysEnough(state: CredentialState, live: LiveRecord): boolean {
  return !isAtRest(state) || (live.kind === 'seen' && isKnownStale(state, live));
}

function isAtRest({ phase, request, rotation, user }: CredentialState): boolean {
  return phase === 'idle' && request === undefined && rotation === undefined && user?.trouble === undefined;
}

/** An outside change that was told, and that is not repaired because the policy is to alert. */
function isKnownStale(
  { user }: CredentialState,
  { seen: { record } }: Extract<LiveRecord, { kind: 'seen' }>,
): boolean {
  const changed = record?.lastPasswordChangeDate;
  if (changed === undefined || user?.changedAt === undefined) return false;
  return Date.parse(changed) > Date.parse(user.changedAt);
}

/** There is nothing to be learned by a login now; the next try is later. */
async function postpone({ keeper, facts }: ActContext): Promise<Done> {
  return done(await keeper.save(tried(keeper.state, facts.now)), { answeredTrigger: true });
}

function tried(state: CredentialState, now: Date): CredentialState {
  const { user } = state;
  return user === undefined ? state : { ...state, user: { ...user, triedAt: now.toISOString() } };
}

/** The try is recorded first, so that it is made once whatever comes of it. */
async function beat(context: ActContext, current: CredentialValue, live: LiveRecord): Promise<Done> {
  const { ports, keeper, facts } = context;
  const affordable = withinBudget(context, current.username);
  if (affordable === undefined) return postpone(context);
  if ((await keeper.save(tried(affordable, facts.now))) === 'overtaken') return done('overtaken');
  const startedAt = ports.clock.now();
  const outcome = asRecorded(await attempt(context, current), live);
  switch (outcome.kind) {
    case 'app-unusable':
    case 'unanswered':
      break;
    case 'not-made':
      if (outcome.because === 'overtaken') return done('overtaken');
      break;
    case 'accepted': {
      const at = ports.clock.now().toISOString();
      const learn = await ownFacts(context, current.username, at);
      await keeper.update((state) =>
        learn(withProof(accepted(state, outcome.attempt), current.username, at)),
      );
      break;
    }
    case 'rejected':
      if (isSelf(context.credential)) {
        await noteRejected(context, current, outcome);
        break;
      }
      await noteRefused(context, current, outcome, await failureOf(context, current, outcome, startedAt));
      break;
    default:
      await noteRefused(context, current, outcome, await failureOf(context, current, outcome, startedAt));
  }
  return done('saved', { answeredTrigger: true });
}

/** The state in which the attempt can be afforded; the org has forgotten failures that are old enough. */
function withinBudget(
  { keeper, credential, facts }: ActContext,
  username: string,
): CredentialState | undefined {
  const { maxAttempts, forgetAfter } = credential.lockout;
  const isAffordable = (state: CredentialState) =>
    maxAttempts - budgetOf(state, username).spent > Math.min(ATTEMPTS_TO_LEAVE, maxAttempts - 1);
  return [keeper.state, withoutForgotten(keeper.state, username, forgetAfter, facts.now)].find(isAffordable);
}

type HeartbeatOutcome = AttemptOutcome | { readonly kind: 'unanswered' | 'app-unusable' };

async function attempt(context: ActContext, current: CredentialValue): Promise<HeartbeatOutcome> {
  const { ports, keeper, credential } = context;
  try {
    return isSelf(credential)
      ? await openOwn(context, current)
      : await attemptLogin(ports, keeper, credential, current, 'test');
  } catch (error) {
    if (error instanceof LoginAppUnusable) {
      const at = ports.clock.now().toISOString();
      await keeper.update((state) => (isAtRest(state) ? appUnusable(state, error, at) : undefined));
      return { kind: 'app-unusable' };
    }
    if (!(error instanceof LoginUnanswered)) throw error;
    ports.telemetry.warn(`whether "${credential.name}" still works could not be found out`, error);
    return { kind: 'unanswered' };
  }
}

/** With a connection of kind `self` the session is kept, to read the own record in it. */
async function openOwn(
  { ports, keeper, credential, bench }: ActContext,
  current: CredentialValue,
): Promise<AttemptOutcome> {
  const outcome = await attemptSession(ports, keeper, credential, current);
  if (outcome.kind !== 'accepted') return outcome;
  bench.keepSession({ session: outcome.session, password: current.password });
  return outcome.session.passwordExpired ? { kind: 'password-expired', attempt: outcome.attempt } : outcome;
}

/** What the own session shows of the user; nothing with another kind of connection. */
async function ownFacts(
  { ports, bench, credential }: ActContext,
  username: string,
  at: string,
): Promise<(state: CredentialState) => CredentialState> {
  const connection = await bench.connection();
  if (!isSelf(credential) || connection.kind !== 'value') return (state) => state;
  const record = await readOwnRecord(ports, connection.value, username);
  return (state) => noticeAccepted(state, username, record, at);
}

/** Nobody else tells whether it is the password or the token, so both are asked for. */
async function noteRejected(
  { ports, keeper, credential }: ActContext,
  current: CredentialValue,
  { attempt }: FailedLogin,
): Promise<void> {
  const at = ports.clock.now().toISOString();
  await keeper.update((state) => {
    const booked = refused(state, attempt, tokenFingerprint(current), at);
    return isAtRest(booked) ? noticeRejected(booked, credential, current.username, at) : booked;
  });
}

/** A login that leads to another user than the recorded one proves nothing. */
function asRecorded(outcome: HeartbeatOutcome, live: LiveRecord): HeartbeatOutcome {
  const recorded = live.kind === 'seen' ? live.seen.record?.userId : undefined;
  if (outcome.kind !== 'accepted' || recorded === undefined) return outcome;
  const { attempt } = outcome;
  return sameSalesforceId(recorded, outcome.userId) ? outcome : { kind: 'other-identity', attempt };
}

/** The attempt is booked. The record, read again, has the first word: a change of the password explains everything. */
async function noteRefused(
  { ports, keeper, credential }: ActContext,
  current: CredentialValue,
  { attempt }: FailedLogin,
  { live, finding }: Failure,
): Promise<void> {
  await keeper.refresh();
  const now = ports.clock.now();
  const at = now.toISOString();
  await keeper.update((state) => {
    const booked =
      finding.kind === 'token-reset'
        ? refused(state, attempt, tokenFingerprint(current), at)
        : released(state, attempt);
    const { user } = booked;
    if (!isAtRest(booked) || user === undefined || !sameUsername(user.username, current.username))
      return booked;
    if (live.kind !== 'seen') return noteFailure({ ...booked, user }, credential, finding, at);
    const noticed = notice(booked, credential, live.seen, now) ?? booked;
    return noticed.user === undefined || saysEnough(noticed, live)
      ? noticed
      : noteFailure({ ...noticed, user: noticed.user }, credential, finding, at);
  });
}
