import { compactRecord } from '../../domain/records.ts';
import type { CredentialState, Predecessor } from '../../domain/state.ts';
import { type EventText, note } from '../../domain/transition.ts';
import { leaseFrom } from '../../lease.ts';
import { generatePassword } from '../../password/generate.ts';
import type { OrgUser } from '../../ports/salesforce.ts';
import type { ActContext, Done } from '../act-context.ts';
import { sameUsername } from '../predecessor.ts';
import { done } from './done.ts';

const RETRY_SECONDS = 86_400;

/**
 * Replaces the password of the user that the last swap left behind by one that
 * nobody holds, so that copies of the old credential die. It is not kept: the
 * next preparation of this user sets another one. No integration uses this user
 * now, and a lost answer shows in the org's own record.
 */
export async function retire(context: ActContext): Promise<Done> {
  const { ports, keeper, credential, bench, facts } = context;
  const predecessor = predecessorOf(keeper.state);
  const current = await bench.current();
  if (current.kind !== 'value') return postpone(context, 'which user is live cannot be read');
  if (sameUsername(current.value.username, predecessor.username)) return keep(context);
  const connection = await bench.connection();
  if (connection.kind !== 'value') return postpone(context, 'the connection secret cannot be used');
  const found = await ports.org.findUser(connection.value, predecessor.username);
  if (found.kind === 'connection-refused')
    return postpone(context, `the org refused the connection: ${found.detail}`);
  if (found.kind === 'no-such-user' || !found.user.isActive)
    return conclude(context, 'The user is gone or deactivated.');
  if (hasMoved(predecessor, found.user))
    return conclude(context, 'The password of the user has been replaced.');
  const claimed = await keeper.save({
    ...keeper.state,
    chore: {
      kind: 'retire',
      leaseUntil: leaseFrom(facts.now),
    },
    predecessor: {
      ...predecessor,
      retirement: compactRecord({
        begunAt: predecessor.retirement?.begunAt ?? facts.now.toISOString(),
        changedBefore: predecessor.retirement?.changedBefore ?? found.user.lastPasswordChangeDate,
      }),
    },
  });
  if (claimed === 'overtaken') return done(claimed);
  const outcome = await ports.org.setPassword(
    connection.value,
    found.user.userId,
    generatePassword({
      policy: { minimumLength: credential.password.length, complexity: credential.password.complexity },
      length: credential.password.length,
      avoid: found.user,
      random: ports.random,
    }),
  );
  if (outcome.kind === 'set' || outcome.kind === 'repeated')
    return conclude(context, 'The password of the user has been replaced by one that nobody holds.');
  return postpone(context, outcome.detail);
}

async function conclude(context: ActContext, how: string): Promise<Done> {
  const at = context.ports.clock.now().toISOString();
  const ended = (predecessor: Predecessor) => ({ ...predecessor, endedAt: at });
  return end(context, at, ended, ({ username }) => ({
    type: 'Old User Retired',
    message: `The old credential of "${username}" no longer works. ${how}`,
  }));
}

/** Somebody went back to this user by hand, so the integrations need its password. */
async function keep(context: ActContext): Promise<Done> {
  const at = context.ports.clock.now().toISOString();
  return end(
    context,
    at,
    () => undefined,
    ({ username }) => ({
      type: 'Retirement Postponed',
      message: `The password of "${username}" is not replaced, because the credential secret holds this user again.`,
      reason: 'user-is-live',
    }),
  );
}

/** Nothing is known to have ended the old password, so a rollback may find out by its login. */
async function postpone(context: ActContext, problem: string): Promise<Done> {
  const at = context.ports.clock.now().toISOString();
  const retireAt = new Date(context.facts.now.getTime() + RETRY_SECONDS * 1_000).toISOString();
  const later = ({ retirement: _refused, ...predecessor }: Predecessor) => ({ ...predecessor, retireAt });
  return end(context, at, later, ({ username }) => ({
    type: 'Retirement Postponed',
    message: `The old password of "${username}" could not be replaced: ${problem}. It still works; the next try is at ${retireAt}.`,
    reason: 'retirement-postponed',
    remedy: 'Make sure that the connection may set the password of this user.',
  }));
}

async function end(
  { keeper }: ActContext,
  at: string,
  change: (predecessor: Predecessor) => Predecessor | undefined,
  event: (predecessor: Predecessor) => EventText,
): Promise<Done> {
  const { versionId } = predecessorOf(keeper.state);
  await keeper.update((state) => {
    if (state.predecessor?.versionId !== versionId) return undefined;
    const { chore: _ended, predecessor, ...rest } = state;
    return note(compactRecord({ ...rest, predecessor: change(predecessor) }), at, event(predecessor));
  });
  return done('saved');
}

function hasMoved({ retirement }: Predecessor, { lastPasswordChangeDate }: OrgUser): boolean {
  if (retirement === undefined || lastPasswordChangeDate === undefined) return false;
  const { changedBefore } = retirement;
  return changedBefore === undefined || Date.parse(lastPasswordChangeDate) > Date.parse(changedBefore);
}

function predecessorOf({ predecessor }: CredentialState): Predecessor {
  if (predecessor === undefined) throw new Error('plan retires a replaced user only');
  return predecessor;
}
