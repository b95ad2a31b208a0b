import type { Configuration } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import { openState } from '../reconcile/rebuild.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { completeCommit } from './complete-commit.ts';
import { createSecret } from './create-secret.ts';
import { finishSecret } from './finish-secret.ts';
import { admit, type RotationEvent } from './guard.ts';
import { setSecret } from './set-secret.ts';
import { isFinishing, type StepContext } from './step.ts';
import { testSecret } from './test-secret.ts';

export type StepOutcome = 'done' | 'already-current';

/**
 * One of the four steps of a Secrets Manager rotation. Each can be repeated; a
 * step that throws leaves nothing current that was not current before.
 *
 * @throws RotationRefused, RotationNotPrepared, CommitNotPossible, SalesforceOutcomeUnknown, SecretStoreFault
 */
export async function rotate(
  ports: Ports,
  configuration: Configuration,
  event: RotationEvent,
): Promise<StepOutcome> {
  const admitted = await admit(ports.secrets, configuration, event);
  const keeper = await openState(new Workbench(ports, admitted.credential));
  const context: StepContext = { ports, keeper, event, ...admitted };
  try {
    if (admitted.alreadyCurrent) {
      if (isFinishing(keeper.state, event.requestToken)) {
        await completeCommit(ports, keeper, admitted.credential, admitted.description);
      }
      return 'already-current';
    }
    await perform(context);
    return 'done';
  } finally {
    await keeper.settle();
  }
}

async function perform(context: StepContext): Promise<void> {
  switch (context.step) {
    case 'createSecret':
      return createSecret(context);
    case 'setSecret':
      return setSecret(context);
    case 'testSecret':
      return testSecret(context);
    case 'finishSecret':
      return finishSecret(context);
  }
}
