import { tokenFingerprint } from '../../attempt.ts';
import { budgetOf } from '../../domain/budget.ts';
import type { CredentialState } from '../../domain/state.ts';
import { rotationOf } from '../../domain/transition.ts';
import type { ActContext } from '../act-context.ts';

/**
 * Whether it is worth finding out once more if the password is set: that was only
 * concluded from the end of the old credential, and what was tried with the new
 * password since then was rejected as well. A lockout answers both like that.
 */
export async function isSetInDoubt({ keeper, bench }: ActContext): Promise<boolean> {
  const { rotation } = keeper.state;
  if (rotation?.presumedSet !== true) return false;
  const current = await bench.current();
  if (current.kind !== 'value') return false;
  const old = tokenFingerprint(current.value);
  return budgetOf(keeper.state, rotation.username).refused.some(({ fingerprint }) => fingerprint !== old);
}

/** The state in which a run finds out whether the password is set. */
export function beforeConclusion(state: CredentialState): CredentialState {
  const { presumedSet: _concluded, triedUnchanged: _inVain, ...rotation } = rotationOf(state);
  return { ...state, rotation };
}
