import { budgetOf, FULL_BUDGET, withBudget } from '../../domain/budget.ts';
import { compactRecord } from '../../domain/records.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { CredentialState, Rotation } from '../../domain/state.ts';
import { block, enter, note, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import type { ActContext, Done } from '../act-context.ts';
import type { DeclineReason } from '../facts.ts';
import { wantedRotation } from '../schedule.ts';
import { done } from './done.ts';

/** The actions that change nothing but the ledger and tell somebody. */

export async function blockWith({ keeper, facts }: ActContext, refusal: Refusal): Promise<Done> {
  return done(await keeper.save(block(keeper.state, facts.now.toISOString(), refusal)));
}

export async function unblock(
  { keeper, facts }: ActContext,
  by: string,
  forgetAttempts: boolean,
): Promise<Done> {
  const { blocked } = keeper.state;
  const next = enter(
    keeper.state,
    blocked?.from ?? 'idle',
    facts.now.toISOString(),
    { type: 'Rotation Resumed', message: `The rotation was resumed by ${by}.`, by },
    forgetAttempts ? { budgets: forgotten(keeper.state) } : {},
  );
  return done(await keeper.save(next), { answeredTrigger: true });
}

/** Salesforce has forgotten the failed logins of the user that the rotation is about. */
function forgotten(state: CredentialState): CredentialState['budgets'] {
  const { username } = rotationOf(state);
  const { made } = budgetOf(state, username);
  return withBudget(state, username, compactRecord({ ...FULL_BUDGET, made })).budgets;
}

/**
 * Claims the rotation: from here on every run works under one rotation id, and
 * two runs that draft a password at once write the same version.
 */
export async function begin(context: ActContext, phase: 'idle' | 'invited'): Promise<Done> {
  const { keeper, facts } = context;
  const message =
    phase === 'invited'
      ? 'A rotation is wanted. The password is not changed until an operator starts it.'
      : `The preflight passed; a rotation begins.${strayNote(context)}`;
  const event = { type: phase === 'invited' ? 'Rotation Invited' : 'Rotation Begun', message } as const;
  const rotation = keeper.state.rotation ?? beginRotation(context);
  const next = enter({ ...keeper.state, rotation }, phase, facts.now.toISOString(), event);
  return done(await keeper.save(next), { keep: { preflight: 'passed' } });
}

function strayNote({ findings }: ActContext): string {
  const { strays = [] } = findings.preflight ?? {};
  if (strays.length === 0) return '';
  return ` ${strays.length} integration secrets carry another credential than the current one; the swap brings them forward, too.`;
}

export async function acceptStart({ keeper, facts }: ActContext, by: string): Promise<Done> {
  const started = withRotation(keeper.state, { startPressed: true });
  const event = { type: 'Rotation Started', message: `Started by ${by}.`, by } as const;
  return done(await keeper.save(note(started, facts.now.toISOString(), event)), { answeredTrigger: true });
}

export async function requestToken({ keeper, facts }: ActContext): Promise<Done> {
  const { username } = rotationOf(keeper.state);
  const meanwhile =
    facts.credential.strategy.kind === 'single-user'
      ? 'The integrations wait for it.'
      : 'The integrations go on with the other user meanwhile.';
  const event = {
    type: 'Token Requested',
    message: `Salesforce has the new password of "${username}" and has sent, or is about to send, a new security token to the user's mailbox. ${meanwhile}`,
    remedy: `If no mail comes, log in as the user and choose My Settings > Personal > Reset My Security Token (${facts.credential.orgConfig.loginUrl}/_ui/system/security/ResetApiTokenEdit).`,
  } as const;
  const next = withRotation(note(keeper.state, facts.now.toISOString(), event), { reminders: 0 });
  return done(await keeper.save(next), { keep: { draft: 'incomplete' } });
}

export async function remind({ keeper, facts }: ActContext): Promise<Done> {
  const rotation = rotationOf(keeper.state);
  const reminders = (rotation.reminders ?? 0) + 1;
  const event = {
    type: 'Token Reminder',
    message: `"${rotation.username}" is still waiting (reminder ${reminders}); the new password is safe in the draft secret.`,
    remedy: `Bring the new security token, or reset it at ${facts.credential.orgConfig.loginUrl}/_ui/system/security/ResetApiTokenEdit.`,
  } as const;
  const next = withRotation(note(keeper.state, facts.now.toISOString(), event), { reminders });
  return done(await keeper.save(next));
}

const DECLINED: Readonly<Record<DeclineReason, string>> = {
  'not-waiting': 'No password was changed that this token could belong to.',
  'refused-before': 'Salesforce has refused this very token already.',
  blocked: 'The rotation is blocked; resume it first.',
  'already-verified': 'A token was accepted already.',
};

export async function declineToken({ keeper, facts }: ActContext, reason: DeclineReason): Promise<Done> {
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
    draftNumber: 1,
  });
}
