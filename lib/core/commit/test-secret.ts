import { attemptLogin, type RefusedAttempt, tokenFingerprint } from '../attempt.ts';
import type { Credential } from '../config/load.ts';
import { accepted, refused } from '../domain/budget.ts';
import { type CredentialValue, renderDraft } from '../domain/credential-value.ts';
import type { CredentialState } from '../domain/state.ts';
import { enter, rotationOf, withRotation } from '../domain/transition.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import { carries } from '../formats/registry.ts';
import type { Ports } from '../ports/ports.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { PARALLEL_CALLS } from './stage.ts';
import { requirePending, type StepContext } from './step.ts';
import { notAccepted, testCurrent } from './test-current.ts';

/** A verification that is younger than this proves enough; another login would only cost an attempt. */
const VERIFICATION_GOOD_SECONDS = 300;

/**
 * Proves the pending credential and every rendering of it. Alone, as Secrets
 * Manager calls it to test a configuration (RotateImmediately=false), it proves
 * the credential in force instead.
 */
export async function testSecret(context: StepContext): Promise<void> {
  // createSecret notes its request token; a test without it belongs to no rotation of ours.
  if (context.keeper.state.rotation?.requestToken !== context.event.requestToken) return testCurrent(context);
  const pending = await requirePending(context, { fresh: true });
  await testRenderings(context, pending);
  if (recentlyVerified(context)) return;
  await testLogin(context, pending);
}

/**
 * Reads every staged rendering back from Secrets Manager; each must parse to the
 * pending credential. A secret that had nothing to stage must carry it already.
 */
async function testRenderings(
  { ports, keeper, credential }: StepContext,
  pending: CredentialValue,
): Promise<void> {
  const pairs = new Map((keeper.state.rotation?.pairs ?? []).map((pair) => [pair.secret, pair]));
  const unstaged = credential.integrations.filter(({ secret }) => !pairs.has(secret));
  const current = await ports.secrets.readCurrent(unstaged.map(({ secret }) => secret));
  await mapConcurrently(credential.integrations, PARALLEL_CALLS, async (integration) => {
    const { secret } = integration;
    const pair = pairs.get(secret);
    const read =
      pair === undefined
        ? current.get(secret)
        : await ports.secrets.readVersion(secret, pair.staged, { fresh: true });
    if (read?.kind === 'found' && carries(integration, read.text, pending)) return;
    throw new CommitNotPossible(
      `What is staged in the integration secret "${secret}" does not read back as the new credential. Nothing is current; the rotation stages it again.`,
    );
  });
}

function recentlyVerified({ ports, keeper }: StepContext): boolean {
  const verifiedAt = keeper.state.rotation?.verifiedAt;
  return (
    verifiedAt !== undefined &&
    ports.clock.now().getTime() - Date.parse(verifiedAt) < VERIFICATION_GOOD_SECONDS * 1_000
  );
}

async function testLogin(context: StepContext, value: CredentialValue): Promise<void> {
  const { ports, keeper, credential } = context;
  const { rotation } = keeper.state;
  const outcome = await attemptLogin(ports, keeper, credential, value, 'test');
  const at = ports.clock.now().toISOString();
  if (outcome.kind === 'accepted') {
    await keeper.update((state) => {
      const counted = accepted(state, outcome.attempt);
      return state.rotation?.id === rotation?.id ? withRotation(counted, { verifiedAt: at }) : counted;
    });
    return;
  }
  if (outcome.kind !== 'not-made') await recordRejection(context, value, outcome, at);
  throw notAccepted(credential.name, outcome);
}

/**
 * A verified credential that Salesforce no longer accepts needs another token:
 * the draft is reopened first, because a complete draft means an accepted one.
 */
async function recordRejection(
  { ports, keeper, credential }: StepContext,
  value: CredentialValue,
  outcome: RefusedAttempt,
  at: string,
): Promise<void> {
  const { phase, rotation } = keeper.state;
  if (phase === 'verified' && outcome.kind === 'rejected')
    await reopenDraft(ports, credential, rotation?.verifiedAt ?? at);
  await keeper.update((state) => {
    const counted = refused(state, outcome.attempt, tokenFingerprint(value), at);
    const isOver = state.phase !== 'verified' || state.rotation?.id !== rotation?.id;
    if (isOver || outcome.kind !== 'rejected') return counted;
    return enter(unasked(counted), 'awaiting-token', at, {
      type: 'Token Rejected',
      message:
        'Salesforce no longer accepts the verified credential; its token was reset meanwhile. A new one is needed.',
      reason: 'rejected',
    });
  });
}

/** People are asked for the new token as they were for the first one. */
function unasked(state: CredentialState): CredentialState {
  const { reminders: _earlier, escalatedAt: _told, ...rotation } = rotationOf(state);
  return { ...state, rotation };
}

async function reopenDraft(ports: Ports, credential: Credential, verifiedAt: string): Promise<void> {
  const bench = new Workbench(ports, credential);
  const draft = await bench.draft();
  if (draft.kind !== 'value' || draft.value.verifiedAt === undefined) return;
  const { draftSecret } = credential;
  await ports.secrets.write(draftSecret, {
    versionId: derivedVersionId('reopened', draft.value.rotationId ?? '', verifiedAt),
    text: renderDraft({ ...draft.value, securityToken: undefined, verifiedAt: undefined }),
  });
}
