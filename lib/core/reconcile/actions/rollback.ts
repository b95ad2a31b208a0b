import { EMPTY_DRAFT } from '../../domain/credential-value.ts';
import { compactRecord } from '../../domain/records.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { enter, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import { labelled } from '../../ports/secret-store.ts';
import type { ActContext, Done } from '../act-context.ts';
import { done } from './done.ts';
import { storeDraft } from './store-draft.ts';

/**
 * Puts the previous credential into the draft. Nothing is set at Salesforce; from
 * here on it is a rotation like any other, proved by a login before it is swapped.
 */
export async function draftPrevious(context: ActContext): Promise<Done> {
  const { keeper, facts, findings, bench } = context;
  const rotation = rotationOf(keeper.state);
  const { restored, user } = findings.preflight ?? {};
  if (restored === undefined || user === undefined)
    throw new Error('a previous credential is drafted after its preflight only');
  const draft = {
    ...restored,
    rotationId: rotation.id,
    verifiedAt: undefined,
    changedBefore: user.lastPasswordChangeDate,
  };
  const written = await storeDraft(
    bench,
    draft,
    derivedVersionId('draft', rotation.id, String(rotation.draftNumber)),
  );
  const { request: _begun, ...state } = keeper.state;
  const entered = enter(state, 'awaiting-token', facts.now.toISOString(), {
    type: 'Rotation Started',
    message: `The previous credential, of "${user.username}", is in the draft secret; it is proved before any integration gets it back.`,
    ...(keeper.state.request === undefined ? {} : { by: keeper.state.request.by }),
  });
  const { username, userId, organizationId } = user;
  const changedAfter = user.lastPasswordChangeDate;
  const saved = await keeper.save(
    withRotation(entered, compactRecord({ username, userId, organizationId, changedAfter })),
  );
  if (saved === 'overtaken') bench.forget();
  return done(saved, { keep: written === 'written' ? { draft: 'incomplete' } : {} });
}

/** Ends a rollback that is not possible: the draft is emptied, and every integration keeps what it has. */
export async function refuseRollback(context: ActContext, refusal: Refusal): Promise<Done> {
  const { keeper, facts } = context;
  const { rotation } = keeper.state;
  if (rotation !== undefined) await clear(context, rotation.id);
  const at = facts.now.toISOString();
  const { rotation: _given, request: _up, ...rest } = keeper.state;
  const next = enter(rest, 'idle', at, {
    type: 'Rollback Refused',
    message: refusal.message,
    reason: refusal.code,
    remedy: refusal.remedy,
  });
  return done(await keeper.save(next), { refusal });
}

/** Empties the draft where it holds what this rotation put there. */
export async function emptyDraftOf(
  { ports, bench, credential }: Pick<ActContext, 'ports' | 'bench' | 'credential'>,
  rotationId: string,
): Promise<void> {
  const draft = await bench.draft();
  if (draft.kind !== 'value' || draft.value.rotationId !== rotationId) return;
  const versionId = derivedVersionId('emptied', rotationId);
  await ports.secrets.write(credential.draftSecret, { versionId, text: EMPTY_DRAFT });
  bench.forget();
}

/** Takes away what the rollback left: its draft, and a commit that will never be completed. */
async function clear(context: ActContext, rotationId: string): Promise<void> {
  const { ports, credential } = context;
  await emptyDraftOf(context, rotationId);
  const description = await ports.secrets.describe(credential.secret);
  const pending = description && labelled(description, 'AWSPENDING');
  if (description === undefined || pending === undefined || pending === labelled(description, 'AWSCURRENT'))
    return;
  await ports.secrets.moveLabel(credential.secret, { label: 'AWSPENDING', from: pending, to: undefined });
}
