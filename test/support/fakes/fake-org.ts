import type { RejectionCause } from '../../../lib/core/domain/rejection-cause.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import {
  type ConnectionRefused,
  type IntegrationLogin,
  type LoginOutcome,
  type LoginRequest,
  type LoginSummary,
  type LoginsWanted,
  type LoginWay,
  type OrgAdministration,
  type OrgConnection,
  type SessionOutcome,
  type SetPasswordOutcome,
  sameSalesforceId,
  type UnlockOutcome,
  type UserSession,
} from '../../../lib/core/ports/salesforce.ts';
import type { Redacted } from '../../../lib/core/redacted.ts';
import { FakeOwnSessions } from './fake-own-sessions.ts';
import type { FakeUser } from './fake-user.ts';
import type { FixedClock } from './fixed-clock.ts';

export type { FakeUser } from './fake-user.ts';

/** Why nobody gets in this way. */
type Closed = Extract<LoginOutcome, { kind: 'disabled' | 'version-retired' }>;

/** One login as the org has recorded it. */
interface RecordedLogin
  extends Pick<LoginSummary, 'userId' | 'sourceIp' | 'application' | 'via' | 'outcome'> {
  readonly at: number;
}

/** The service's own logins come from here. */
const OWN_ADDRESS = '198.51.100.1';

type FindUser = ReturnType<OrgAdministration['findUser']>;

/** An org in memory: enough to run a rotation against, and no more than the ports promise. */
export class FakeOrg implements OrgAdministration, IntegrationLogin {
  readonly organizationId = '00D5g0000012345EAA';
  readonly users: FakeUser[] = [];
  /** What users do with a connection of kind `self`. */
  readonly own = new FakeOwnSessions(this);
  readonly #clock: FixedClock;
  readonly #history: RecordedLogin[] = [];
  readonly #app: { readonly clientId: string; readonly clientSecret: string };
  logins = 0;
  bulkReads = 0;
  loginReads = 0;
  /** While false, the service's own user is shown no logins of others. */
  showsLogins = true;
  mayReset = true;
  soapLogin = true;
  /** The newest API version that has `login()`. */
  lastLoginVersion = 64;
  anyApiAuth = true;
  passwordFlow = true;
  restriction: string | undefined;
  minimumLength = 8;
  onSet: 'keep-token' | 'reset-token' = 'keep-token';
  /** While set, no call gets an answer; with `answer` the org hears it all the same. */
  lost: 'request' | 'answer' | undefined;
  /** Called as each login arrives, before it is judged. */
  before: () => Promise<void> = async () => undefined;

  constructor(clock: FixedClock, app = { clientId: '3MVG9.rotator', clientSecret: 'app-secret' }) {
    this.#clock = clock;
    this.#app = app;
  }

  addUser(user: Partial<FakeUser> & Pick<FakeUser, 'username' | 'password' | 'token'>): FakeUser {
    const added: FakeUser = {
      userId: `00558000000${String(this.users.length + 1).padStart(4, '0')}AAA`,
      firstName: 'Bill',
      lastName: 'Ing',
      email: 'billing-mailbox@acme.example',
      isActive: true,
      isFrozen: false,
      isLocked: false,
      expired: false,
      lastPasswordChangeDate: '2026-10-01T00:00:00.000Z',
      remembered: [user.password],
      ...user,
    };
    this.users.push(added);
    return added;
  }

  async findUser(connection: OrgConnection, username: string): FindUser {
    if (connection.kind === 'self' && connection.opened === undefined)
      return this.own.findUser(connection, username);
    if (this.lost !== undefined) throw noAnswer();
    if (connection.kind === 'self') return this.own.findUser(connection, username);
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const user = this.userNamed(username);
    if (user === undefined) return { kind: 'no-such-user' };
    const { password: _p, token: _t, expired: _e, remembered: _r, ...shown } = user;
    return { kind: 'user', user: { ...shown, organizationId: this.organizationId } };
  }

  async readUsers(
    connection: OrgConnection,
    usernames: readonly string[],
  ): ReturnType<OrgAdministration['readUsers']> {
    this.bulkReads += 1;
    if (connection.kind === 'self' && connection.opened === undefined)
      return { kind: 'users', users: new Map() };
    if (this.lost !== undefined) throw noAnswer();
    if (connection.kind === 'self') return this.own.readUsers(connection, usernames);
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const wanted = new Set(usernames.map((username) => username.toLowerCase()));
    const shown = this.users.filter(({ username }) => wanted.has(username.toLowerCase()));
    return {
      kind: 'users',
      users: new Map(
        shown.map(({ userId, username, email, isActive, isFrozen, isLocked, lastPasswordChangeDate }) => [
          username.toLowerCase(),
          { userId, username, email, isActive, isFrozen, isLocked, lastPasswordChangeDate },
        ]),
      ),
    };
  }

