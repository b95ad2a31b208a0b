import type { Credential } from '../../config/load.ts';
import { budgetOf } from '../../domain/budget.ts';
import type { CredentialState } from '../../domain/state.ts';
import { rotationOf } from '../../domain/transition.ts';
import { RUN_LEASE_SECONDS } from '../../lease.ts';
import { COMMIT_PATIENCE_SECONDS } from '../../reconcile/plan.ts';
import { durationText } from '../fleet-words.ts';
import { waitingFor } from '../waiting-for.ts';
import { type Finding, type FindingCode, ok } from './finding.ts';

/** The watch looks every five minutes; what is older than two looks has been forgotten by it. */
const FORGOTTEN_AFTER_SECONDS = 600;
/** A mail that has not come by then needs somebody who looks after it. */
const LATE_MAIL_SECONDS = 3_600;

/** Whether the rotation moves, stands still, or waits for somebody. Pure; what blocks it is said elsewhere. */
export function rotationFindings(state: CredentialState, credential: Credential, now: Date): Finding[] {
  const since = secondsSince(state.since, now);
  switch (state.phase) {
    case 'idle':
      return [whileIdle(state, credential, now)];
    case 'invited':
      return [whileInvited(state, credential, now)];
    case 'drafted':
      return [movingUntil(RUN_LEASE_SECONDS, since, state, credential, now)];
    case 'changing': {
      const { setLeaseUntil } = rotationOf(state);
      return setLeaseUntil === undefined
        ? [movingUntil(RUN_LEASE_SECONDS, since, state, credential, now)]
        : [movingUntil(0, secondsSince(setLeaseUntil, now), state, credential, now)];
    }
    case 'awaiting-token':
      return [whileAwaitingToken(state, credential, now)];
    case 'verified':
      return [whileVerified(state, credential, now)];
    case 'committing': {
      const decided = secondsSince(rotationOf(state).decidedAt ?? state.since, now);
      return [movingUntil(COMMIT_PATIENCE_SECONDS, decided, state, credential, now, 'swap-unfinished')];
    }
    case 'blocked':
      return [];
  }
}

/** One that is only due is the watch's to begin; how old the password is, is said elsewhere. */
function whileIdle(state: CredentialState, credential: Credential, now: Date): Finding {
  const begun = state.rotation?.startedAt ?? state.request?.at;
  if (begun === undefined) {
    const text = `No rotation is under way, since ${durationText(secondsSince(state.since, now))}.`;
    return ok('at-rest', credential.name, text);
  }
  return movingUntil(FORGOTTEN_AFTER_SECONDS, secondsSince(begun, now), state, credential, now);
}

function whileInvited(state: CredentialState, credential: Credential, now: Date): Finding {
  const { startPressed, username } = rotationOf(state);
  const since = secondsSince(state.since, now);
  if (startPressed === true) return movingUntil(RUN_LEASE_SECONDS, since, state, credential, now);
  const { name } = credential;
  return {
    code: 'waits-for-start',
    severity: 'problem',
    where: name,
    message: `The rotation of "${username}" has waited for ${durationText(since)} for somebody who presses Start; nothing has changed.`,
    remedy: `With the user's mailbox at hand: sfrotate start ${name}. For another link to the page: sfrotate prompt ${name}`,
    fixable: false,
  };
}

function whileAwaitingToken(state: CredentialState, credential: Credential, now: Date): Finding {
  const since = secondsSince(state.since, now);
  const waits = waitingFor(credential, state, now);
  const { cause, username } = rotationOf(state);
  const { inFlight } = budgetOf(state, username);
  if (inFlight !== undefined && now < new Date(inFlight.leaseUntil))
    return ok('rotation-under-way', credential.name, `A login as "${username}" is being answered.`);
  if (waits.kind === 'service') return movingUntil(RUN_LEASE_SECONDS, since, state, credential, now);
  const option = cause === 'outside-change' ? ' --with-password' : '';
  return {
    code: 'waits-for-token',
    severity: waits.kind === 'token-mail' && since < LATE_MAIL_SECONDS ? 'warning' : 'problem',
    where: credential.name,
    message: `The rotation has waited for ${durationText(since)} for ${waits.text}. ${safetyNote(cause)}`,
    remedy: `Bring it: sfrotate token ${credential.name}${option}. If no mail has come, reset the token at ${credential.orgConfig.loginUrl}/_ui/system/security/ResetApiTokenEdit`,
    fixable: false,
  };
}

function safetyNote(cause: string): string {
  return cause === 'outside-change' || cause === 'token-reset'
    ? 'No secret was changed.'
    : 'The new password is safe in the draft secret.';
}

function whileVerified(state: CredentialState, credential: Credential, now: Date): Finding {
  const { commitAt, commitRequestedAt } = rotationOf(state);
  if (commitAt !== undefined && now < new Date(commitAt))
    return ok(
      'rotation-under-way',
      credential.name,
      `The new credential is verified; the swap comes at ${commitAt}.`,
    );
  const from = [state.since, commitRequestedAt, commitAt].filter((time) => time !== undefined);
  const waited = Math.min(...from.map((time) => secondsSince(time, now)));
  return movingUntil(COMMIT_PATIENCE_SECONDS, waited, state, credential, now, 'commit-missing');
}

/** Under way for so long, and after that a rotation that nobody moves. */
function movingUntil(
  patienceSeconds: number,
  waitedSeconds: number,
  state: CredentialState,
  credential: Credential,
  now: Date,
  code: Extract<
    FindingCode,
    'rotation-stands-still' | 'commit-missing' | 'swap-unfinished'
  > = 'rotation-stands-still',
): Finding {
  const { name } = credential;
  const waits = waitingFor(credential, state, now);
  const since = durationText(secondsSince(state.since, now));
  if (waitedSeconds < patienceSeconds)
    return ok('rotation-under-way', name, `In phase "${state.phase}" for ${since}; next is ${waits.text}.`);
  return {
    code,
    severity: 'problem',
    where: name,
    message: `${STANDS[code]} It is in phase "${state.phase}" for ${since}, and waits for ${waits.text}. Nothing is lost.`,
    remedy: `sfrotate doctor ${name} --fix`,
    fixable: true,
  };
}

const STANDS = {
  'rotation-stands-still': 'The rotation stands still.',
  'commit-missing': 'The swap was asked for and does not come.',
  'swap-unfinished': 'The swap was decided and has not ended.',
} as const;

function secondsSince(time: string, now: Date): number {
  return (now.getTime() - Date.parse(time)) / 1_000;
}
