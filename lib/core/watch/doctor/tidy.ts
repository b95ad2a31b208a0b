import type { Credential } from '../../config/load.ts';
import { EMPTY_DRAFT } from '../../domain/credential-value.ts';
import type { CredentialState } from '../../domain/state.ts';
import { type EventText, note } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import { leaseFrom } from '../../lease.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StateKeeper } from '../../reconcile/state-keeper.ts';
import { Workbench } from '../../reconcile/workbench.ts';
import type { Leftover, Removal } from './leftover.ts';
import { isQuiet, lookForLeftovers } from './leftovers.ts';

/**
 * Takes away what rotations left behind. It is claimed in the ledger first, so
 * that no rotation begins meanwhile, and looked for again under that claim;
 * labels are moved by compare-and-swap. What may still be alive is left alone.
 *
 * @returns One sentence for each thing that was done.
 */
export async function tidy(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  by: string,
): Promise<readonly string[]> {
  const now = ports.clock.now();
  if (!isQuiet(keeper.state, now)) return [];
  const leaseUntil = leaseFrom(now);
  const claimed = await keeper.save({ ...keeper.state, chore: { kind: 'tidy', leaseUntil } });
  if (claimed === 'overtaken') return [];
  const events: EventText[] = [];
  try {
    const bench = new Workbench(ports, credential);
    for (const { removal } of await leftoversIn(bench, keeper.state)) {
      const event = removal === undefined ? undefined : await remove(ports, removal);
      if (event !== undefined) events.push({ ...event, by });
    }
  } finally {
    await keeper.update((state) => released(state, leaseUntil, events, ports.clock.now().toISOString()));
  }
  return events.map(({ message }) => message);
}

/** As `lookForLeftovers`, of a credential that is quiet but for this claim. */
async function leftoversIn(bench: Workbench, state: CredentialState): Promise<readonly Leftover[]> {
  const { chore: _ours, ...quiet } = state;
  return lookForLeftovers(bench, quiet);
}

async function remove({ secrets }: Ports, removal: Removal): Promise<EventText | undefined> {
  switch (removal.kind) {
    case 'label': {
      const { secret, label, versionId } = removal;
      const moved = await secrets.moveLabel(secret, { label, from: versionId, to: undefined });
      if (moved === 'lost') return undefined;
      return {
        type: label === 'AWSPENDING' ? 'Pending Removed' : 'Repaired',
        message: `The label ${label} was taken off version ${versionId} of "${secret}", which no rotation owns. What is in force was not touched.`,
      };
    }
    case 'draft': {
      const { secret, versionId } = removal;
      await secrets.write(secret, { versionId: derivedVersionId('tidied', versionId), text: EMPTY_DRAFT });
      return {
        type: 'Repaired',
        message: `The draft "${secret}", which held what is current anyway, was emptied.`,
      };
    }
  }
}

function released(
  state: CredentialState,
  leaseUntil: string,
  events: readonly EventText[],
  at: string,
): CredentialState {
  const { chore, ...rest } = state;
  const freed = chore?.kind === 'tidy' && chore.leaseUntil === leaseUntil ? rest : state;
  return events.reduce((noted, event) => note(noted, at, event), freed);
}
