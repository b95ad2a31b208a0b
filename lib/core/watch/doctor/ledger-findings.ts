import type { Credential } from '../../config/load.ts';
import type { Attempts, CredentialState } from '../../domain/state.ts';
import { RUN_LEASE_SECONDS } from '../../lease.ts';
import { passwordAge } from '../figures.ts';
import { durationText } from '../fleet-words.ts';
import { refusalOf } from '../notice.ts';
import type { Finding } from './finding.ts';
import { refusalFinding } from './refusal-findings.ts';

/** What the ledger alone tells, beside the rotation. Pure. */
export function ledgerFindings(state: CredentialState, credential: Credential, now: Date): Finding[] {
  return [
    ...choreFindings(state, credential, now),
    ...outboxFindings(state, credential, now),
    ...Object.entries(state.budgets).flatMap(([username, budget]) =>
      budgetFindings(username, budget, credential, now),
    ),
    ...ageFindings(state, credential, now),
    ...userFindings(state, credential),
  ];
}

function choreFindings({ chore }: CredentialState, { name }: Credential, now: Date): Finding[] {
  if (chore === undefined || now < new Date(chore.leaseUntil)) return [];
  return [
    {
      code: 'chore-unfinished',
      severity: 'warning',
      where: name,
      message: `${CHORES[chore.kind]} was begun by a run that ended half-way (its lease ended at ${chore.leaseUntil}). Nothing is lost.`,
      remedy: `sfrotate doctor ${name} --fix`,
      fixable: true,
    },
  ];
}

const CHORES = {
  retire: 'The retirement of the replaced user',
  'bring-forward': 'Bringing integration secrets to the current credential',
  tidy: 'A repair',
} as const;

/** A run tells its events when it ends, so those of a run that may still be at work are none to report. */
function outboxFindings({ outbox }: CredentialState, { name }: Credential, now: Date): Finding[] {
  const untold = outbox.filter(({ at }) => now.getTime() - Date.parse(at) >= RUN_LEASE_SECONDS * 1_000);
  if (untold.length === 0) return [];
  return [
    {
      code: 'events-untold',
      severity: 'warning',
      where: name,
      message: `${untold.length} events are in the ledger that nobody was told of yet, the first from ${untold[0]?.at}.`,
      remedy: `sfrotate doctor ${name} --fix. If they stay, read the function's log: the topic, the event bus or the mail refuses them.`,
      fixable: true,
    },
  ];
}

function budgetFindings(
  username: string,
  { spent, lastAt, inFlight }: Attempts,
  { name, lockout }: Credential,
  now: Date,
): Finding[] {
  const found: Finding[] = [];
  if (inFlight !== undefined && now >= new Date(inFlight.leaseUntil))
    found.push({
      code: 'attempt-unfinished',
      severity: 'warning',
      where: username,
      message: `The answer to a login attempt was lost (its lease ended at ${inFlight.leaseUntil}). It counts as spent, and the next accepted login gives it back.`,
      fixable: false,
    });
  if (spent === 0) return found;
  const left = lockout.maxAttempts - spent;
  const forgottenAt =
    lastAt === undefined ? undefined : new Date(Date.parse(lastAt) + lockout.forgetAfter * 1_000);
  const back =
    forgottenAt === undefined
      ? 'The next accepted login gives them back.'
      : `Salesforce forgets them by ${forgottenAt.toISOString()}; an accepted login gives them back before.`;
  return [
    ...found,
    {
      code: 'attempts-low',
      severity: left > 0 ? 'warning' : 'problem',
      where: username,
      message: `${spent} of ${lockout.maxAttempts} login attempts are spent. ${back}`,
      remedy:
        left > 0
          ? `Nothing, unless a rotation waits: then bring the newest token only. sfrotate token ${name}`
          : `Wait until then, reset the token, and bring that one: sfrotate resume ${name}, then sfrotate token ${name}`,
      fixable: false,
    },
  ];
}

function ageFindings(state: CredentialState, credential: Credential, now: Date): Finding[] {
  const age = passwordAge(credential, state, now);
  const isBeingReplaced = state.phase !== 'idle' || (state.rotation ?? state.request) !== undefined;
  if (age === undefined || age.seconds <= age.limitSeconds || isBeingReplaced) return [];
  const { name } = credential;
  return [
    {
      code: 'password-too-old',
      severity: 'problem',
      where: name,
      message: `The password is ${durationText(age.seconds)} old, and is to be replaced after ${durationText(age.limitSeconds)}.`,
      remedy: `See whether the watch runs (the alarm WatchSilent), or rotate now: sfrotate rotate ${name}`,
      fixable: false,
    },
  ];
}

function userFindings(state: CredentialState, credential: Credential): Finding[] {
  const { user, phase, rotation, request } = state;
  if (user === undefined) return [];
  const { name } = credential;
  const about = { credential: name, isBlocked: phase === 'blocked' };
  const found: Finding[] = [];
  const { toldChange, changedAt, trouble, failed, username } = user;
  const isRepaired = toldChange === undefined || (changedAt !== undefined && toldChange <= changedAt);
  if (!isRepaired && rotation === undefined && request === undefined)
    found.push({
      code: 'outside-change-unrepaired',
      severity: 'problem',
      where: username,
      message: `The password was changed by somebody else at ${toldChange}, and nothing repairs it. The integrations cannot log in.`,
      remedy: `To set a new one: sfrotate rotate ${name}. To take over the one that was set: "outside-change", then sfrotate token ${name} --with-password`,
      fixable: false,
    });
  if (failed !== undefined)
    found.push({
      code: 'heartbeat-failed',
      severity: 'problem',
      where: username,
      message: `The last login to see whether the credential still works failed (${failed.trouble}, at ${failed.at}).`,
      remedy: `What to do is in the history: sfrotate history ${name}`,
      fixable: false,
    });
  return trouble === undefined
    ? found
    : [...found, refusalFinding(refusalOf(trouble, credential, username), username, about)];
}
