import type { CredentialState } from '../domain/state.ts';
import { note, rotationOf, withRotation } from '../domain/transition.ts';
import type { StateKeeper } from '../reconcile/state-keeper.ts';
import type { RefusedTokenMail } from '../token-mail/judge.ts';

/**
 * Whoever knows the address can send mails; the history takes so many refusals
 * of one rotation, and the log counts the rest.
 */
const MOST_RECORDED = 20;

/**
 * Keeps in the history why mails were refused, one event each, and nothing of
 * what they say.
 *
 * @param rotationId The rotation that the mails came for. When it is over, nobody needs to know.
 */
export async function recordRefusals(
  keeper: StateKeeper,
  now: Date,
  rotationId: string,
  refused: readonly RefusedTokenMail[],
): Promise<void> {
  if (refused.length === 0) return;
  await keeper.updateRotation(rotationId, (state) => {
    const next = refused.reduce((noted, mail) => noteRefusal(noted, now, mail), state);
    return next === state ? undefined : next;
  });
}

function noteRefusal(
  state: CredentialState,
  now: Date,
  { reason, detail }: RefusedTokenMail,
): CredentialState {
  const count = (rotationOf(state).refusedMails ?? 0) + 1;
  if (count > MOST_RECORDED) return state;
  const last = count === MOST_RECORDED ? ' Further ones are counted in the log only.' : '';
  const event = { type: 'Token Refused', message: `A mail was refused: ${detail}${last}`, reason } as const;
  return withRotation(note(state, now.toISOString(), event), { refusedMails: count });
}
