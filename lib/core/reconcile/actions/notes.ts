import { budgetOf, FULL_BUDGET, withBudget } from '../../domain/budget.ts';
import { compactRecord } from '../../domain/records.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { CredentialState, Rotation } from '../../domain/state.ts';
import { block, type EventText, enter, note, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import { newPromptId } from '../../prompt/prompt-link.ts';
import { tokenMailbox } from '../../prompt/token-mailbox.ts';
import type { ActContext, Done } from '../act-context.ts';
import type { DeclineReason, Facts } from '../facts.ts';
import { sameUsername } from '../predecessor.ts';
import { wantedRotation } from '../schedule.ts';
import { done } from './done.ts';
import { beforeConclusion, isSetInDoubt } from './doubt.ts';

/** The actions that change nothing but the ledger and tell somebody. */

export async function blockWith({ keeper, facts }: ActContext, refusal: Refusal): Promise<Done> {
  return done(await keeper.save(block(keeper.state, facts.now.toISOString(), refusal)));
}

export async function unblock(context: ActContext, by: string, forgetAttempts: boolean): Promise<Done> {
  const { keeper, facts } = context;
  const { blocked } = keeper.state;
  const isInDoubt = forgetAttempts && (await isSetInDoubt(context));
  const next = enter(
    isInDoubt ? beforeConclusion(keeper.state) : keeper.state,
    isInDoubt ? 'changing' : (blocked?.from ?? 'idle'),
    facts.now.toISOString(),
    { type: 'Rotation Resumed', message: `The rotation was resumed by ${by}.`, by },
    forgetAttempts ? { budgets: forgotten(keeper.state) } : {},
  );
  return done(await keeper.save(toBeProved(next, facts.now)), { answeredTrigger: true });
}

/** What a heartbeat met is said to be mended, and the next one, which is due at once, finds out. */
function toBeProved(state: CredentialState, now: Date): CredentialState {
  const { user } = state;
  if (state.phase !== 'idle' || user?.failed === undefined) return state;
  const { triedAt: _before, ...rest } = user;
  return { ...state, user: { ...rest, failed: { ...user.failed, resumedAt: now.toISOString() } } };
}

/** Salesforce has forgotten the failed logins of the user that the rotation is about, or the credential. */
export function forgotten(state: CredentialState): CredentialState['budgets'] {
  const username = state.rotation?.username ?? state.user?.username ?? '';
  const { made } = budgetOf(state, username);
  return withBudget(state, username, compactRecord({ ...FULL_BUDGET, made })).budgets;
}

/**
 * Claims the rotation: from here on every run works under one rotation id, and
 * two runs that draft a password at once write the same version.
 */
export async function begin(
  context: ActContext,
  phase: 'idle' | 'invited' | 'awaiting-token',
): Promise<Done> {
  const { keeper, facts } = context;
  const claimed = keeper.state.rotation ?? beginRotation(context);
  const isAsked = phase !== 'idle';
  const rotation = isAsked ? asked(context, claimed) : claimed;
  const { request, ...unrequested } = keeper.state;
  // A request is answered when its first secret is written; an outside change writes none.
  const state = phase === 'awaiting-token' ? unrequested : keeper.state;
  const event = compactRecord({
    ...beginning(context, phase),
    promptId: rotation.promptId,
    by: phase === 'awaiting-token' ? request?.by : undefined,
  });
  const next = enter({ ...state, rotation }, phase, facts.now.toISOString(), event);
  return done(await keeper.save(phase === 'awaiting-token' ? toldOfChange(next, context) : next), {
    keep: { preflight: 'passed' },
  });
}

/** People are told of one change once. */
function toldOfChange(state: CredentialState, { findings }: ActContext): CredentialState {
  const { username, lastPasswordChangeDate } = findings.preflight?.user ?? {};
  if (username === undefined || lastPasswordChangeDate === undefined) return state;
  return { ...state, user: { username, ...state.user, toldChange: lastPasswordChangeDate } };
}

function beginning(context: ActContext, phase: 'idle' | 'invited' | 'awaiting-token'): EventText {
  switch (phase) {
    case 'idle':
      return {
        type: 'Rotation Begun',
        message: `The preflight passed; a rotation begins.${strayNote(context)}`,
      };
    case 'invited':
      return {
        type: 'Rotation Invited',
        message: 'A rotation is wanted. The password is not changed until an operator starts it.',
      };
    case 'awaiting-token': {
      const username = context.findings.preflight?.user.username ?? '';
      return {
        type: 'Password Changed Outside',
        message: `The password of "${username}" was changed by somebody else, so what the integrations have no longer works.`,
        remedy: 'Bring the password that was set and the security token that goes with it.',
      };
    }
  }
}

/** A rotation that people are asked about. */
function asked({ ports }: Pick<ActContext, 'ports'>, rotation: Rotation): Rotation {
  return {
    ...rotation,
    promptId: rotation.promptId ?? newPromptId(ports.random),
    ...(rotation.cause === 'outside-change' ? { reminders: 0 } : {}),
  };
}

function strayNote({ findings }: ActContext): string {
  const { strays = [] } = findings.preflight ?? {};
  if (strays.length === 0) return '';
  return ` ${strays.length} integration secrets carry another credential than the current one; the swap brings them forward, too.`;
}

export async function acceptStart({ keeper, facts }: ActContext, by: string): Promise<Done> {
  // What is asked for next has reminders and an escalation of its own.
  const { reminders: _sent, escalatedAt: _told, ...rotation } = rotationOf(keeper.state);
  const started = { ...keeper.state, rotation: { ...rotation, startPressed: true } };
  const event = { type: 'Start Pressed', message: `Started by ${by}.`, by } as const;
  return done(await keeper.save(note(started, facts.now.toISOString(), event)), { answeredTrigger: true });
}

export async function requestToken(context: ActContext): Promise<Done> {
  const { keeper, facts } = context;
  const rotation = rotationOf(keeper.state);
  const isForPeople = facts.credential.token.sources.includes('operator');
  const { promptId } = isForPeople ? asked(context, rotation) : rotation;
  const event = {
    ...(rotation.cause === 'token-reset' ? resetAsking(context) : setAsking(context)),
    promptId,
  };
  const next = withRotation(
    note(keeper.state, facts.now.toISOString(), event),
    compactRecord({ promptId, reminders: 0 }),
  );
  return done(await keeper.save(next), { keep: { draft: 'incomplete' } });
}

function setAsking({ keeper, facts }: ActContext): EventText {
  const meanwhile =
    facts.credential.strategy.kind === 'single-user'
      ? 'The integrations wait for it.'
      : 'The integrations go on with the other user meanwhile.';
  return {
    type: 'Token Requested',
    message: `Salesforce has the new password of "${rotationOf(keeper.state).username}" and has sent, or is about to send, a new security token to the user's mailbox. ${meanwhile}`,
    remedy: `If no mail comes, log in as the user and choose My Settings > Personal > Reset My Security Token (${resetPage(facts)}).`,
  };
}

function resetAsking({ keeper, facts }: ActContext): EventText {
  return {
    type: 'Token Reset Outside',
    message: `The security token of "${rotationOf(keeper.state).username}" was reset by somebody else; the password is as it was. The integrations cannot log in until the new token is known.`,
    reason: 'token-reset',
    remedy: `Bring the newest security token, or reset it once more at ${resetPage(facts)}.`,
  };
}

export async function remind(context: ActContext): Promise<Done> {
  const { keeper, facts } = context;
  const rotation = rotationOf(keeper.state);
  const reminders = (rotation.reminders ?? 0) + 1;
  const event = {
    type: 'Token Reminder',
    ...reminder(context, `reminder ${reminders}`),
    promptId: rotation.promptId,
  } as const;
  const next = withRotation(note(keeper.state, facts.now.toISOString(), event), { reminders });
  return done(await keeper.save(next));
}

/** Nobody has answered for long; somebody else is told. */
export async function escalate(context: ActContext): Promise<Done> {
  const { keeper, facts } = context;
  const escalatedAt = facts.now.toISOString();
  const event = {
    type: 'Token Escalated',
    ...reminder(context, `since ${keeper.state.since}`),
    promptId: rotationOf(keeper.state).promptId,
  } as const;
  return done(await keeper.save(withRotation(note(keeper.state, escalatedAt, event), { escalatedAt })));
}

function reminder(context: ActContext, which: string): Pick<EventText, 'message' | 'reason' | 'remedy'> {
  const { phase, rotation } = context.keeper.state;
  const { username, cause } = rotation ?? rotationOf(context.keeper.state);
  if (phase === 'invited')
    return {
      message: `The rotation of "${username}" still waits to be started (${which}); nothing has changed.`,
      remedy: "Press Start with the user's mailbox at hand.",
    };
  if (cause === 'outside-change')
    return {
      message: `The password of "${username}" was changed outside, and nobody has brought it yet (${which}); the integrations cannot log in.`,
      remedy: 'Bring the password that was set and the security token that goes with it.',
    };
  if (cause === 'token-reset')
    return {
      reason: 'token-reset',
      message: `The security token of "${username}" was reset, and nobody has brought the new one yet (${which}); the integrations cannot log in.`,
      remedy: `Bring the newest security token, or reset it once more at ${resetPage(context.facts)}.`,
    };
  return {
    message: `"${username}" is still waiting (${which}); the new password is safe in the draft secret.`,
    remedy: `Bring the new security token, or reset it at ${resetPage(context.facts)}.`,
  };
}

/** Where a user resets the own security token. */
function resetPage({ credential }: Pick<Facts, 'credential'>): string {
  return `${credential.orgConfig.loginUrl}/_ui/system/security/ResetApiTokenEdit`;
}

/** Another prompt takes the place of the one before, and all its links end. */
export async function renewPrompt({ ports, keeper, facts }: ActContext, by: string): Promise<Done> {
  const promptId = newPromptId(ports.random);
  const event = {
    type: 'Prompt Renewed',
    message: `${by} asked for a new link; those before it no longer work.`,
    by,
    promptId,
  } as const;
  const next = withRotation(note(keeper.state, facts.now.toISOString(), event), { promptId });
  return done(await keeper.save(next), { answeredTrigger: true });
}

const DECLINED: Readonly<Record<DeclineReason, string>> = {
  'not-waiting': 'No password was changed that this token could belong to.',
  'refused-before': 'Salesforce has refused this very token already.',
  blocked: 'The rotation is blocked; resume it first.',
  'already-verified': 'A token was accepted already.',
  'another-rotation': 'It was brought for a rotation that is over.',
  'password-needed': 'The password was changed outside; a token alone is not enough.',
};

/** A person is told at once; what a mail brought is told by the history. */
export async function declineToken({ keeper, facts }: ActContext, reason: DeclineReason): Promise<Done> {
  const isMail = facts.trigger.kind === 'token' && facts.trigger.source === 'mailbox';
  if (!isMail) return done('saved', { answeredTrigger: true, token: { kind: 'declined', reason } });
  const event = { type: 'Token Refused', message: DECLINED[reason], reason } as const;
  const saved = await keeper.save(note(keeper.state, facts.now.toISOString(), event));
  return done(saved, { answeredTrigger: true, token: { kind: 'declined', reason } });
}

/** A rotation's first record, from what the preflight found. */
function beginRotation({ ports, keeper, findings, facts }: ActContext): Rotation {
  if (findings.preflight === undefined) throw new Error('a rotation begins after a preflight only');
  const { user } = findings.preflight;
  const wanted = wantedRotation(keeper.state, facts);
  const isAhead = wanted?.cause === 'due' && facts.credential.strategy.kind === 'alternating-users';
  const entropy = Buffer.from(ports.random.bytes(16)).toString('hex');
  return compactRecord({
    id: derivedVersionId('rotation', facts.credential.name, entropy),
    cause: wanted?.cause ?? 'requested',
    commitAt: isAhead ? wanted.at : undefined,
    startedAt: facts.now.toISOString(),
    username: user.username,
    userId: user.userId,
    organizationId: user.organizationId,
    mailbox: tokenMailbox(user.email),
    draftNumber: 1,
    triedUnchanged: hasDeadToken(keeper.state, user.username, facts) ? true : undefined,
  });
}

/** A heartbeat has shown that the old token is dead; where another source may bring a new one, no attempt is spent on it. */
function hasDeadToken(
  { user }: CredentialState,
  username: string,
  { credential: { token } }: Pick<Facts, 'credential'>,
): boolean {
  const isDead = user?.failed?.trouble === 'token-reset' && sameUsername(user.username, username);
  return isDead && token.sources.length > 1;
}
