import { renderCredential } from '../domain/credential-value.ts';
import { note, withRotation } from '../domain/transition.ts';
import { CommitNotPossible, RotationNotPrepared } from '../errors.ts';
import { Workbench } from '../reconcile/workbench.ts';
import type { StepContext } from './step.ts';

/**
 * Fills the pending version from the verified draft. A draft that carries
 * `verifiedAt` is one that Salesforce accepted as it stands; nothing else ever
 * becomes a version (invariant 2). Where there is none, the preparation is
 * asked for and Secrets Manager is told to try again.
 */
export async function createSecret(context: StepContext): Promise<void> {
  const { ports, keeper, credential, event } = context;
  const draft = await new Workbench(ports, credential).draft();
  const complete = draft.kind === 'value' && draft.value.verifiedAt !== undefined ? draft.value : undefined;
  if (complete === undefined) {
    // After the decision the draft may be emptied already; the pending version is what was decided on.
    if (keeper.state.phase === 'committing') return;
    await askForPreparation(context);
    throw new RotationNotPrepared(credential.name, keeper.state.phase);
  }
  const written = await ports.secrets.write(credential.secret, {
    versionId: event.requestToken,
    text: renderCredential(complete),
    labels: ['AWSPENDING'],
    rotationToken: event.rotationToken,
  });
  if (written === 'conflict') {
    throw new CommitNotPossible(
      `The pending version of "${credential.secret}" holds another value than the verified draft. Nothing is current; the service removes it and asks again.`,
    );
  }
  await keeper.updateRotation(complete.rotationId, (state) =>
    withRotation(state, { requestToken: event.requestToken }),
  );
}

/** The wish goes to the ledger, so that a lost poke delays it only. */
async function askForPreparation({ ports, keeper, credential }: StepContext): Promise<void> {
  const at = ports.clock.now().toISOString();
  await keeper.update((state) => {
    if (state.phase !== 'idle' || state.request !== undefined) return undefined;
    const request = { cause: 'secrets-manager', by: 'secrets-manager', at } as const;
    return note({ ...state, request }, at, {
      type: 'Rotation Requested',
      message: 'Secrets Manager asked for a rotation; the preparation was started.',
      by: request.by,
    });
  });
  await ports.queue.poke(credential.name);
}
