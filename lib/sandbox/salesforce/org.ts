import type { Clock } from '../../core/ports/clock.ts';
import type { Journal } from '../journal.ts';
import { ApiError, invalidSession, notFound } from './api-error.ts';
import { sameId } from './ids.ts';
import { type LoginAttempt, type LoginVerdict, type Rules, tryLogin } from './login.ts';
import { MailRun } from './mail-run.ts';
import {
  type Act,
  type Caller,
  checkOldPassword,
  demandMaySet,
  renewToken,
  resetToTemporary,
  setThroughApi,
  setThroughPage,
} from './passwords.ts';
import { type Random, systemRandom } from './random-text.ts';
import type { ConnectedApp, SalesforceSeed } from './seed.ts';
import { endSession, findCaller, meterCall } from './sessions.ts';
import { changedSettings, type SalesforceSettings, type SettingsChange } from './settings.ts';
import { firstState, type OrgState, type StoredUser } from './state.ts';
import type { OutgoingMail } from './token-mail.ts';
import { changeFields, editUser, type FieldChanges, type UserChange } from './user-changes.ts';

export interface SalesforceOrgOptions {
  readonly clock: Clock;
  readonly journal: Journal<OrgState>;
  /** Used on the first start only; afterwards the journal has the org. */
  readonly seed: SalesforceSeed;
  /** Hands a mail over to the mail system. A mail is forgotten only after this resolved. */
  readonly deliver: (mail: OutgoingMail) => Promise<void>;
  /** Source of tokens, session ids and temporary passwords; the system's by default. */
  readonly random?: Random;
}

/**
 * One Salesforce org: users, sessions, policy, history and mail, without a
 * protocol. Each change is in the journal before the method returns.
 *
 * It reads time from the clock that it is given and has no timers: the host
 * calls {@link deliverDueMails}. Methods throw {@link ApiError} where the
 * service would refuse the call.
 */
export class SalesforceOrg {
  readonly #clock: Clock;
  readonly #journal: Journal<OrgState>;
  readonly #random: Random;
  readonly #mails: MailRun;
  readonly #state: OrgState;

  constructor(options: SalesforceOrgOptions) {
    this.#clock = options.clock;
    this.#journal = options.journal;
    this.#random = options.random ?? systemRandom;
    const saved = this.#journal.load();
    this.#state = saved ?? firstState(options.seed, this.#clock.now());
    if (saved === undefined) this.#save();
    this.#mails = new MailRun(this.#state, this.#clock, options.deliver, () => this.#save());
  }

