import type { CredentialValue } from '../../domain/credential-value.ts';
import { withProof } from '../../domain/proof.ts';
import { compactRecord } from '../../domain/records.ts';
import type { CredentialState, LiveUser } from '../../domain/state.ts';
import { sameUsername } from '../predecessor.ts';

/**
 * Salesforce accepted what a person wrote into the credential secret, so that the
 * change of the password which goes with it is no outside change. Pure.
 *
 * @param changedAt `User.LastPasswordChangeDate` before the login that proved it; `undefined` where it could not be read.
 * @param at The time of the proof.
 */
export function withProvenUser(
  state: CredentialState,
  current: CredentialValue,
  changedAt: string | undefined,
  at: string,
): CredentialState {
  const { username } = current;
  const isKnown = state.user !== undefined && sameUsername(state.user.username, username);
  const known: Partial<LiveUser> = (isKnown ? state.user : undefined) ?? {};
  const user: LiveUser = compactRecord({ ...known, username, changedAt });
  return withProof(
    { ...state, user, passwordChangedAt: passwordAge(state, current, changedAt, at) },
    username,
    at,
  );
}

/**
 * As the secret says where that is newer than what the org says, and not to come.
 * Where the org said nothing, the proof stands for it: the date that the org shows
 * at the next look is compared with this one.
 */
function passwordAge(
  { passwordChangedAt: before }: CredentialState,
  { passwordChangedAt: written }: CredentialValue,
  changedAt: string | undefined,
  at: string,
): string {
  const moment = (date: string | undefined) => (date === undefined ? 0 : Date.parse(date));
  const isCredible = written !== undefined && moment(written) <= moment(at);
  if (isCredible && moment(written) > moment(changedAt ?? before)) return written;
  return changedAt ?? at;
}
