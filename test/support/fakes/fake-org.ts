import type { RejectionCause } from '../../../lib/core/domain/rejection-cause.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import {
  type ConnectionRefused,
  type IntegrationLogin,
  type LoginOutcome,
  type LoginRequest,
  type LoginWay,
  type OrgAdministration,
  type OrgConnection,
  type SetPasswordOutcome,
  sameSalesforceId,
  type UnlockOutcome,
} from '../../../lib/core/ports/salesforce.ts';
import type { Redacted } from '../../../lib/core/redacted.ts';
import type { FixedClock } from './fixed-clock.ts';

export interface FakeUser {
  readonly userId: string;
  readonly username: string;
  firstName: string;
  lastName: string;
  email: string | undefined;
  password: string;
  token: string;
  isActive: boolean;
  isFrozen: boolean;
  isLocked: boolean;
  expired: boolean;
  lastPasswordChangeDate: string | undefined;
  readonly remembered: string[];
}

/** Why nobody gets in this way. */
interface Closed {
  readonly detail: string;
  readonly remedy?: string;
}

type FindUser = ReturnType<OrgAdministration['findUser']>;

/** An org in memory: enough to run a rotation against, and no more than the ports promise. */
export class FakeOrg implements OrgAdministration, IntegrationLogin {
  readonly organizationId = '00D5g0000012345EAA';
  readonly users: FakeUser[] = [];
  readonly #clock: FixedClock;
  readonly #failures: { readonly userId: string; readonly at: number; readonly because: RejectionCause }[] =
    [];
  readonly #app: { readonly clientId: string; readonly clientSecret: string };
  logins = 0;
  bulkReads = 0;
  mayReset = true;
  soapLogin = true;
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
    if (this.lost !== undefined) throw noAnswer();
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const user = this.#byName(username);
    if (user === undefined) return { kind: 'no-such-user' };
    const { password: _p, token: _t, expired: _e, remembered: _r, ...shown } = user;
    return { kind: 'user', user: { ...shown, organizationId: this.organizationId } };
  }

  async readUsers(
    connection: OrgConnection,
    usernames: readonly string[],
  ): ReturnType<OrgAdministration['readUsers']> {
    this.bulkReads += 1;
    if (this.lost !== undefined) throw noAnswer();
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
    if (this.lost !== undefined || this.#refused(connection) !== undefined) return undefined;
    return this.users.find((user) => sameSalesforceId(user.userId, userId))?.lastPasswordChangeDate;
  }

  async setPassword(
    connection: OrgConnection,
    userId: string,
    password: Redacted,
  ): Promise<SetPasswordOutcome> {
    const refusal = this.#refused(connection);
    if (refusal !== undefined) return refusal;
    const user = this.users.find((candidate) => sameSalesforceId(candidate.userId, userId));
    if (!this.mayReset || user === undefined)
      return { kind: 'not-permitted', detail: 'You do not have permission to view this record.' };
    if (this.lost === 'request') throw noAnswer();
    const outcome = password.open((text) => this.#set(user, text));
    if (this.lost === 'answer') throw noAnswer();
    return outcome;
  }

  async missingPermission(connection: OrgConnection): Promise<string | undefined> {
    if (this.mayReset || this.lost !== undefined || this.#refused(connection) !== undefined) return undefined;
    return 'Reset User Passwords and Unlock Users';
  }

  async lastLoginFailure(connection: OrgConnection, userId: string, since: Date): Promise<RejectionCause> {
    if (this.lost !== undefined || this.#refused(connection) !== undefined) return 'unknown';
    const from = Math.floor(since.getTime() / 1_000) * 1_000;
    const failure = this.#failures.findLast((row) => sameSalesforceId(row.userId, userId) && row.at >= from);
    return failure?.because ?? 'unknown';
  }

  async unlock(connection: OrgConnection, userId: string): Promise<UnlockOutcome> {
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

  #judge(request: LoginRequest): LoginOutcome {
    const user = this.#byName(request.username);
    const closed =
      request.way.kind === 'soap' ? this.#soapClosed(request.way) : this.#appRefused(request.way);
    if (closed !== undefined) return { kind: 'disabled', ...closed };
    if (user === undefined) return { kind: 'rejected' };
    if (!user.isActive && request.way.kind === 'oauth-password')
      return { kind: 'disabled', detail: 'inactive_user.', remedy: 'Activate the user.' };
    const because = this.#rejection(user, request);
    if (because !== undefined) {
      this.#failures.push({ userId: user.userId, at: this.#clock.now().getTime(), because });
      return { kind: 'rejected' };
    }
    if (this.restriction !== undefined) return { kind: 'restricted', detail: this.restriction };
    if (user.expired) return { kind: 'password-expired' };
    return { kind: 'accepted', userId: user.userId, organizationId: this.organizationId };
  }

  #soapClosed({ apiVersion }: Extract<LoginWay, { kind: 'soap' }>): Closed | undefined {
    if (!this.soapLogin) return { detail: 'SOAP API login() is disabled by default.' };
    return Number(apiVersion) > 64 ? { detail: 'UNSUPPORTED_API_VERSION.' } : undefined;
  }

  #appRefused({ app }: Extract<LoginWay, { kind: 'oauth-password' }>): Closed | undefined {
    const isKnown =
      app.clientId.open((id) => id === this.#app.clientId) &&
      app.clientSecret.open((secret) => secret === this.#app.clientSecret);
    return isKnown ? undefined : { detail: 'invalid_client.', remedy: 'Check the app.' };
  }

  #rejection(user: FakeUser, { way, combinedPassword }: LoginRequest): RejectionCause | undefined {
    if (way.kind === 'oauth-password' && !this.passwordFlow) return 'password-flow-disabled';
    if (!user.isActive) return 'inactive';
    if (user.isFrozen) return 'frozen';
    if (user.isLocked) return 'locked';
    return combinedPassword.open((text) => {
      if (text === user.password + user.token) return undefined;
      return text === user.password ? 'token-missing' : 'wrong-password-or-token';
    });
  }

  #set(user: FakeUser, password: string): SetPasswordOutcome {
    if (user.remembered.includes(password)) return { kind: 'repeated' };
    if (password.length < this.minimumLength)
      return {
        kind: 'against-policy',
        detail: `Your password must be at least ${this.minimumLength} characters long.`,
      };
    user.password = password;
    user.remembered.push(password);
    user.lastPasswordChangeDate = new Date(
      Math.floor(this.#clock.now().getTime() / 1_000) * 1_000,
    ).toISOString();
    if (this.onSet === 'reset-token') user.token = `reset${user.remembered.length}`.padEnd(24, 'T');
    return { kind: 'set' };
  }

  #refused(connection: OrgConnection): ConnectionRefused | undefined {
    const known =
      connection.clientId.open((id) => id === this.#app.clientId) &&
      (connection.kind === 'jwt-bearer' ||
        connection.clientSecret.open((secret) => secret === this.#app.clientSecret));
    return known
      ? undefined
      : { kind: 'connection-refused', detail: 'invalid_client', remedy: 'Check the app.' };
  }

  #byName(username: string): FakeUser | undefined {
    return this.users.find((user) => user.username.toLowerCase() === username.toLowerCase());
  }
}

function noAnswer(): SalesforceOutcomeUnknown {
  return new SalesforceOutcomeUnknown('Salesforce gave no definite answer.');
}