  async passwordChangeDate(connection: OrgConnection, userId: string): Promise<string | undefined> {
    if (connection.kind === 'self')
      return this.lost === undefined ? this.own.changeDate(connection) : undefined;
    if (this.lost !== undefined || this.#refused(connection) !== undefined) return undefined;
    return this.users.find((user) => sameSalesforceId(user.userId, userId))?.lastPasswordChangeDate;
  }

  async setPassword(
    connection: OrgConnection,
    userId: string,
    password: Redacted,
  ): Promise<SetPasswordOutcome> {
    if (connection.kind === 'self') return this.#answering(() => this.own.changeOwn(connection, password));
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const user = this.users.find((candidate) => sameSalesforceId(candidate.userId, userId));
    if (!this.mayReset || user === undefined)
      return { kind: 'not-permitted', detail: 'You do not have permission to view this record.' };
    return this.#answering(() => password.open((text) => this.change(user, text)));
  }

  async missingPermission(connection: OrgConnection): Promise<string | undefined> {
    if (this.mayReset || connection.kind === 'self' || this.lost !== undefined) return undefined;
    if (this.#refused(connection) !== undefined) return undefined;
    return 'Reset User Passwords and Unlock Users';
  }

  async lastLoginFailure(connection: OrgConnection, userId: string, since: Date): Promise<RejectionCause> {
    const isUnseen = connection.kind === 'self' && connection.opened === undefined;
    if (isUnseen || this.lost !== undefined || this.#refused(connection) !== undefined) return 'unknown';
    const from = Math.floor(since.getTime() / 1_000) * 1_000;
    const failure = this.#history.findLast(
      (row) => sameSalesforceId(row.userId, userId) && row.at >= from && row.outcome !== 'accepted',
    );
    return failure === undefined || failure.outcome === 'accepted' ? 'unknown' : failure.outcome;
  }

  async readLogins(
    connection: OrgConnection,
    wanted: readonly LoginsWanted[],
  ): ReturnType<OrgAdministration['readLogins']> {
    this.loginReads += 1;
    if (this.lost !== undefined) throw noAnswer();
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const rows = this.showsLogins
      ? this.#history.filter((row) =>
          wanted.some(
            ({ userId, since }) =>
              sameSalesforceId(row.userId, userId) && row.at >= Math.floor(since.getTime() / 1_000) * 1_000,
          ),
        )
      : [];
    return { kind: 'logins', logins: summed(rows), isComplete: true };
  }

  /** A client that is not the service logs in by SOAP; judged by its user, password and token alone, and recorded. */
  clientLogsIn(
    username: string,
    secret: string,
    client: { readonly sourceIp: string; readonly application: string },
  ): RecordedLogin['outcome'] {
    const user = this.userNamed(username);
    if (user === undefined) throw new Error(`there is no user ${username}`);
    const outcome = this.#rejectionOf(user, secret) ?? 'accepted';
    this.record(user, { ...client, via: 'soap', outcome });
    return outcome;
  }

  record(user: FakeUser, login: Omit<RecordedLogin, 'userId' | 'at'>): void {
    const at = Math.floor(this.#clock.now().getTime() / 1_000) * 1_000;
    this.#history.push({ ...login, userId: user.userId, at });
  }

  async unlock(connection: OrgConnection, userId: string): Promise<UnlockOutcome> {
    if (connection.kind === 'self')
      return { kind: 'not-permitted', detail: 'No user can end its own lockout.' };
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const user = this.users.find((candidate) => sameSalesforceId(candidate.userId, userId));
    if (!this.mayReset || user === undefined)
      return { kind: 'not-permitted', detail: 'You do not have permission to view this record.' };
    if (this.lost === 'request') throw noAnswer();
    user.isLocked = false;
    if (this.lost === 'answer') throw noAnswer();
    return { kind: 'unlocked' };
  }

  async login(request: LoginRequest): Promise<LoginOutcome> {
    if (this.lost === 'request') throw noAnswer();
    await this.before();
    this.logins += 1;
    if (this.lost === 'answer') throw noAnswer();
    return this.#judge(request);
  }

  async openSession(request: LoginRequest): Promise<SessionOutcome> {
    return this.own.keep(request, await this.login(request));
  }

  async closeSession(session: UserSession): Promise<void> {
    this.own.close(session);
  }

  #answering<Outcome>(perform: () => Outcome): Outcome {
    if (this.lost === 'request') throw noAnswer();
    const outcome = perform();
    if (this.lost === 'answer') throw noAnswer();
    return outcome;
  }

  #judge(request: LoginRequest): LoginOutcome {
    const user = this.userNamed(request.username);
    const closed =
      request.way.kind === 'soap' ? this.#soapClosed(request.way) : this.#appRefused(request.way);
    if (closed !== undefined) return closed;
    if (user === undefined) return { kind: 'rejected' };
    if (!user.isActive && request.way.kind === 'oauth-password')
      return { kind: 'disabled', detail: 'inactive_user.', remedy: 'Activate the user.' };
    const because = this.#rejection(user, request);
    const via = request.way.kind === 'soap' ? 'soap' : 'oauth';
    const own = { sourceIp: OWN_ADDRESS, application: 'N/A', via } as const;
    if (because !== undefined) {
      this.record(user, { ...own, outcome: because });
      return { kind: 'rejected' };
    }
    if (this.restriction !== undefined) return { kind: 'restricted', detail: this.restriction };
    if (user.expired) return { kind: 'password-expired' };
    this.record(user, { ...own, outcome: 'accepted' });
    return { kind: 'accepted', userId: user.userId, organizationId: this.organizationId };
  }

