import { mapConcurrently } from '../../commit/map-concurrently.ts';
import { STAGED_LABEL } from '../../commit/stage.ts';
import { sameLogin, samePassword } from '../../domain/credential-value.ts';
import type { CredentialState } from '../../domain/state.ts';
import { labelled } from '../../ports/secret-store.ts';
import type { Workbench } from '../../reconcile/workbench.ts';
import { leftPending } from './left-pending.ts';
import type { Leftover } from './leftover.ts';

const PARALLEL_READS = 8;

/** Whether no rotation is under way, wanted or blocked half-way, so that whatever one leaves behind is left over. */
export function isQuiet({ phase, blocked, rotation, request, chore }: CredentialState, now: Date): boolean {
  const isAtRest = phase === 'idle' || blocked?.from === 'idle';
  const isAtWork = chore !== undefined && now < new Date(chore.leaseUntil);
  return isAtRest && rotation === undefined && request === undefined && !isAtWork;
}

/** What is left over of a credential that is quiet. Reads only. */
export async function lookForLeftovers(bench: Workbench, state: CredentialState): Promise<Leftover[]> {
  const description = await bench.ports.secrets.describe(bench.credential.secret);
  return [
    ...(description === undefined ? [] : await leftPending(bench, state, description)),
    ...(await leftStaged(bench)),
    ...(await leftDraft(bench)),
  ];
}

async function leftStaged({ ports, credential }: Workbench): Promise<Leftover[]> {
  const found = await mapConcurrently(credential.integrations, PARALLEL_READS, async ({ secret }) => {
    const description = await ports.secrets.describe(secret);
    const versionId = description && labelled(description, STAGED_LABEL);
    return versionId === undefined ? [] : [{ secret, versionId }];
  });
  return found.flat().map(({ secret, versionId }) => ({
    finding: {
      code: 'staged-left-over',
      severity: 'warning',
      where: secret,
      message: `The label ${STAGED_LABEL} is on version ${versionId}, and no rotation owns it. It is harmless: the integration reads the current version.`,
      remedy: `sfrotate doctor ${credential.name} --fix`,
      fixable: true,
    },
    removal: { kind: 'label', secret, label: STAGED_LABEL, versionId },
  }));
}

/** Another password in the draft is a matter of the preflight, and of a person. */
async function leftDraft(bench: Workbench): Promise<Leftover[]> {
  const { draftSecret, name } = bench.credential;
  const draft = await bench.draft();
  const current = await bench.current();
  const read = await bench.read(draftSecret);
  if (draft.kind !== 'value' || current.kind !== 'value' || read.kind !== 'found') return [];
  // What a token reset left lacks the token, and holds nothing that would be lost.
  const isUnfinished = draft.value.verifiedAt === undefined && samePassword(draft.value, current.value);
  if (!isUnfinished && !sameLogin(draft.value, current.value)) return [];
  return [
    {
      finding: {
        code: 'draft-left-over',
        severity: 'warning',
        where: draftSecret,
        message: `The draft still holds what is current anyway${ownerNote(draft.value.rotationId)}.`,
        remedy: `sfrotate doctor ${name} --fix`,
        fixable: true,
      },
      removal: { kind: 'draft', secret: draftSecret, versionId: read.versionId },
    },
  ];
}

function ownerNote(rotationId: string | undefined): string {
  return rotationId === undefined ? '' : `, of the rotation ${rotationId}, which is over`;
}
