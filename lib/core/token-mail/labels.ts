import { Redacted } from '../redacted.ts';
import { INVISIBLE, isTokenShaped } from './token-shape.ts';

/** What the labelled lines of a token mail say. Usernames are in lower case, both lists without repeats. */
export interface LabelledValues {
  readonly usernames: readonly string[];
  readonly tokens: readonly Redacted<string>[];
  readonly hasUsernameLabel: boolean;
  readonly hasTokenLabel: boolean;
}

/** More distinct values than this decide nothing further, and a hostile mail may hold thousands. */
const MOST_DISTINCT_VALUES = 10;

// A gap may hold line breaks (wrapped labels, a value on its own line) and the `*` that
// programs write for bold text. Bounded, so that matching stays linear.
const BLANK = `[\\s*${INVISIBLE}]`;
const GAP = `${BLANK}{0,20}`;
const REMARK = '(?:[(（][^()（）:：]{0,60}[)）])?';

const labelled = (label: string) =>
  new RegExp(`^${GAP}(?:${label})${GAP}${REMARK}${GAP}[:：]${GAP}([^\\n]*)`, 'gim');

const USERNAME_LINE = labelled('user ?name|ユーザー?名');
const TOKEN_LINE = labelled(`security${BLANK}{1,20}token|セキュリティ${GAP}トークン`);

const LINE_BREAK = /\r\n?|[\u0085\u2028\u2029]/g;
const QUOTE_MARKS = new RegExp(`^[\\s>＞|${INVISIBLE}]+`, 'gm');
const ONE_BLANK = new RegExp(BLANK);
const USERNAME = /^[^\s@<>()[\]]{1,80}@[^\s@<>()[\]]{1,80}$/;
const LINKED_USERNAME = /^(\S{3,161}?)\s{0,3}[<([](?:mailto:)?([^\s<>()[\]]{3,161})[>)\]]$/i;

/**
 * Salesforce compares usernames without regard to case. Only ASCII letters are
 * folded, so that no other script's letter can turn into one of them.
 */
export function foldUsername(username: string): string {
  return username.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Reads `Username: …` and `Security token (case-sensitive): …`, in English and
 * Japanese, through quotation marks, wrapping and invisible characters. A value
 * that does not have the right shape as a whole is not a value.
 */
export function readLabels(texts: readonly Redacted<string>[]): LabelledValues {
  const usernames = new Set<string>();
  const tokens: Redacted<string>[] = [];
  let hasUsernameLabel = false;
  let hasTokenLabel = false;

  for (const text of texts) {
    const lines = text.map(withoutQuoteMarks);
    for (const value of valuesAfter(USERNAME_LINE, lines)) {
      hasUsernameLabel = true;
      for (const username of value.open(usernamesIn)) {
        if (usernames.size < MOST_DISTINCT_VALUES) usernames.add(username);
      }
    }
    for (const value of valuesAfter(TOKEN_LINE, lines)) {
      hasTokenLabel = true;
      const isNew = value.open(isTokenShaped) && !tokens.some((known) => known.equals(value));
      if (isNew && tokens.length < MOST_DISTINCT_VALUES) tokens.push(value);
    }
  }
  return { usernames: [...usernames], tokens, hasUsernameLabel, hasTokenLabel };
}

function withoutQuoteMarks(text: string): string {
  return text.replace(LINE_BREAK, '\n').replace(QUOTE_MARKS, '');
}

function valuesAfter(label: RegExp, text: Redacted<string>): Redacted<string>[] {
  return text.open((content) =>
    Array.from(content.matchAll(label), (match) => Redacted.of(withoutTrailingBlanks(match[1] ?? ''))),
  );
}

/** A loop, because `/\s+$/` takes quadratic time on a long run of blanks that is not at the end. */
function withoutTrailingBlanks(value: string): string {
  let end = value.length;
  while (end > 0 && ONE_BLANK.test(value.charAt(end - 1))) end -= 1;
  return value.slice(0, end);
}

/** A mail program that makes links writes the address twice: `a@b.c <mailto:a@b.c>`. */
function usernamesIn(value: string): string[] {
  const linked = LINKED_USERNAME.exec(value);
  const candidates = linked ? [linked[1] ?? '', linked[2] ?? ''] : [value];
  return candidates.every((candidate) => USERNAME.test(candidate)) ? candidates.map(foldUsername) : [];
}
