import type { Connection } from 'jsforce';
import type { RejectionCause } from '../core/domain/rejection-cause.ts';
import { SalesforceOutcomeUnknown } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type {
  AppConnection,
  ConnectionRefused,
  OrgAdministration,
  OrgUser,
  SetPasswordOutcome,
  UnlockOutcome,
} from '../core/ports/salesforce.ts';
import type { Redacted } from '../core/redacted.ts';
import { clientCredentialsGrant } from './client-credentials.ts';
import { DEADLINE_MILLISECONDS, withDeadline } from './deadline.ts';
import { API_VERSION, loadJsforce } from './jsforce-client.ts';
import { jwtBearerGrant } from './jwt-bearer.ts';
import { apiRefusal, connectionRefusal } from './oauth-faults.ts';
import type { Grant } from './oauth-grant.ts';
import { outcomeUnknown, readFault, setPasswordRefusal, unlockRefusal } from './salesforce-faults.ts';
import { newestFailure, readManyLogins } from './salesforce-logins.ts';
import {
  changeDate,
  quote,
  readManyUsers,
  toUserRecord,
  USER_FIELDS,
  USER_LOGIN_FIELDS,
  type UserLoginRow,
  type UserRow,
} from './salesforce-users.ts';

/** Far below the two hours that a session lives by default. */
const SESSION_GOOD_MILLISECONDS = 10 * 60 * 1_000;
/** For all calls of a bulk read together. */
const BULK_DEADLINE_MILLISECONDS = DEADLINE_MILLISECONDS + 5_000;

/** Among which the last failed one is looked for. */
const NEWEST_LOGINS = 200;

interface Session {
  readonly connection: Connection;
  readonly organizationId: string;
  readonly openedAt: number;
}

type Opened = { readonly kind: 'session'; readonly session: Session } | ConnectionRefused;

/** Salesforce's name of it in Setup. */
const RESET_PASSWORDS = 'Reset User Passwords and Unlock Users';

interface NamedUserRow extends UserRow {
  readonly FirstName: string | null;
  readonly LastName: string;
}

/**
 * An org through an app with the OAuth client credentials or JWT bearer flow,
 * whose run-as user may reset passwords. The connection is made from a token and
 * knows no password, so it can never log in again by itself.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_user_password.htm
 */
export class SalesforceOrg implements OrgAdministration<AppConnection> {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async findUser(connection: AppConnection, username: string): ReturnType<OrgAdministration['findUser']> {
    const opened = await this.#open(connection);
    if (opened.kind === 'connection-refused') return opened;
    const { session } = opened;
    try {
      const user = await querySingle<NamedUserRow>(
        session,
        `SELECT ${USER_FIELDS}, FirstName, LastName FROM User WHERE Username = ${quote(username)}`,
      );
      if (user === undefined) return { kind: 'no-such-user' };
      const login = await querySingle<UserLoginRow>(
        session,
        `SELECT ${USER_LOGIN_FIELDS} FROM UserLogin WHERE UserId = ${quote(user.Id)}`,
      );
      return { kind: 'user', user: toOrgUser(user, login, session.organizationId) };
    } catch (error) {
      this.#forget(connection, error);
      const refusal = apiRefusal(error);
      if (refusal !== undefined) return refusal;
      throw outcomeUnknown('reading the user', error);
    }
  }

  async missingPermission(connection: AppConnection): Promise<string | undefined> {
    try {
      const opened = await this.#open(connection);
      if (opened.kind === 'connection-refused') return undefined;
      const mine = await querySingle<{ readonly PermissionsResetPasswords: boolean }>(
        opened.session,
        'SELECT PermissionsResetPasswords FROM UserPermissionAccess LIMIT 1',
      );
      return mine?.PermissionsResetPasswords === false ? RESET_PASSWORDS : undefined;
    } catch (error) {
      this.#forget(connection, error);
      return undefined;
    }
  }

  async readUsers(
    connection: AppConnection,
    usernames: readonly string[],
  ): ReturnType<OrgAdministration['readUsers']> {
    try {
      return await withDeadline(this.#readUsers(connection, usernames), BULK_DEADLINE_MILLISECONDS);
    } catch (error) {
      this.#forget(connection, error);
      throw error instanceof SalesforceOutcomeUnknown ? error : outcomeUnknown('reading the users', error);
    }
  }

  async #readUsers(
    connection: AppConnection,
    usernames: readonly string[],
  ): ReturnType<OrgAdministration['readUsers']> {
    const opened = await this.#open(connection);
    if (opened.kind === 'connection-refused') return opened;
    return { kind: 'users', users: await readManyUsers(opened.session.connection, usernames) };
  }

