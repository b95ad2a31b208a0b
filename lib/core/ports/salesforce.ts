import type { Redacted } from '../redacted.ts';

/** How the service itself gets into an org. */
export interface OrgConnection {
  readonly loginUrl: string;
  readonly clientId: Redacted;
  readonly clientSecret: Redacted;
}

/** What an org's own records say about an integration user. */
export interface OrgUser {
  readonly userId: string;
  /** 18 characters, or 15 as the login result gives it; compare with `sameSalesforceId`. */
  readonly organizationId: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly isActive: boolean;
  readonly isFrozen: boolean;
  readonly isLocked: boolean;
  /** ISO 8601, to the second. */
  readonly lastPasswordChangeDate: string | undefined;
}

/**
 * An org as an administrator sees it.
 *
 * @throws SalesforceOutcomeUnknown where no definite answer came.
 */
export interface OrgAdministration {
  /** Reads the user's record. Never a trial login. */
  findUser(
    connection: OrgConnection,
    username: string,
  ): Promise<
    | { readonly kind: 'user'; readonly user: OrgUser }
    | { readonly kind: 'no-such-user' }
    | { readonly kind: 'connection-refused'; readonly detail: string }
  >;
  /** Sets a password. Not repeated by the adapter, whatever happens. */
  setPassword(connection: OrgConnection, userId: string, password: Redacted): Promise<SetPasswordOutcome>;
}

export type SetPasswordOutcome =
  | { readonly kind: 'set' }
  /** Salesforce has this very password already, or had it among the remembered ones. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'against-policy'; readonly detail: string }
  | { readonly kind: 'not-permitted'; readonly detail: string }
  | { readonly kind: 'connection-refused'; readonly detail: string };

/**
 * A login as the integrations do it: username, and password followed by token.
 * One call is one login attempt; nothing is retried.
 *
 * @throws SalesforceOutcomeUnknown where no definite answer came; the attempt may have counted.
 */
export interface IntegrationLogin {
  login(request: {
    readonly loginUrl: string;
    readonly apiVersion: string;
    readonly username: string;
    readonly combinedPassword: Redacted;
  }): Promise<LoginOutcome>;
}

export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly userId: string; readonly organizationId: string }
  /** Wrong password or token, or a user who is locked out: Salesforce does not tell which. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'password-expired' }
  | { readonly kind: 'restricted'; readonly detail: string }
  | { readonly kind: 'disabled'; readonly detail: string }
  | { readonly kind: 'locked' };

/** Salesforce ids come in 15 or 18 characters; the first 15 identify. */
export function sameSalesforceId(a: string, b: string): boolean {
  return a.slice(0, 15) === b.slice(0, 15);
}
