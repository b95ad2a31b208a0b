import { attemptLogin } from '../../attempt.ts';
import { accepted, released } from '../../domain/budget.ts';
import { note, withRotation } from '../../domain/transition.ts';
import type { ActContext, Done } from '../act-context.ts';
import { done } from './done.ts';

/**
 * One reserved attempt with the password alone. A login from inside an org's
 * trusted addresses needs no token, so where this one is accepted the
 * verification before it has said nothing about the token, and people are told.
 */
export async function proveToken({ ports, keeper, credential, bench, facts }: ActContext): Promise<Done> {
  const draft = await bench.draft();
  if (draft.kind !== 'value') throw new Error('a token is proved for a completed draft only');
  const outcome = await attemptLogin(
    ports,
    keeper,
    credential,
    { ...draft.value, securityToken: undefined },
    'test',
  );
  if (outcome.kind === 'not-made') return done('overtaken');
  await keeper.update((state) => {
    if (state.rotation?.id !== draft.value.rotationId || state.rotation?.triedWithoutToken === true)
      return undefined;
    const book = outcome.kind === 'accepted' ? accepted : released;
    const tried = withRotation(book(state, outcome.attempt), { triedWithoutToken: true });
    if (outcome.kind !== 'accepted') return tried;
    return note(tried, facts.now.toISOString(), {
      type: 'Token Not Proven',
      message: `The org accepts the password of "${draft.value.username}" without a token from the functions' address, so the token could not be proven from here.`,
      remedy:
        "Take the functions' addresses out of the org's trusted IP ranges, or check the token from where the integrations run.",
    });
  });
  return done('saved');
}
