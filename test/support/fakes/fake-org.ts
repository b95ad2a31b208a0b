import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import {
  type IntegrationLogin,
  type LoginOutcome,
  type OrgAdministration,
  type OrgConnection,
  type SetPasswordOutcome,
  sameSalesforceId,
} from '../../../lib/core/ports/salesforce.ts';
import type { Redacted } from '../../../lib/core/redacted.ts';
import type { FixedClock } from './fixed-clock.ts';

export interface FakeUser {
  readonly userId: string;
  readonly username: string;
  firstName: string;
  lastName: string;
  password: string;
  token: string;
  isActive: boolean;
  isFrozen: boolean;
  isLocked: boolean;
  expired: boolean;
  lastPasswordChangeDate: string | undefined;
  readonly remembered: string[];
}

type FindUser = ReturnType<OrgAdministration['findUser']>;
type LoginRequest = Parameters<IntegrationLogin['login']>[0];

/** An org in memory: enough to run a rotation against, and no more than the ports promise. */
export class FakeOrg implements OrgAdministration, IntegrationLogin {
  readonly organizationId = '00D5g0000012345EAA';
  readonly users: FakeUser[] = [];
  readonly #clock: FixedClock;
  readonly #app: { readonly clientId: string; readonly clientSecret: string };
  logins = 0;
  mayReset = true;
  soapLogin = true;
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

  async login(request: LoginRequest): Promise<LoginOutcome> {
    if (this.lost === 'request') throw noAnswer();
    await this.before();
    this.logins += 1;
    if (this.lost === 'answer') throw noAnswer();
    return this.#judge(request);
  }

  #judge(request: LoginRequest): LoginOutcome {
    const user = this.#byName(request.username);
    if (!this.soapLogin) return { kind: 'disabled', detail: 'SOAP API login() is disabled by default.' };
    if (Number(request.apiVersion) > 64) return { kind: 'disabled', detail: 'UNSUPPORTED_API_VERSION.' };
    if (user === undefined || !user.isActive || user.isLocked || user.isFrozen) return { kind: 'rejected' };
    const right = request.combinedPassword.open((text) => text === user.password + user.token);
    if (!right) return { kind: 'rejected' };
    if (this.restriction !== undefined) return { kind: 'restricted', detail: this.restriction };
    if (user.expired) return { kind: 'password-expired' };
    return { kind: 'accepted', userId: user.userId, organizationId: this.organizationId };
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

  #refused({ clientId, clientSecret }: OrgConnection) {
    const known =
      clientId.open((id) => id === this.#app.clientId) &&
      clientSecret.open((secret) => secret === this.#app.clientSecret);
    return known ? undefined : ({ kind: 'connection-refused', detail: 'invalid_client.' } as const);
  }

  #byName(username: string): FakeUser | undefined {
    return this.users.find((user) => user.username.toLowerCase() === username.toLowerCase());
  }
}

function noAnswer(): SalesforceOutcomeUnknown {
  return new SalesforceOutcomeUnknown('Salesforce gave no definite answer.');
}
