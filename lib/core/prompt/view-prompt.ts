import type { Credential } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import { compactRecord } from '../domain/records.ts';
import type { CompletedRotation, CredentialState, Rotation } from '../domain/state.ts';
import type { PromptLink } from './prompt-link.ts';
import type { PromptSituation, PromptSubject, PromptView } from './prompt-view.ts';

/** How long after the end of a rotation its links still show that end. */
const DONE_SHOWN_SECONDS = 3_600;

const GONE: PromptView = { kind: 'gone' };

/**
 * What a person who opens a link is to see. Pure. A link is valid until it
 * expires, while its prompt is that of the rotation under way, and for an hour
 * after that rotation's end; whatever else it is, it is gone.
 */
export function viewPrompt(
  link: PromptLink | undefined,
  state: CredentialState | undefined,
  credential: Credential | undefined,
  now: Date,
): PromptView {
  if (link === undefined || state === undefined || credential === undefined) return GONE;
  if (state.credential !== link.credential || now >= new Date(link.expiresAt)) return GONE;
  const { rotation, last } = state;
  if (rotation !== undefined && isOf(link, rotation))
    return {
      ...subject(link, credential, rotation.username),
      ...situation(state, rotation, credential, now),
    };
  if (last !== undefined && isOf(link, last) && isFresh(last, now))
    return { ...subject(link, credential, last.username ?? ''), ...done(last) };
  return GONE;
}

function isOf(link: PromptLink, { id, promptId }: Pick<Rotation, 'id' | 'promptId'>): boolean {
  return link.rotationId === id && link.promptId === promptId;
}

function isFresh({ completedAt }: CompletedRotation, now: Date): boolean {
  return now.getTime() < Date.parse(completedAt) + DONE_SHOWN_SECONDS * 1_000;
}

function subject(link: PromptLink, credential: Credential, username: string): PromptSubject {
  return {
    credential: credential.name,
    org: credential.org,
    loginUrl: credential.orgConfig.loginUrl,
    username,
    strategy: credential.strategy.kind,
    integrations: credential.integrations.length,
    expiresAt: link.expiresAt,
  };
}

function situation(
  state: CredentialState,
  rotation: Rotation,
  credential: Credential,
  now: Date,
): PromptSituation {
  switch (state.phase) {
    case 'invited':
      return rotation.startPressed === true
        ? { kind: 'changing' }
        : { kind: 'invitation', invitedAt: state.since };
    case 'idle':
    case 'drafted':
    case 'changing':
      return { kind: 'changing' };
    case 'awaiting-token':
      return wanted(state, rotation, credential, now);
    case 'verified':
      return verified(state, rotation);
    case 'committing':
      return { kind: 'swapping' };
    case 'blocked': {
      const { blocked } = state;
      if (blocked === undefined) throw new Error(`"${state.credential}" is blocked without a refusal`);
      return { kind: 'blocked', refusal: blocked.refusal, at: blocked.at };
    }
  }
}

function wanted(
  state: CredentialState,
  rotation: Rotation,
  credential: Credential,
  now: Date,
): PromptSituation {
  const budget = budgetOf(state, rotation.username);
  const common = {
    since: state.since,
    attemptsLeft: Math.max(0, credential.lockout.maxAttempts - budget.spent),
    isChecking: budget.inFlight !== undefined && now < new Date(budget.inFlight.leaseUntil),
  };
  if (rotation.cause === 'outside-change') return { kind: 'credential', ...common };
  return compactRecord({
    kind: 'token',
    isReset: rotation.cause === 'token-reset' ? true : undefined,
    ...common,
    mailbox: rotation.mailbox,
    readsMailbox: credential.token.sources.includes('mailbox'),
  } as const);
}

function verified({ since }: CredentialState, rotation: Rotation): PromptSituation {
  if (rotation.pairs !== undefined) return { kind: 'staged' };
  const { verifiedAt = since, commitAt } = rotation;
  return compactRecord({ kind: 'verified', verifiedAt, commitAt } as const);
}

function done({ completedAt, integrations, source }: CompletedRotation): PromptSituation {
  return compactRecord({ kind: 'done', completedAt, swapped: integrations, source } as const);
}
