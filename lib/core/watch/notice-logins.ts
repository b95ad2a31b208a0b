import type { Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import { sameUsername } from '../reconcile/predecessor.ts';
import { openWatch, type SeenLogins } from './asked-logins.ts';
import { isWatched, type SeenUser } from './notice.ts';
import { noticeProof } from './notice-proof.ts';
import { noticeStragglers } from './notice-stragglers.ts';

/**
 * What follows from the login history of the live user and of the one that it
 * replaced: that the credential works, and who still uses an old one. Pure; the same
 * history read again changes nothing more.
 *
 * @returns the next state with its events, or `undefined` where nothing follows.
 */
export function noticeLogins(
  state: CredentialState,
  credential: Credential,
  { username, record, logins }: SeenUser & { readonly logins?: SeenLogins | undefined },
  now: Date,
): CredentialState | undefined {
  const { user } = state;
  if (logins === undefined || user === undefined || !isWatched(state)) return undefined;
  if (!sameUsername(user.username, username)) return undefined;
  const proven = noticeProof({ ...state, user }, credential, record, logins.live, now);
  const watch = openWatch(proven, credential);
  // The history was read for another swap than the last.
  const next =
    watch === undefined || watch.from !== logins.swappedAt
      ? proven
      : noticeStragglers({ ...proven, stragglers: watch }, credential, { record, logins }, now);
  const isSame = next.user === user && next.stragglers === state.stragglers;
  return isSame && next.outbox === state.outbox ? undefined : next;
}
