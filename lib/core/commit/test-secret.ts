import {
  type AttemptOutcome,
  attemptLogin,
  FULL_BUDGET,
  rememberRefused,
  tokenFingerprint,
} from '../attempt.ts';
import type { Credential } from '../config/load.ts';
import { type CredentialValue, renderDraft } from '../domain/credential-value.ts';
import { enter, withRotation } from '../domain/transition.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { planStage } from './stage.ts';
import { requirePending, type StepContext } from './step.ts';

/** A verification that is younger than this proves enough; another login would only cost an attempt. */
export const VERIFICATION_GOOD_SECONDS = 300;

/**
 * Proves the pending credential and every rendering of it. Alone, as Secrets
 * Manager calls it to test a configuration (RotateImmediately=false), it proves
 * the credential in force instead.
 */
export async function testSecret(context: StepContext): Promise<void> {
  const { ports, keeper, credential, event } = context;
  const bench = new Workbench(ports, credential);
  const integrations = credential.integrations.map((integration) => integration.secret);
  // createSecret notes its request token; a test without it belongs to no rotation of ours.
  if (keeper.state.rotation?.requestToken !== event.requestToken) {
    await bench.fetch([credential.secret, ...integrations]);
    return testCurrent(context, bench);
  }
  await bench.fetch(integrations);
  const pending = await requirePending(context, { fresh: true });
  await testRenderings(context, bench, pending);
  if (recentlyVerified(context)) return;
  await testLogin(context, pending);
}

/** A healthy secret passes: it can be read, every integration secret can be written, and the login works. */
async function testCurrent(context: StepContext, bench: Workbench): Promise<void> {
  const current = await bench.current();
  if (current.kind !== 'value') {
    const problem = current.kind === 'empty' ? 'it is empty' : current.problem;
    throw new CommitNotPossible(
      `The credential secret "${context.credential.secret}" cannot be used: ${problem}.`,
    );
  }
  for (const integration of context.credential.integrations) {
    planStage(integration, await bench.read(integration.secret), current.value, context.event.requestToken);
  }
  await testLogin(context, current.value);
}

/**
 * Each integration secret must have been staged on the version that is current
 * there now. A version is immutable and its id is derived from what it was
 * rendered from, so the same id is the same rendering; that it parses back was
 * checked when it was planned, and is checked again here.
 */
async function testRenderings(
  { keeper, credential, event }: StepContext,
  bench: Workbench,
  pending: CredentialValue,
): Promise<void> {
  const pairs = new Map((keeper.state.rotation?.pairs ?? []).map((pair) => [pair.secret, pair]));
  for (const integration of credential.integrations) {
    const plan = planStage(integration, await bench.read(integration.secret), pending, event.requestToken);
    if (plan.kind === 'carries') continue;
    if (pairs.get(integration.secret)?.staged !== plan.pair.staged) {
      throw new CommitNotPossible(
        `The integration secret "${integration.secret}" is not staged on its current version; somebody edited it meanwhile. Nothing is current; the rotation stages it again.`,
      );
    }
  }
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
  const outcome = await attemptLogin(ports, keeper, credential, value, 'test');
  const at = ports.clock.now().toISOString();
  if (outcome.kind === 'accepted') {
    await keeper.update((state) => ({
      ...(state.rotation === undefined ? state : withRotation(state, { verifiedAt: at })),
      attempts: FULL_BUDGET,
    }));
    return;
  }
  if (outcome.kind !== 'not-made') await recordRejection(context, value, outcome, at);
  throw new CommitNotPossible(
    `Salesforce did not accept the credential of "${credential.name}" (${reasonOf(outcome)}). Nothing is current.`,
  );
}

/**
 * A verified credential that Salesforce no longer accepts needs another token:
 * the draft is reopened first, because a complete draft means an accepted one.
 */
async function recordRejection(
  { ports, keeper, credential }: StepContext,
  value: CredentialValue,
  outcome: AttemptOutcome,
  at: string,
): Promise<void> {
  const { phase, rotation } = keeper.state;
  if (phase === 'verified' && outcome.kind === 'rejected')
    await reopenDraft(ports, credential, rotation?.verifiedAt ?? at);
  await keeper.update((state) => {
    const counted = { ...state, attempts: rememberRefused(state.attempts, tokenFingerprint(value), at) };
    if (state.phase !== 'verified' || outcome.kind !== 'rejected') return counted;
    return enter(counted, 'awaiting-token', at, {
      type: 'Token Rejected',
      message:
        'Salesforce no longer accepts the verified credential; its token was reset meanwhile. A new one is needed.',
      reason: 'rejected',
    });
  });
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

function reasonOf(outcome: AttemptOutcome): string {
  return outcome.kind === 'not-made' ? `no attempt was made: ${outcome.because}` : outcome.kind;
}
