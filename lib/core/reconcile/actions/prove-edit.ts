import { tokenFingerprint } from '../../attempt.ts';
import { accepted, type ReservedAttempt, refused, released } from '../../domain/budget.ts';
import type { CredentialValue } from '../../domain/credential-value.ts';
import { compactRecord } from '../../domain/records.ts';
import type { CredentialState, RotationRequest } from '../../domain/state.ts';
import { type EventText, enter, note } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import type { ActContext, Done } from '../act-context.ts';
import { lookAtDrift } from '../drift.ts';
import { type Edit, knownVersion } from '../edit.ts';
import { done } from './done.ts';
import { editOf } from './edit-notes.ts';
import { acceptedEdit, hinderedEdit, refusedEdit } from './edit-words.ts';
import { withProvenUser } from './proven-user.ts';
import { emptyDraftOf } from './rollback.ts';
import { type Hindrance, type Trial, tryCurrent } from './try-current.ts';

/**
 * Somebody put another credential into the credential secret by hand. One reserved
 * login proves it. Accepted, the integrations are brought to it by what follows,
 * and people are asked for nothing any more; refused, every integration keeps what
 * it has, people are told once, and it is not tried again.
 */
export async function proveEdit(context: ActContext): Promise<Done> {
  const { current, problem = '' } = editOf(context);
  if (current === undefined)
    return hindered(context, { reason: 'credential-secret-unusable', because: problem });
  const trial = await tryCurrent(context, current);
  switch (trial.kind) {
    case 'not-made':
      return done('overtaken');
    case 'hindered':
      return trial.hindrance.reason === 'current-credential-refused'
        ? refuse(context, (state) => state, refusedEdit(context, undefined))
        : hindered(context, trial.hindrance);
    case 'refused': {
      const book = bookingOf(context, current, trial);
      return refuse(context, book, refusedEdit(context, trial.outcome));
    }
    case 'accepted':
      return accept(context, current, trial);
  }
}

/** What says nothing about password and token may be tried again when a person asks. */
function bookingOf(
  { facts }: ActContext,
  current: CredentialValue,
  { outcome }: Extract<Trial, { kind: 'refused' }>,
): (state: CredentialState) => CredentialState {
  const { attempt } = outcome;
  return (state) =>
    outcome.kind === 'rejected'
      ? refused(state, attempt, tokenFingerprint(current), facts.now.toISOString())
      : released(state, attempt);
}

/** It is told once, and tried as soon as nothing hinders it any more. */
async function hindered(context: ActContext, hindrance: Hindrance): Promise<Done> {
  const { keeper, facts } = context;
  const event = hinderedEdit(context, hindrance);
  const told = derivedVersionId('edit', editOf(context).versionId, hindrance.reason);
  const at = facts.now.toISOString();
  const before = keeper.state;
  const next = before.drift?.told === told ? before : note(before, at, event);
  const saved = await keeper.save({ ...next, drift: { ...next.drift, checkedAt: at, told } });
  return done(saved, { answeredTrigger: true, found: event.message });
}

async function refuse(
  context: ActContext,
  book: (state: CredentialState) => CredentialState,
  event: EventText,
): Promise<Done> {
  const { keeper, ports } = context;
  const edit = editOf(context);
  const at = ports.clock.now().toISOString();
  await keeper.update((state) => {
    const booked = book(state);
    if (knownVersion(state) !== edit.known) return booked;
    const isTold = state.drift?.refusedVersion === edit.versionId;
    const next = isTold ? booked : note(booked, at, event);
    return { ...next, drift: { ...next.drift, checkedAt: at, refusedVersion: edit.versionId } };
  });
  return done('saved', { answeredTrigger: true, found: `${event.message} ${event.remedy ?? ''}`.trim() });
}

async function accept(
  context: ActContext,
  current: CredentialValue,
  { attempt, changedAt }: Extract<Trial, { kind: 'accepted' }>,
): Promise<Done> {
  const { keeper, ports } = context;
  const { rotation } = keeper.state;
  if (rotation !== undefined && isAsking(keeper.state)) {
    // What strays is told of by the event of the edit; while people are asked, nothing has looked at it.
    context.findings.drift = await lookAtDrift(context.bench, keeper.state);
    await makeRoom(context, rotation.id);
  }
  const at = ports.clock.now().toISOString();
  const proof = { current, changedAt, attempt, at };
  await keeper.update((state) => proven(state, context, proof));
  return done('saved', { found: acceptedEdit(context, false).message });
}

/**
 * What a token reset put into the draft goes before the rotation does. A run that
 * dies in between leaves a look that is due, and with it another login.
 */
async function makeRoom(context: ActContext, rotationId: string): Promise<void> {
  const { keeper } = context;
  await keeper.updateRotation(rotationId, (state) => {
    const { checkedAt: _done, ...drift } = state.drift ?? {};
    return { ...state, drift };
  });
  await emptyDraftOf(context, rotationId);
}

interface Proof {
  readonly current: CredentialValue;
  readonly changedAt: string | undefined;
  readonly attempt: ReservedAttempt;
  readonly at: string;
}

/** A run that others have left behind overwrites no newer proof, and ends no rotation but one that asks for this. */
function proven(state: CredentialState, context: ActContext, { attempt, ...proof }: Proof): CredentialState {
  const booked = accepted(state, attempt);
  const isAtRest = state.rotation === undefined && (state.phase === 'idle' || state.phase === 'blocked');
  const isEnding = isAsking(state);
  const { known } = editOf(context);
  if (knownVersion(state) !== known || !(isAtRest || isEnding)) return booked;
  const event = acceptedEdit(context, isEnding);
  const user = withProvenUser(booked, proof.current, proof.changedAt, proof.at);
  const next = withProvenVersion(user, editOf(context), context);
  if (!isEnding) return note(withoutQuestion(next), proof.at, event);
  const { rotation: _answered, ...idle } = enter(withoutQuestion(next), 'idle', proof.at, event);
  return idle;
}

/** The look at the integrations is due at once; those that stray now are told of by this event already. */
function withProvenVersion(
  state: CredentialState,
  { versionId }: Edit,
  { findings, credential }: ActContext,
): CredentialState {
  const told = credential.drift.bringForward ? findings.drift?.name : undefined;
  return { ...state, drift: compactRecord({ provenVersion: versionId, told }) };
}

/** Whether people are asked for what somebody else has set. */
function isAsking({ phase, rotation }: CredentialState): boolean {
  return phase === 'awaiting-token' && rotation !== undefined && isQuestion(rotation.cause);
}

/** What was asked for because the credential did not work. */
function withoutQuestion(state: CredentialState): CredentialState {
  const { request, ...rest } = state;
  const isMoot = request !== undefined && (request.cause === 'take-over' || isQuestion(request.cause));
  return isMoot ? rest : state;
}

function isQuestion(cause: RotationRequest['cause']): boolean {
  return cause === 'outside-change' || cause === 'token-reset';
}
