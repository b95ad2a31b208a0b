import type { CredentialValue } from '../domain/credential-value.ts';
import type { Redacted } from '../redacted.ts';

/** What an integration would log in with, read from its secret. */
export interface ReadableLogin {
  readonly username: string;
  /** Password followed by token, as it is sent to Salesforce. */
  readonly combinedPassword: Redacted;
  /** `undefined` where the integration knows it from elsewhere: a template without {loginUrl} and {domain}. */
  readonly loginUrl: string | undefined;
}

export type Rendering =
  | { readonly kind: 'rendered'; readonly text: Redacted }
  | { readonly kind: 'unusable'; readonly problem: string };

export type Reading =
  | { readonly kind: 'login'; readonly login: ReadableLogin }
  | { readonly kind: 'unusable'; readonly problem: string };

/**
 * How one kind of integration writes a credential into its secret.
 *
 * `render` changes the format's own fields in the secret's current text and
 * keeps everything else to the byte; `parse(render(text, c))` reads as `c`
 * again. What cannot be done so is `unusable`; a `problem` completes "The
 * secret cannot be used: …" and never quotes a value.
 */
export interface IntegrationFormat {
  render(current: Redacted, value: CredentialValue): Rendering;
  parse(text: Redacted): Reading;
}
