import { compactRecord } from '../domain/records.ts';
import { enter, withRotation } from '../domain/transition.ts';
import { CommitNotPossible } from '../errors.ts';
import { labelled } from '../ports/secret-store.ts';
import { completeCommit } from './complete-commit.ts';
import { isFinishing, type StepContext } from './step.ts';

/**
 * Records the decision, and carries it out. The decision is the point of no
 * return: before it, everything staged can be taken back; after it, whoever
 * finds the credential in phase `committing` goes forward.
 */
export async function finishSecret({
  ports,
  keeper,
  credential,
  event,
  description,
}: StepContext): Promise<void> {
  const at = ports.clock.now().toISOString();
  await keeper.update((state) => {
    if (isFinishing(state, event.requestToken)) return undefined;
    if (state.phase !== 'verified' || state.rotation?.requestToken !== event.requestToken) {
      throw new CommitNotPossible(
        `finishSecret of "${credential.name}" has no staged commit to finish (phase: ${state.phase}). Nothing is current.`,
      );
    }
    const decided = enter(state, 'committing', at, {
      type: 'Swap Decided',
      message: `Every rendering passed; the swap of ${credential.integrations.length} integration secrets was decided.`,
    });
    return withRotation(
      decided,
      compactRecord({ decidedAt: at, replaces: labelled(description, 'AWSCURRENT') }),
    );
  });
  await completeCommit(ports, keeper, credential, description);
}
