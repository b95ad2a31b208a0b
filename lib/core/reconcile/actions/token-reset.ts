import { compactRecord } from '../../domain/records.ts';
import type { CredentialState } from '../../domain/state.ts';
import { enter, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import type { ActContext, Done } from '../act-context.ts';
import { done } from './done.ts';
import { storeDraft } from './store-draft.ts';

/**
 * Puts the password in force into the draft, without its token, which somebody
 * has reset. Nothing is set at Salesforce; from here on the new token is waited
 * for as in any rotation, proved by a login, and swapped in.
 */
export async function draftCurrent(context: ActContext): Promise<Done> {
  const { keeper, facts, findings, bench } = context;
  const rotation = rotationOf(keeper.state);
  if (findings.preflight === undefined)
    throw new Error('the password in force is drafted after a preflight only');
  const { current, user } = findings.preflight;
  const draft = {
    ...current,
    securityToken: undefined,
    rotationId: rotation.id,
    verifiedAt: undefined,
    changedBefore: user.lastPasswordChangeDate,
  };
  const written = await storeDraft(
    bench,
    draft,
    derivedVersionId('draft', rotation.id, String(rotation.draftNumber)),
  );
  const { request, ...state } = keeper.state;
  const event = compactRecord({
    type: 'Rotation Started',
    message: `The password of "${user.username}" is in the draft secret as it is; nothing is set at Salesforce. Only the new token is missing.`,
    by: request?.by,
  } as const);
  const entered = enter(state, 'awaiting-token', facts.now.toISOString(), event);
  const saved = await keeper.save(
    withRotation(
      entered,
      compactRecord({ changedBefore: user.lastPasswordChangeDate, setStartedAt: lastKnownGood(state) }),
    ),
  );
  if (saved === 'overtaken') bench.forget();
  return done(saved, { keep: written === 'written' ? { draft: 'incomplete' } : {} });
}

/** A mail with the new token is younger than the last proof of the one before. */
function lastKnownGood({ user, passwordChangedAt, since }: CredentialState): string {
  return user?.provenAt ?? user?.changedAt ?? passwordChangedAt ?? since;
}