  #soapClosed({ apiVersion }: Extract<LoginWay, { kind: 'soap' }>): Closed | undefined {
    if (Number(apiVersion) > this.lastLoginVersion)
      return { kind: 'version-retired', detail: 'UNSUPPORTED_API_VERSION.' };
    if (!this.soapLogin)
      return {
        kind: 'disabled',
        detail: 'SOAP API login() is disabled by default.',
        remedy: 'Enable login().',
      };
    return this.anyApiAuth
      ? undefined
      : { kind: 'disabled', detail: 'INSUFFICIENT_ACCESS.', remedy: 'Give the user "Use Any API Auth".' };
  }

  #appRefused({ app }: Extract<LoginWay, { kind: 'oauth-password' }>): Closed | undefined {
    const isKnown =
      app.clientId.open((id) => id === this.#app.clientId) &&
      app.clientSecret.open((secret) => secret === this.#app.clientSecret);
    return isKnown ? undefined : { kind: 'disabled', detail: 'invalid_client.', remedy: 'Check the app.' };
  }

  #rejection(user: FakeUser, { way, combinedPassword }: LoginRequest): RejectionCause | undefined {
    if (way.kind === 'oauth-password' && !this.passwordFlow) return 'password-flow-disabled';
    return combinedPassword.open((text) => this.#rejectionOf(user, text));
  }

  #rejectionOf(user: FakeUser, secret: string): RejectionCause | undefined {
    if (!user.isActive) return 'inactive';
    if (user.isFrozen) return 'frozen';
    if (user.isLocked) return 'locked';
    if (secret === user.password + user.token) return undefined;
    return secret === user.password ? 'token-missing' : 'wrong-password-or-token';
  }

  /** Sets a password as the API does. */
  change(user: FakeUser, password: string): SetPasswordOutcome {
    if (user.remembered.includes(password)) return { kind: 'repeated' };
    if (password.length < this.minimumLength)
      return {
        kind: 'against-policy',
        detail: `Your password must be at least ${this.minimumLength} characters long.`,
      };
    user.password = password;
    user.expired = false;
    user.remembered.push(password);
    user.lastPasswordChangeDate = new Date(
      Math.floor(this.#clock.now().getTime() / 1_000) * 1_000,
    ).toISOString();
    if (this.onSet === 'reset-token') user.token = `reset${user.remembered.length}`.padEnd(24, 'T');
    return { kind: 'set' };
  }

  #refused(connection: OrgConnection): ConnectionRefused | undefined {
    if (connection.kind === 'self') return undefined;
    const known =
      connection.clientId.open((id) => id === this.#app.clientId) &&
      (connection.kind === 'jwt-bearer' ||
        connection.clientSecret.open((secret) => secret === this.#app.clientSecret));
    return known
      ? undefined
      : { kind: 'connection-refused', detail: 'invalid_client', remedy: 'Check the app.' };
  }

  userNamed(username: string): FakeUser | undefined {
    return this.users.find((user) => user.username.toLowerCase() === username.toLowerCase());
  }
}

/** By user, client and outcome, the newest first. */
function summed(rows: readonly RecordedLogin[]): readonly LoginSummary[] {
  const groups = Map.groupBy(rows, ({ at: _at, ...rest }) => JSON.stringify(Object.entries(rest).toSorted()));
  return [...groups.values()]
    .map((group) => {
      const times = group.map(({ at }) => at);
      const { at: _at, ...same } = group[0] as RecordedLogin;
      const [first, last] = [Math.min(...times), Math.max(...times)];
      return {
        ...same,
        logins: group.length,
        firstAt: new Date(first).toISOString(),
        lastAt: new Date(last).toISOString(),
      };
    })
    .toSorted((a, b) => b.lastAt.localeCompare(a.lastAt));
}

function noAnswer(): SalesforceOutcomeUnknown {
  return new SalesforceOutcomeUnknown('Salesforce gave no definite answer.');
}
