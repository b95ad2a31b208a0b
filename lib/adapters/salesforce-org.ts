import type { Connection } from 'jsforce';
import type { Clock } from '../core/ports/clock.ts';
import type {
  OrgAdministration,
  OrgConnection,
  OrgUser,
  SetPasswordOutcome,
} from '../core/ports/salesforce.ts';
import type { Redacted } from '../core/redacted.ts';
import { withDeadline } from './deadline.ts';
import { API_VERSION, loadJsforce } from './jsforce-client.ts';
import { connectionRefusal, outcomeUnknown, readFault, setPasswordRefusal } from './salesforce-faults.ts';

/** Far below the two hours that a session lives by default. */
const SESSION_GOOD_MILLISECONDS = 10 * 60 * 1_000;

interface Session {
  readonly connection: Connection;
  readonly organizationId: string;
  readonly openedAt: number;
}

type Opened =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'connection-refused'; readonly detail: string };

interface UserRecord {
  readonly Id: string;
  readonly Username: string;
  readonly FirstName: string | null;
  readonly LastName: string;
  readonly IsActive: boolean;
  readonly LastPasswordChangeDate: string | null;
}

interface UserLoginRecord {
  readonly IsFrozen: boolean;
  readonly IsPasswordLocked: boolean;
}

/**
 * An org through an app with the OAuth client-credentials flow, whose run-as
 * user may reset passwords. The connection is made from a token and knows no
 * password, so it can never log in again by itself.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_user_password.htm
 */
export class SalesforceOrg implements OrgAdministration {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async findUser(connection: OrgConnection, username: string): ReturnType<OrgAdministration['findUser']> {
    const opened = await this.#open(connection);
    if (opened.kind === 'connection-refused') return opened;
    const { session } = opened;
    try {
      const user = await querySingle<UserRecord>(
        session,
        `SELECT Id, Username, FirstName, LastName, IsActive, LastPasswordChangeDate FROM User WHERE Username = ${quote(username)}`,
      );
      if (user === undefined) return { kind: 'no-such-user' };
      const login = await querySingle<UserLoginRecord>(
        session,
        `SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = ${quote(user.Id)}`,
      );
      return { kind: 'user', user: toOrgUser(user, login, session.organizationId) };
    } catch (error) {
      this.#forget(connection, error);
      throw outcomeUnknown('reading the user', error);
    }
  }

  async setPassword(
    connection: OrgConnection,
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

  async #open(connection: OrgConnection): Promise<Opened> {
    const key = connection.loginUrl + connection.clientId.reveal();
    const known = this.#sessions.get(key);
    const now = this.#clock.now().getTime();
    if (known !== undefined && now - known.openedAt < SESSION_GOOD_MILLISECONDS)
      return { kind: 'session', session: known };
    try {
      const session = await authorize(connection, now);
      this.#sessions.set(key, session);
      return { kind: 'session', session };
    } catch (error) {
      const detail = connectionRefusal(error);
      if (detail !== undefined) return { kind: 'connection-refused', detail };
      throw outcomeUnknown('opening the connection', error);
    }
  }

  /** A session that the org no longer knows is not used again. */
  #forget(connection: OrgConnection, error: unknown): void {
    if (readFault(error).code === 'INVALID_SESSION_ID') {
      this.#sessions.delete(connection.loginUrl + connection.clientId.reveal());
    }
  }
}

async function authorize(connection: OrgConnection, now: number): Promise<Session> {
  const Connection = await loadJsforce();
  const opener = new Connection({
    logLevel: 'FATAL',
    oauth2: {
      loginUrl: connection.loginUrl,
      clientId: connection.clientId.reveal(),
      clientSecret: connection.clientSecret.reveal(),
    },
  });
  const user = await withDeadline(opener.authorize({ grant_type: 'client_credentials' }));
  const { instanceUrl, accessToken } = opener;
  if (!accessToken) throw new Error('the token endpoint answered without a token');
  return {
    connection: new Connection({ instanceUrl, accessToken, version: API_VERSION, logLevel: 'FATAL' }),
    organizationId: user.organizationId,
    openedAt: now,
  };
}

async function querySingle<R>({ connection }: Session, soql: string): Promise<R | undefined> {
  const result = await withDeadline(connection.query(soql, { autoFetch: false }));
  return result.records[0] as R | undefined;
}

function toOrgUser(user: UserRecord, login: UserLoginRecord | undefined, organizationId: string): OrgUser {
  const changed = user.LastPasswordChangeDate;
  return {
    userId: user.Id,
    organizationId,
    username: user.Username,
    firstName: user.FirstName ?? '',
    lastName: user.LastName,
    isActive: user.IsActive,
    isFrozen: login?.IsFrozen ?? false,
    isLocked: login?.IsPasswordLocked ?? false,
    lastPasswordChangeDate: changed === null ? undefined : new Date(changed).toISOString(),
  };
}

/** A SOQL string literal. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