  get settings(): SalesforceSettings {
    return structuredClone(this.#state.settings);
  }

  get organizationId(): string {
    return this.#state.organizationId;
  }

  /** Changes settings from now on. An unknown key or a bad value throws and changes nothing. */
  updateSettings(change: SettingsChange): void {
    this.#state.settings = changedSettings(this.#state.settings, change);
    this.#save();
  }

  now(): Date {
    return this.#clock.now();
  }

  /** Judges a login by the rules of its way in, and records it. */
  login(rules: Rules, attempt: LoginAttempt): LoginVerdict {
    const verdict = tryLogin(this.#state, this.#act(), rules, attempt);
    this.#save();
    return verdict;
  }

  /** The session's user; throws INVALID_SESSION_ID, or REQUEST_LIMIT_EXCEEDED at the day's limit. */
  authenticate(sessionId: string | undefined): Caller {
    const caller = findCaller(this.#state, sessionId, this.now());
    if (caller === undefined) throw invalidSession();
    if (meterCall(this.#state, caller, this.now())) this.#save();
    return caller;
  }

  /** Ends a session. Whether there was one. */
  logout(sessionId: string): boolean {
    const ended = endSession(this.#state, sessionId);
    if (ended) this.#save();
    return ended;
  }

  /** Sets a password as SOAP `setPassword` and REST `POST …/password` do. */
  setPassword(caller: Caller, userId: string, password: string): void {
    const target = this.#userById(userId);
    demandMaySet(this.#state, caller, target);
    setThroughApi(this.#state, this.#act(), caller, target, password);
    this.#save();
  }

  /** SOAP `changeOwnPassword`: needs no permission but the old password. */
  changeOwnPassword(caller: Caller, oldPassword: string, newPassword: string): void {
    const refusal = checkOldPassword(this.#state, this.#act(), caller.user, oldPassword);
    if (refusal === undefined) setThroughApi(this.#state, this.#act(), caller, caller.user, newPassword);
    this.#save();
    if (refusal !== undefined) throw refusal;
  }

  /** SOAP `resetPassword`, REST `DELETE …/password`. Returns the temporary password. */
  resetPasswordAs(caller: Caller, userId: string): string {
    const target = this.#userById(userId);
    demandMaySet(this.#state, caller, target);
    const password = resetToTemporary(this.#state, this.#act(), caller.user.id, target);
    this.#save();
    return password;
  }

  /** PATCH of a `User` or `UserLogin` row. */
  updateRecord(caller: Caller, object: 'User' | 'UserLogin', id: string, fields: FieldChanges): void {
    changeFields(this.#state, this.#act(), caller, object, id, fields);
    this.#save();
  }

  /** The user behind an id of 15 or 18 characters, as a copy. */
  findUser(userId: string): StoredUser | undefined {
    return structuredClone(this.#state.users.find((user) => sameId(user.id, userId)));
  }

  /** Everything that is known of a user, password and token too: what the sandbox's host may look at. */
  inspect(username: string): StoredUser {
    return structuredClone(this.#userByName(username));
  }

  findApp(clientId: string): ConnectedApp | undefined {
    return this.#state.connectedApps.find((app) => app.clientId === clientId);
  }

  /** The state, for reading only. */
  get view(): Readonly<OrgState> {
    return this.#state;
  }

  /** The user changes the own password on the settings page: the token is reset and mailed. */
  changePasswordInUi(username: string, newPassword: string): void {
    setThroughPage(this.#state, this.#act(), this.#userByName(username), newPassword);
    this.#save();
  }

  /**
   * The user resets the own token on the settings page; the new one is mailed.
   * Throws where the page is missing: API-only users, profiles with login ranges.
   */
  resetToken(username: string): void {
    const user = this.#userByName(username);
    if (user.permissions.apiOnly || user.loginIpRanges.length > 0) {
      throw new ApiError('INSUFFICIENT_ACCESS', 'Reset My Security Token is not available to this user', 403);
    }
    renewToken(this.#state, this.#act(), user, 'mail');
    this.#save();
  }

  /** An administrator resets the password in Setup. Returns the temporary password. */
  resetPassword(username: string): string {
    const user = this.#userByName(username);
    const password = resetToTemporary(this.#state, this.#act(), null, user);
    this.#save();
    return password;
  }

  /** An administrator edits a user or a profile in Setup. */
  updateUser(username: string, change: UserChange): void {
    editUser(this.#userByName(username), change);
    this.#save();
  }

  /** When the next mail is due; `undefined` when none is waiting. */
  nextMailDueAt(): Date | undefined {
    return this.#mails.nextDueAt();
  }

  /**
   * Delivers each mail whose time has come, in order of time. A mail whose
   * delivery fails stays, the others go on, and an AggregateError is thrown.
   */
  async deliverDueMails(): Promise<void> {
    await this.#mails.deliverDue();
  }

  #act(): Act {
    return { now: this.#clock.now(), random: this.#random };
  }

  #userById(userId: string): StoredUser {
    const found = this.#state.users.find((user) => sameId(user.id, userId));
    if (found === undefined) throw notFound();
    return found;
  }

  #userByName(username: string): StoredUser {
    const lower = username.toLowerCase();
    const found = this.#state.users.find((user) => user.username.toLowerCase() === lower);
    if (found === undefined) throw new Error(`no user ${username} in this org`);
    return found;
  }

  #save(): void {
    this.#journal.save(this.#state);
  }
}
