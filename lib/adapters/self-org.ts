import type { Connection } from 'jsforce';
import type { RejectionCause } from '../core/domain/rejection-cause.ts';
import {
  type ConnectionRefused,
  type OrgAdministration,
  type OrgUser,
  type SelfConnection,
  type SetPasswordOutcome,
  sameSalesforceId,
  type UnlockOutcome,
  type UserSession,
} from '../core/ports/salesforce.ts';
import type { Redacted } from '../core/redacted.ts';
import { withDeadline } from './deadline.ts';
import { API_VERSION, loadJsforce } from './jsforce-client.ts';
import { apiRefusal } from './oauth-faults.ts';
import { outcomeUnknown, readFault } from './salesforce-faults.ts';
import { newestFailure, readManyLogins } from './salesforce-logins.ts';
import { changeDate, quote, toUserRecord, USER_FIELDS, type UserRow } from './salesforce-users.ts';
import { changeOwnRefusal } from './self-faults.ts';
import { callSoap } from './soap-call.ts';
import { soapUrl } from './soap-session.ts';

/** Enough to have the attempt that was made a moment ago among them. */
const NEWEST_LOGINS = 20;

interface NamedUserRow extends UserRow {
  readonly FirstName: string | null;
  readonly LastName: string;
}

/**
 * An org through the session of the integration user itself. It reads the user's
 * own record and own login history, and changes the own password; of others it
 * knows nothing. It logs in nowhere: the session comes with the connection.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_changeownpassword.htm
 */
export class SelfOrg implements OrgAdministration<SelfConnection> {
  async findUser({ opened }: SelfConnection, username: string): ReturnType<OrgAdministration['findUser']> {
    if (opened === undefined || opened.session.passwordExpired)
      return { kind: 'user', user: asTold(username, opened?.session) };
    const { session } = opened;
    try {
      const [row] = await queryOwn<NamedUserRow>(
        session,
        `SELECT ${USER_FIELDS}, FirstName, LastName FROM User WHERE Id = ${quote(session.userId)}`,
      );
      if (row === undefined) return { kind: 'no-such-user' };
      // The login says that the user is neither frozen nor locked out.
      return {
        kind: 'user',
        user: {
          ...toUserRecord(row, undefined),
          organizationId: session.organizationId,
          firstName: row.FirstName ?? '',
          lastName: row.LastName,
        },
      };
    } catch (error) {
      const refusal = ownApiRefusal(error);
      if (refusal !== undefined) return refusal;
      throw outcomeUnknown('reading the own user', error);
    }
  }

  /** It has a session, or there is nobody to ask: what it lacks shows in the refusal of the login. */
  async missingPermission(_connection: SelfConnection): Promise<string | undefined> {
    return undefined;
  }

  async readUsers(
    connection: SelfConnection,
    usernames: readonly string[],
  ): ReturnType<OrgAdministration['readUsers']> {
    if (connection.opened === undefined) return { kind: 'users', users: new Map() };
    const found = await this.findUser(connection, '');
    if (found.kind === 'connection-refused') return found;
    const own = found.kind === 'user' ? found.user : undefined;
    const isAsked = own !== undefined && usernames.includes(own.username.toLowerCase());
    return { kind: 'users', users: new Map(isAsked ? [[own.username.toLowerCase(), own]] : []) };
  }

  /** The own logins; of others an org shows none to a user. */
  async readLogins(
    { opened }: SelfConnection,
    wanted: Parameters<OrgAdministration['readLogins']>[1],
  ): ReturnType<OrgAdministration['readLogins']> {
    const own = wanted.filter(
      ({ userId }) => opened !== undefined && sameSalesforceId(userId, opened.session.userId),
    );
    if (opened === undefined || own.length === 0) return { kind: 'logins', logins: [], isComplete: true };
    try {
      const read = readManyLogins(await connect(opened.session), own);
      return { kind: 'logins', ...(await withDeadline(read)) };
    } catch (error) {
      throw outcomeUnknown('reading the own login history', error);
    }
  }

  async passwordChangeDate({ opened }: SelfConnection, _userId: string): Promise<string | undefined> {
    if (opened === undefined) return undefined;
    const { session } = opened;
    try {
      const [row] = await queryOwn<Pick<UserRow, 'LastPasswordChangeDate'>>(
        session,
        `SELECT LastPasswordChangeDate FROM User WHERE Id = ${quote(session.userId)}`,
      );
      return row && changeDate(row);
    } catch {
      return undefined;
    }
  }

  /** SOAP `changeOwnPassword()`, which asks for the old password in place of a permission. */
  async setPassword(
    { opened }: SelfConnection,
    _userId: string,
    password: Redacted,
  ): Promise<SetPasswordOutcome> {
    if (opened === undefined) throw new Error('a user sets the own password in an open session only');
    const { session, password: oldPassword } = opened;
    try {
      await callSoap({
        endpointUrl: soapUrl(session.instanceUrl),
        operation: 'changeOwnPassword',
        fields: { oldPassword: oldPassword.reveal(), newPassword: password.reveal() },
        sessionId: session.sessionId.reveal(),
      });
      return { kind: 'set' };
    } catch (error) {
      return changeOwnRefusal(error);
    }
  }

  /** After a rejected login there is no session, unless one was opened before it. */
  async lastLoginFailure({ opened }: SelfConnection, _userId: string, since: Date): Promise<RejectionCause> {
    if (opened === undefined) return 'unknown';
    const { session } = opened;
    try {
      return await newestFailure(await connect(session), session.userId, { since, most: NEWEST_LOGINS });
    } catch {
      return 'unknown';
    }
  }

  async unlock(_connection: SelfConnection, _userId: string): Promise<UnlockOutcome> {
    return { kind: 'not-permitted', detail: 'No user can end its own lockout.' };
  }
}

/** A user of whom nothing is read: what the caller has told, and the ids of the session where there is one. */
function asTold(username: string, session: UserSession | undefined): OrgUser {
  return {
    userId: session?.userId ?? '',
    organizationId: session?.organizationId ?? '',
    username,
    firstName: '',
    lastName: '',
    email: undefined,
    isActive: true,
    isFrozen: false,
    isLocked: false,
    lastPasswordChangeDate: undefined,
  };
}

async function connect({ instanceUrl, sessionId }: UserSession): Promise<Connection> {
  const Connection = await loadJsforce();
  const accessToken = sessionId.reveal();
  return new Connection({ instanceUrl, accessToken, version: API_VERSION, logLevel: 'FATAL' });
}

async function queryOwn<R>(session: UserSession, soql: string): Promise<readonly R[]> {
  const connection = await connect(session);
  const result = await withDeadline(connection.query(soql, { autoFetch: false }));
  return result.records as R[];
}

/** The user's own session is not let to the API. */
function ownApiRefusal(error: unknown): ConnectionRefused | undefined {
  const refusal = apiRefusal(error);
  return refusal !== undefined && readFault(error).code === 'API_CURRENTLY_DISABLED'
    ? { ...refusal, remedy: 'Give the user "API Enabled" by its profile or a permission set.' }
    : refusal;
}
