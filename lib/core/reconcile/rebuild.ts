import { type Draft, sameLogin } from '../domain/credential-value.ts';
import type { Phase } from '../domain/state.ts';
import { enter } from '../domain/transition.ts';
import type { StateKeeper } from './state-keeper.ts';
import type { Workbench } from './workbench.ts';

/**
 * The ledger does not know the credential: it is new, or the ledger was lost.
 * Where a rotation stands is read from the draft, and the phase chosen is the
 * earliest one that could be true, so that nothing is assumed done.
 */
export async function rebuildState(bench: Workbench, keeper: StateKeeper): Promise<void> {
  await bench.fetch([
    bench.credential.secret,
    bench.credential.draftSecret,
    bench.credential.orgConfig.connection.secret,
  ]);
  const current = await bench.current();
  const draft = await bench.draft();
  const at = bench.ports.clock.now().toISOString();
  const changedAt = current.kind === 'value' ? current.value.passwordChangedAt : undefined;
  const known = changedAt === undefined ? keeper.state : { ...keeper.state, passwordChangedAt: changedAt };
  if (
    draft.kind !== 'value' ||
    (current.kind === 'value' &&
      sameLogin(draft.value, current.value) &&
      draft.value.verifiedAt === undefined)
  ) {
    if (changedAt !== undefined) await keeper.save(known);
    return;
  }
  const connection = await bench.connection();
  const found =
    connection.kind === 'value'
      ? await bench.ports.org.findUser(connection.value, draft.value.username)
      : undefined;
  if (found?.kind !== 'user') return;
  const phase = phaseOf(draft.value, current.kind === 'value' && sameLogin(draft.value, current.value));
  const message = `The ledger had no record of this credential; phase "${phase}" was read from its draft. Nothing was changed.`;
  const rotation = {
    id: draft.value.rotationId ?? 'unknown',
    cause: 'requested',
    startedAt: draft.value.passwordChangedAt ?? at,
    username: draft.value.username,
    userId: found.user.userId,
    organizationId: found.user.organizationId,
    draftNumber: 1,
    setStartedAt: draft.value.passwordChangedAt ?? at,
    ...(draft.value.passwordChangedAt === undefined ? {} : { changedBefore: draft.value.passwordChangedAt }),
    ...(draft.value.verifiedAt === undefined ? {} : { verifiedAt: draft.value.verifiedAt }),
  } as const;
  await keeper.save(enter({ ...known, rotation }, phase, at, { type: 'Ledger Rebuilt', message }));
}

function phaseOf(draft: Draft, isCurrent: boolean): Phase {
  if (draft.verifiedAt === undefined) return 'changing';
  return isCurrent ? 'committing' : 'verified';
}
