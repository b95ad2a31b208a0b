import type { CredentialState, Rotation } from '../../domain/state.ts';
import { note, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import { labelled } from '../../ports/secret-store.ts';
import type { ActContext, Done } from '../act-context.ts';
import type { StateKeeper } from '../state-keeper.ts';
import { done } from './done.ts';

const GIVEN_UP =
  'Secrets Manager gave the commit up, because somebody wrote the secret meanwhile; it is asked for anew.';

/**
 * Asks Secrets Manager for the commit. The request token is derived from the
 * draft, so that asking again after a crash asks for the same version. That it
 * was asked for is noted whatever others wrote meanwhile, so that it is not
 * asked for again.
 */
export async function requestCommit({ ports, keeper, credential, facts }: ActContext): Promise<Done> {
  const rotation = rotationOf(keeper.state);
  const requestToken = derivedVersionId(
    'commit',
    rotation.id,
    rotation.verifiedAt ?? '',
    String(rotation.abandonedCommits ?? 0),
  );
  const answer = await ports.secrets.rotate(credential.secret, requestToken);
  if (answer === 'used') return askAnew(keeper, facts.now);
  const message =
    answer === 'started'
      ? 'Secrets Manager was asked for the commit.'
      : 'Secrets Manager is still busy with an earlier rotation of this secret and tries that one again.';
  const at = facts.now.toISOString();
  const event = { type: 'Commit Requested', message, reason: answer } as const;
  await keeper.updateRotation(rotation.id, (state) =>
    isStillToBeNoted(state, rotation)
      ? withRotation(note(state, at, event), { commitRequestedAt: at })
      : undefined,
  );
  return done('saved');
}

/** Neither has another run noted it, nor is the commit over or given up. */
function isStillToBeNoted({ phase, rotation }: CredentialState, asked: Rotation): boolean {
  return (
    phase === 'verified' &&
    rotation?.commitRequestedAt === asked.commitRequestedAt &&
    rotation?.abandonedCommits === asked.abandonedCommits
  );
}

/** Secrets Manager gave the commit up before anybody noted that it was asked for. */
async function askAnew(keeper: StateKeeper, now: Date): Promise<Done> {
  const { commitRequestedAt: _asked, ...rotation } = rotationOf(keeper.state);
  const abandonedCommits = (rotation.abandonedCommits ?? 0) + 1;
  const event = {
    type: 'Pending Removed',
    message: GIVEN_UP,
  } as const;
  const next = {
    ...note(keeper.state, now.toISOString(), event),
    rotation: { ...rotation, abandonedCommits },
  };
  return done(await keeper.save(next));
}

/**
 * Gives up a commit that will never be completed: takes away an `AWSPENDING`
 * that is left of it. The next action asks anew, with a request token of its own.
 */
export async function removePending({ ports, keeper, credential, facts }: ActContext): Promise<Done> {
  const description = await ports.secrets.describe(credential.secret);
  const pending = description === undefined ? undefined : labelled(description, 'AWSPENDING');
  if (pending !== undefined) {
    await ports.secrets.moveLabel(credential.secret, { label: 'AWSPENDING', from: pending, to: undefined });
  }
  const event = {
    type: 'Pending Removed',
    message:
      pending === undefined
        ? GIVEN_UP
        : 'An unfinished rotation held the secret; its AWSPENDING label was removed. The value in force was not touched.',
  } as const;
  const { commitRequestedAt: _asked, ...rotation } = rotationOf(keeper.state);
  const abandonedCommits = (rotation.abandonedCommits ?? 0) + 1;
  const next = {
    ...note(keeper.state, facts.now.toISOString(), event),
    rotation: { ...rotation, abandonedCommits },
  };
  return done(await keeper.save(next));
}
