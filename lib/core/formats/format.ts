import type { CredentialValue } from '../domain/credential-value.ts';
import type { Redacted } from '../redacted.ts';

/** What an integration would log in with, read from its secret. */
export interface ReadableLogin {
  readonly username: string;
  /** Password followed by token, as it is sent to Salesforce. */
  readonly combinedPassword: Redacted;
  readonly loginUrl: string;
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
 * keeps everything else; `parse(render(text, c))` reads as `c` again. A
 * `problem` never quotes the content.
 */
export interface IntegrationFormat {
  render(current: Redacted, value: CredentialValue): Rendering;
  parse(text: Redacted): Reading;
}
