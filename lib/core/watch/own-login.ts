import type { Credential } from '../config/load.ts';
import { seesNothing } from '../domain/connection.ts';
import type { CredentialState, LiveUser } from '../domain/state.ts';
import { note } from '../domain/transition.ts';
import type { Ports } from '../ports/ports.ts';
import type { OrgConnection, UserRecord } from '../ports/salesforce.ts';
import { isWatched } from './notice.ts';

/**
 * With a connection of kind `self` nobody reads the users' records every few
 * minutes. What is known of a user comes with a login that is made anyway, such as
 * the heartbeat's: accepted, it proves the credential and opens a session in which
 * the own record can be read; rejected, it is all that shows an outside change.
 * Both are pure, and cost nothing more.
 */

/** The credential was accepted, so whoever changed the password last, what is current goes with it. */
export function noticeAccepted(
  state: CredentialState,
  username: string,
  record: Pick<UserRecord, 'lastPasswordChangeDate'> | undefined,
  at: string,
): CredentialState {
  const { toldChange: _over, trouble: _ended, ...known }: LiveUser = state.user ?? { username };
  const changedAt = record?.lastPasswordChangeDate ?? known.changedAt;
  return {
    ...state,
    user: { ...known, provenAt: at, ...(changedAt === undefined ? {} : { changedAt }) },
  };
}

/**
 * The credential was rejected: the password or the token was changed, or the user
 * is locked out, and Salesforce tells nobody which. People are told once, and asked
 * for what is in force where the credential's policy says so.
 */
export function noticeRejected(
  state: CredentialState,
  { onOutsideChange }: Pick<Credential, 'onOutsideChange'>,
  username: string,
  at: string,
): CredentialState {
  const user: LiveUser = state.user ?? { username };
  if (!isWatched(state) || user.toldChange !== undefined) return state;
  const message = `Salesforce no longer accepts the credential of "${username}": its password or its security token was changed by somebody else, or the user is locked out.`;
  const told = { ...state, user: { ...user, toldChange: at } };
  if (onOutsideChange === 'prompt' && state.phase === 'idle') {
    const request = { cause: 'outside-change', by: 'heartbeat', at } as const;
    return note({ ...told, request }, at, { type: 'Rotation Requested', message, by: 'heartbeat' });
  }
  return note(told, at, {
    type: 'Password Changed Outside',
    message,
    by: 'heartbeat',
    remedy:
      'Unlock the user if it is locked out; otherwise put the password and the security token that are in force into the credential secret.',
  });
}

/** The own record, in the session of a login that was kept. `undefined` where it cannot be read; never throws. */
export async function readOwnRecord(
  { org, telemetry }: Pick<Ports, 'org' | 'telemetry'>,
  connection: OrgConnection,
  username: string,
): Promise<UserRecord | undefined> {
  if (seesNothing(connection)) return undefined;
  try {
    const answer = await org.readUsers(connection, [username.toLowerCase()]);
    return answer.kind === 'users' ? answer.users.get(username.toLowerCase()) : undefined;
  } catch (error) {
    telemetry.warn(`the own record of "${username}" could not be read`, error);
    return undefined;
  }
}
