import type { RejectionCause } from '../domain/rejection-cause.ts';
import type { Redacted } from '../redacted.ts';

/** An app of an org, as OAuth knows it. */
export interface OAuthApp {
  /** Salesforce's "consumer key". */
  readonly clientId: Redacted;
  /** Salesforce's "consumer secret". */
  readonly clientSecret: Redacted;
}

/** How the service itself gets into an org. */
export type OrgConnection = AppConnection | SelfConnection;

/** As an administrator, by an app. */
export type AppConnection = ClientCredentialsConnection | JwtBearerConnection;

/** Salesforce knows the run-as user of the app. */
export interface ClientCredentialsConnection extends OAuthApp {
  readonly kind: 'client-credentials';
  readonly loginUrl: string;
}

/** The service names the run-as user and proves itself by a signature, without any password. */
export interface JwtBearerConnection {
  readonly kind: 'jwt-bearer';
  readonly loginUrl: string;
  readonly clientId: Redacted;
  readonly username: string;
  /** RSA, in PEM; its certificate is at the app. */
  readonly privateKey: Redacted;
  /** Whom the assertion is for, where it is not the one that goes with the login URL. */
  readonly audience: string | undefined;
}

/** As the integration user itself. */
export interface SelfConnection {
  readonly kind: 'self';
  readonly loginUrl: string;
  /** Opening one is a login attempt, so there is one only where a run has made it. */
  readonly opened: OpenedSession | undefined;
}

/** A session with the password that opened it, which a change of the password has to name. */
export interface OpenedSession {
  readonly session: UserSession;
  readonly password: Redacted;
}

/** The session of a login. It lives in memory only, and ends with the run that opened it. */
export interface UserSession {
  /** By which way in it was opened; it ends by the same. */
  readonly by: LoginWay['kind'];
  readonly instanceUrl: string;
  readonly sessionId: Redacted;
  readonly userId: string;
  readonly organizationId: string;
  /** Then it is good for setting a new password, and for nothing else. */
  readonly passwordExpired: boolean;
}

/** The org does not let the service in. */
export interface ConnectionRefused {
  readonly kind: 'connection-refused';
  /** Salesforce's reason, without a full stop. */
  readonly detail: string;
  /** What to do about it: one sentence. */
  readonly remedy: string;
}

/** What an org's own records say about an integration user. */
export interface OrgUser {
  readonly userId: string;
  /** 18 characters, or 15 as the login result gives it; compare with `sameSalesforceId`. */
  readonly organizationId: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Where Salesforce mails the token; `undefined` where it may not be read. */
  readonly email: string | undefined;
  readonly isActive: boolean;
  readonly isFrozen: boolean;
  readonly isLocked: boolean;
  /** ISO 8601, to the second. */
  readonly lastPasswordChangeDate: string | undefined;
}

/** As much of a user's record as is read for many users at once. */
export type UserRecord = Pick<
  OrgUser,
  'userId' | 'username' | 'email' | 'isActive' | 'isFrozen' | 'isLocked' | 'lastPasswordChangeDate'
>;

/** Whose logins are read, and since when by the org's clock; seconds count. */
export interface LoginsWanted {
  readonly userId: string;
  readonly since: Date;
}