  async readLogins(
    connection: AppConnection,
    wanted: Parameters<OrgAdministration['readLogins']>[1],
  ): ReturnType<OrgAdministration['readLogins']> {
    try {
      return await withDeadline(this.#readLogins(connection, wanted), BULK_DEADLINE_MILLISECONDS);
    } catch (error) {
      this.#forget(connection, error);
      throw error instanceof SalesforceOutcomeUnknown
        ? error
        : outcomeUnknown('reading the login history', error);
    }
  }

  async #readLogins(
    connection: AppConnection,
    wanted: Parameters<OrgAdministration['readLogins']>[1],
  ): ReturnType<OrgAdministration['readLogins']> {
    const opened = await this.#open(connection);
    if (opened.kind === 'connection-refused') return opened;
    return { kind: 'logins', ...(await readManyLogins(opened.session.connection, wanted)) };
  }

  async passwordChangeDate(connection: AppConnection, userId: string): Promise<string | undefined> {
    try {
      const opened = await this.#open(connection);
      if (opened.kind === 'connection-refused') return undefined;
      const row = await querySingle<Pick<UserRow, 'LastPasswordChangeDate'>>(
        opened.session,
        `SELECT LastPasswordChangeDate FROM User WHERE Id = ${quote(userId)}`,
      );
      return row && changeDate(row);
    } catch (error) {
      this.#forget(connection, error);
      return undefined;
    }
  }

  async setPassword(
    connection: AppConnection,
    userId: string,
    password: Redacted,
  ): Promise<SetPasswordOutcome> {
    const opened = await this.#open(connection);
    if (opened.kind === 'connection-refused') return opened;
    try {
      const path = `/sobjects/User/${encodeURIComponent(userId)}/password`;
      await withDeadline(opened.session.connection.requestPost(path, { NewPassword: password.reveal() }));
      return { kind: 'set' };
    } catch (error) {
      this.#forget(connection, error);
      return setPasswordRefusal(error);
    }
  }

  async lastLoginFailure(connection: AppConnection, userId: string, since: Date): Promise<RejectionCause> {
    try {
      const opened = await this.#open(connection);
      if (opened.kind === 'connection-refused') return 'unknown';
      return await newestFailure(opened.session.connection, userId, { since, most: NEWEST_LOGINS });
    } catch (error) {
      this.#forget(connection, error);
      return 'unknown';
    }
  }

  async unlock(connection: AppConnection, userId: string): Promise<UnlockOutcome> {
    const opened = await this.#open(connection);
    if (opened.kind === 'connection-refused') return opened;
    const { session } = opened;
    try {
      const row = await querySingle<{ readonly Id: string }>(
        session,
        `SELECT Id FROM UserLogin WHERE UserId = ${quote(userId)}`,
      );
      if (row === undefined)
        return { kind: 'not-permitted', detail: "The user's UserLogin row is not shown." };
      await withDeadline(
        session.connection.requestPatch(`/sobjects/UserLogin/${encodeURIComponent(row.Id)}`, {
          IsPasswordLocked: false,
        }),
      );
      return { kind: 'unlocked' };
    } catch (error) {
      this.#forget(connection, error);
      return unlockRefusal(error);
    }
  }

  async #open(connection: AppConnection): Promise<Opened> {
    const now = this.#clock.now();
    const grant = grantOf(connection);
    const known = this.#sessions.get(grant.key);
    if (known !== undefined && now.getTime() - known.openedAt < SESSION_GOOD_MILLISECONDS)
      return { kind: 'session', session: known };
    try {
      const session = await authorize(connection.loginUrl, grant, now);
      this.#sessions.set(grant.key, session);
      return { kind: 'session', session };
    } catch (error) {
      const refusal = connectionRefusal(error);
      if (refusal !== undefined) return refusal;
      throw outcomeUnknown('opening the connection', error);
    }
  }

  /** A session that the org no longer knows is not used again. */
  #forget(connection: AppConnection, error: unknown): void {
    if (readFault(error).code === 'INVALID_SESSION_ID') this.#sessions.delete(grantOf(connection).key);
  }
}

function grantOf(connection: AppConnection): Grant {
  return connection.kind === 'jwt-bearer' ? jwtBearerGrant(connection) : clientCredentialsGrant(connection);
}

async function authorize(loginUrl: string, grant: Grant, now: Date): Promise<Session> {
  const Connection = await loadJsforce();
  const opener = new Connection({ logLevel: 'FATAL', oauth2: { loginUrl, ...grant.client } });
  const user = await withDeadline(opener.authorize(grant.parameters(now)));
  const { instanceUrl, accessToken } = opener;
  if (!accessToken) throw new Error('the token endpoint answered without a token');
  return {
    connection: new Connection({ instanceUrl, accessToken, version: API_VERSION, logLevel: 'FATAL' }),
    organizationId: user.organizationId,
    openedAt: now.getTime(),
  };
}

async function querySingle<R>({ connection }: Session, soql: string): Promise<R | undefined> {
  const result = await withDeadline(connection.query(soql, { autoFetch: false }));
  return result.records[0] as R | undefined;
}

function toOrgUser(user: NamedUserRow, login: UserLoginRow | undefined, organizationId: string): OrgUser {
  return {
    ...toUserRecord(user, login),
    organizationId,
    firstName: user.FirstName ?? '',
    lastName: user.LastName,
  };
}
