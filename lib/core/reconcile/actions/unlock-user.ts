import type { CredentialState } from '../../domain/state.ts';
import { enter, rotationOf, withRotation } from '../../domain/transition.ts';
import type { ActContext, Done } from '../act-context.ts';
import { done } from './done.ts';
import { forgotten } from './notes.ts';

/**
 * Ends a lockout of the user, if there really is one. That it is tried is
 * recorded first, so that it is tried once in a rotation whatever comes of it;
 * where it does not work, a person is waited for as without it.
 */
export async function unlockUser({ ports, keeper, bench, facts }: ActContext): Promise<Done> {
  const at = facts.now.toISOString();
  const { id, userId, username } = rotationOf(keeper.state);
  const claimed = await keeper.save(withRotation(keeper.state, { unlockTriedAt: at }));
  if (claimed === 'overtaken') return done(claimed);
  const connection = await bench.connection();
  if (connection.kind !== 'value') return done('saved');
  const found = await ports.org.findUser(connection.value, username);
  if (found.kind !== 'user') return done('saved');
  if (!found.user.isLocked) {
    await keeper.updateRotation(id, (state) => resumed(state, at, `"${username}" is no longer locked out.`));
    return done('saved');
  }
  const outcome = await ports.org.unlock(connection.value, userId);
  if (outcome.kind === 'unlocked') await keeper.updateRotation(id, (state) => unlocked(state, at));
  else ports.telemetry.warn(`"${username}" could not be unlocked: ${outcome.detail}`, undefined);
  return done('saved');
}

function resumed(state: CredentialState, at: string, message: string): CredentialState | undefined {
  return isLockedOut(state)
    ? enter(state, 'awaiting-token', at, { type: 'Rotation Resumed', message })
    : undefined;
}

/** Salesforce forgets the failed logins of a user that is unlocked. */
function unlocked(state: CredentialState, at: string): CredentialState | undefined {
  if (!isLockedOut(state)) return undefined;
  const message = `"${rotationOf(state).username}" was locked out after failed logins and has been unlocked, as lockout.unlock allows; all login attempts are there again.`;
  return enter(
    state,
    'awaiting-token',
    at,
    { type: 'User Unlocked', message },
    { budgets: forgotten(state) },
  );
}

function isLockedOut({ phase, blocked }: CredentialState): boolean {
  return phase === 'blocked' && blocked?.refusal.code === 'user-locked';
}
