import type { StagedPair } from '../domain/state.ts';
import { note, withRotation } from '../domain/transition.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { isStage, PARALLEL_CALLS, planStage, removeStagedLabels, writeStage } from './stage.ts';
import { requirePending, type StepContext } from './step.ts';

/**
 * Stages the new credential in every integration secret, beside what is current
 * there. All are rendered and read back in memory before the first is written;
 * if one cannot be written, all are unstaged again.
 */
export async function setSecret(context: StepContext): Promise<void> {
  const { ports, keeper, credential, event } = context;
  const pending = await requirePending(context);
  const reads = await ports.secrets.readCurrent(
    credential.integrations.map((integration) => integration.secret),
  );
  const plans = credential.integrations.map((integration) =>
    planStage(integration, reads.get(integration.secret), pending, event.requestToken),
  );
  const toStage = plans.filter(isStage);
  let pairs: StagedPair[];
  try {
    pairs = await mapConcurrently(toStage, PARALLEL_CALLS, (plan) => writeStage(ports.secrets, plan));
  } catch (error) {
    await removeStagedLabels(
      ports,
      toStage.map((plan) => plan.pair),
    );
    throw error;
  }
  const at = ports.clock.now().toISOString();
  await keeper.updateRotation(pending.rotationId, (state) => {
    // A run that others left behind: what it staged is not what was decided on.
    if (state.phase === 'committing') return undefined;
    const staged = withRotation(state, { pairs, requestToken: event.requestToken, commitRequestedAt: at });
    return note(staged, at, {
      type: 'Integrations Staged',
      message: `The new credential is staged in ${pairs.length} of ${credential.integrations.length} integration secrets; none of them is current yet.`,
    });
  });
}
