import type { Redacted } from '../redacted.ts';
import { readLabels } from './labels.ts';
import { INVISIBLE, isTokenShaped } from './token-shape.ts';

/**
 * - `empty`: nothing but blanks
 * - `wrong-length`: only letters and digits, but not 20 to 32 of them
 * - `wrong-characters`: something else than letters and digits, so perhaps a password
 * - `looks-like-words`: blanks between lower-case words, so a sentence and not a token
 * - `whole-mail-without-token`, `whole-mail-with-two-tokens`: labelled lines were pasted,
 *   but they do not give exactly one token
 */
export type PastedTokenProblem =
  | 'empty'
  | 'wrong-length'
  | 'wrong-characters'
  | 'looks-like-words'
  | 'whole-mail-without-token'
  | 'whole-mail-with-two-tokens';

export type PastedToken =
  | {
      readonly kind: 'token';
      readonly token: Redacted<string>;
      /** Whom a pasted mail is for, in lower case; empty when only the token was pasted. */
      readonly usernames: readonly string[];
    }
  | { readonly kind: 'problem'; readonly problem: PastedTokenProblem };

/** A whole mail with its headers is far shorter than this many characters. */
const LONGEST_PASTE = 256 * 1024;
const BLANKS = new RegExp(`[\\s${INVISIBLE}]+`, 'g');
const WORDS = /^\s*[A-Z]?[a-z]+(?:\s+[a-z]+)+\s*$/;

/**
 * Reads what a person pasted: the bare token, with blanks, line breaks or
 * invisible characters around or inside it, or the whole mail. Whether the
 * usernames fit, and whether the token is the previous one, is the caller's
 * question.
 */
export function readPastedToken(text: Redacted<string>): PastedToken {
  if (text.open((pasted) => pasted.length > LONGEST_PASTE)) return problem('wrong-length');
  const { tokens, usernames, hasTokenLabel, hasUsernameLabel } = readLabels([text]);
  if (!hasTokenLabel && !hasUsernameLabel) return readBareToken(text);

  const [token, ...others] = tokens;
  if (token === undefined) return problem('whole-mail-without-token');
  if (others.length > 0) return problem('whole-mail-with-two-tokens');
  return { kind: 'token', token, usernames };
}

function readBareToken(text: Redacted<string>): PastedToken {
  const token = text.map((pasted) => pasted.replace(BLANKS, ''));
  const found = token.open(bareProblem);
  if (found) return problem(found);
  if (text.open((pasted) => WORDS.test(pasted))) return problem('looks-like-words');
  return { kind: 'token', token, usernames: [] };
}

function bareProblem(bare: string): PastedTokenProblem | undefined {
  if (bare === '') return 'empty';
  if (!/^[A-Za-z0-9]+$/.test(bare)) return 'wrong-characters';
  if (!isTokenShaped(bare)) return 'wrong-length';
  return undefined;
}

function problem(reason: PastedTokenProblem): PastedToken {
  return { kind: 'problem', problem: reason };
}
