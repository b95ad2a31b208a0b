import type { CredentialValue } from '../domain/credential-value.ts';
import { type Refusal, refusals, rollbackRefusals } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { otherUser, replacedCredential, sameUsername } from './predecessor.ts';
import type { Workbench } from './workbench.ts';

export type RotationTarget =
  | { readonly kind: 'found'; readonly username: string; readonly restored: CredentialValue | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Which user a rotation is about, and for a rollback, which credential comes back. */
export async function rotationTarget(
  bench: Workbench,
  state: CredentialState,
  current: CredentialValue,
): Promise<RotationTarget> {
  const { credential } = bench;
  const cause = state.rotation?.cause ?? state.request?.cause;
  const isRollback = cause === 'rollback';
  if (credential.strategy.kind === 'single-user') {
    return isRollback
      ? refused(rollbackRefusals.needsTwoUsers(credential.name))
      : { kind: 'found', username: current.username, restored: undefined };
  }
  const idle = otherUser(credential, current.username);
  if (idle === undefined)
    return refused(
      refusals.currentUserNotInPair(
        current.username,
        credential.secret,
        credential.strategy.usernames.join(' and '),
      ),
    );
  // Only what the integrations have is worth adopting; the idle user gets a new password anyway.
  if (cause === 'outside-change' || cause === 'token-reset')
    return { kind: 'found', username: current.username, restored: undefined };
  return isRollback
    ? rollbackTarget(bench, state, idle)
    : { kind: 'found', username: idle, restored: undefined };
}

async function rollbackTarget(
  bench: Workbench,
  state: CredentialState,
  idle: string,
): Promise<RotationTarget> {
  const { predecessor } = state;
  const known =
    predecessor !== undefined && sameUsername(predecessor.username, idle) ? predecessor : undefined;
  const ended = known?.endedAt ?? known?.retirement?.begunAt;
  if (ended !== undefined)
    return refused(rollbackRefusals.toDeadCredential(idle, `its password was replaced at ${ended}`));
  const replaced = await replacedCredential(bench, state, idle);
  return replaced === undefined
    ? refused(rollbackRefusals.toDeadCredential(idle, 'no version of the credential secret holds it'))
    : { kind: 'found', username: idle, restored: replaced.value };
}

function refused(refusal: Refusal): RotationTarget {
  return { kind: 'refused', refusal };
}