/** The logins of one user that differ in nothing but their time. Times are ISO 8601 by the org's clock, to the second. */
export interface LoginSummary {
  readonly userId: string;
  readonly sourceIp: string;
  /** What the org calls the client; empty where it does not say. */
  readonly application: string;
  /** `soap`: by `login()`. `oauth`: by an app, whatever its flow. `other`: in a browser, among others. */
  readonly via: 'soap' | 'oauth' | 'other';
  readonly outcome: 'accepted' | RejectionCause;
  readonly logins: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/**
 * An org as an administrator sees it, or with a connection of kind `self`, as the
 * user does: that one sees itself and nobody else, and without a session nothing
 * but what the caller has told.
 *
 * @throws SalesforceOutcomeUnknown where no definite answer came.
 */
export interface OrgAdministration<Connection extends OrgConnection = OrgConnection> {
  /** Reads the user's record. Never a trial login. */
  findUser(
    connection: Connection,
    username: string,
  ): Promise<
    { readonly kind: 'user'; readonly user: OrgUser } | { readonly kind: 'no-such-user' } | ConnectionRefused
  >;
  /**
   * Which permission the connection's user lacks for setting passwords, by its name
   * in Setup. `undefined` where none is missing or the org does not tell.
   */
  missingPermission(connection: OrgConnection): Promise<string | undefined>;
  /**
   * Reads the records of many users, by their usernames in lower case; those that
   * the org does not show are missing. Two calls for up to some 300 users, and an
   * answer or an error within half a minute, whatever the org does.
   */
  readUsers(
    connection: Connection,
    usernames: readonly string[],
  ): Promise<{ readonly kind: 'users'; readonly users: ReadonlyMap<string, UserRecord> } | ConnectionRefused>;
  /**
   * Reads the login history of many users, summed up by the org, so that the answer
   * grows with the clients and not with their logins. One call for up to some 300
   * users, and an answer or an error within half a minute. Who may see only their own
   * logins is shown no others, without an error.
   *
   * `isComplete` is false where the org had more to say than it says at once; the
   * newest is there.
   */
  readLogins(
    connection: Connection,
    wanted: readonly LoginsWanted[],
  ): Promise<
    | { readonly kind: 'logins'; readonly logins: readonly LoginSummary[]; readonly isComplete: boolean }
    | ConnectionRefused
  >;
  /** `User.LastPasswordChangeDate` of one user. `undefined` where it cannot be read; never throws. */
  passwordChangeDate(connection: Connection, userId: string): Promise<string | undefined>;
  /** Sets a password. Not repeated by the adapter, whatever happens. */
  setPassword(connection: Connection, userId: string, password: Redacted): Promise<SetPasswordOutcome>;
  /**
   * What the org's login history says of the user's newest failed login since a
   * moment. `unknown` where it says nothing or cannot be read; never throws.
   */
  lastLoginFailure(connection: Connection, userId: string, since: Date): Promise<RejectionCause>;
  /** Ends a lockout after failed logins. Not repeated by the adapter, whatever happens. */
  unlock(connection: Connection, userId: string): Promise<UnlockOutcome>;
}

export type UnlockOutcome =
  | { readonly kind: 'unlocked' }
  | { readonly kind: 'not-permitted'; readonly detail: string }
  | ConnectionRefused;

export type SetPasswordOutcome =
  | { readonly kind: 'set' }
  /** Salesforce has this very password already, or had it among the remembered ones. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'against-policy'; readonly detail: string }
  | { readonly kind: 'not-permitted'; readonly detail: string }
  /** Only of a user who sets the own password: the password that opened the session is no longer in force. */
  | { readonly kind: 'old-password-refused'; readonly detail: string }
  /** Only of a user who sets the own password. */
  | { readonly kind: 'locked'; readonly detail: string }
  | ConnectionRefused;

/** By which of Salesforce's ways in the integrations log in. */
export type LoginWay =
  | { readonly kind: 'soap'; readonly apiVersion: string }
  /** The OAuth username-password flow. */
  | { readonly kind: 'oauth-password'; readonly app: OAuthApp };

export interface LoginRequest<Way extends LoginWay = LoginWay> {
  readonly loginUrl: string;
  readonly way: Way;
  readonly username: string;
  readonly combinedPassword: Redacted;
}

/**
 * A login as the integrations do it: username, and password followed by token.
 * One call is one login attempt; nothing is retried.
 *
 * @throws SalesforceOutcomeUnknown where no definite answer came; the attempt may have counted.
 */
export interface IntegrationLogin {
  login(request: LoginRequest): Promise<LoginOutcome>;
  /** As `login`, and keeps the session. An expired password is accepted where it still opens one. */
  openSession(request: LoginRequest): Promise<SessionOutcome>;
  /** Ends a session that was kept; never throws. */
  closeSession(session: UserSession): Promise<void>;
}

export type SessionOutcome =
  | {
      readonly kind: 'accepted';
      readonly userId: string;
      readonly organizationId: string;
      readonly session: UserSession;
    }
  | Exclude<LoginOutcome, { kind: 'accepted' }>;

export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly userId: string; readonly organizationId: string }
  /** Wrong password or token, or a user who is locked out: Salesforce does not tell which. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'password-expired' }
  | { readonly kind: 'restricted'; readonly detail: string }
  /** A matter of the org, the app or the user's permissions; `remedy` where more is known than the kind of login. */
  | { readonly kind: 'disabled'; readonly detail: string; readonly remedy?: string }
  /** The API version of the login has no `login()`, or is no longer served. */
  | { readonly kind: 'version-retired'; readonly detail: string }
  | { readonly kind: 'locked' };

/** Salesforce ids come in 15 or 18 characters; the first 15 identify. */
export function sameSalesforceId(a: string, b: string): boolean {
  return a.slice(0, 15) === b.slice(0, 15);
}
