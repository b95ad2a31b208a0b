/** Salesforce documents 24 characters and is seen to send 25, so the bounds leave room on both sides. */
const TOKEN_LENGTH = { minimum: 20, maximum: 32 } as const;

/** Characters of the longest text that is taken for a token. */
export const LONGEST_TOKEN = TOKEN_LENGTH.maximum;

const TOKEN = new RegExp(`^[A-Za-z0-9]{${TOKEN_LENGTH.minimum},${TOKEN_LENGTH.maximum}}$`);

/** Whether the whole of `text` has the shape of a security token. */
export function isTokenShaped(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Characters without width that mail programs and web pages put around text:
 * soft hyphen, zero-width spaces and joiners, left-to-right and right-to-left
 * marks. The byte order mark is part of `\s` already. Embeddings and overrides
 * are left out on purpose: they change what a person sees, so a value that
 * holds one is no value.
 */
export const INVISIBLE = '\\u00ad\\u200b-\\u200f\\u2060';
