import type { Problem } from './clear-text.ts';
import { lineOf } from './field-text.ts';

/** Where one `KEY=value` stands. */
export interface EnvEntry {
  readonly key: string;
  readonly exported: boolean;
  /** `undefined` for a spelling that a shell and dotenv readers take differently. */
  readonly value: string | undefined;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
const HEAD = /[ \t]*(export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=/y;
const BLANKS = /[ \t]*/y;
const REST_OF_LINE = /[^\n]*/y;
/** What every reader takes as it stands, without quotes. */
const PLAIN = /^[A-Za-z0-9_@%+:,./=-]*$/;

/** Finds the assignments; blank lines and comments may stand between them, and nothing else. */
export function scanEnv(text: string): readonly EnvEntry[] | Problem {
  const entries: EnvEntry[] = [];
  for (let at = 0; at < text.length; ) {
    const nothing = matchAt(NOTHING, text, at);
    if (nothing !== null) {
      at += nothing[0].length;
      continue;
    }
    const head = matchAt(HEAD, text, at);
    const [whole, exported, key] = head ?? [];
    if (whole === undefined || key === undefined) {
      return { problem: `line ${lineOf(text, at)} is neither a comment nor KEY=value` };
    }
    const word = wordAfter(text, at + whole.length);
    if (word === undefined) return { problem: `line ${lineOf(text, at)} has a quote that is not closed` };
    const { value, start, end } = word;
    entries.push({ key, exported: exported !== undefined, value, valueStart: start, valueEnd: end });
    at = end + (matchAt(REST_OF_LINE, text, end)?.[0].length ?? 0) + 1;
  }
  return entries;
}

interface Word {
  readonly value: string | undefined;
  readonly start: number;
  readonly end: number;
}

function wordAfter(text: string, equals: number): Word | undefined {
  const blanks = matchAt(BLANKS, text, equals)?.[0] ?? '';
  const start = equals + blanks.length;
  const quote = text[start] ?? '';
  if (!/['"`]/.test(quote)) return unquoted(text, equals, blanks);
  const close = closingQuote(text, start);
  if (close === undefined) return undefined;
  const after = (matchAt(REST_OF_LINE, text, close + 1)?.[0] ?? '').replace(/\r$/, '');
  if (!/^[ \t]*(?:[ \t]#.*)?$/.test(after)) {
    // Pieces put together, which only a shell understands.
    return { value: undefined, start, end: close + 1 + withoutComment(after).length };
  }
  const inner = text.slice(start + 1, close);
  const value = quote === "'" ? inner : quote === '"' ? unescaped(inner) : undefined;
  return { value, start, end: close + 1 };
}

function unquoted(text: string, equals: number, blanks: string): Word {
  const line = matchAt(REST_OF_LINE, text, equals)?.[0] ?? '';
  const spelling = withoutComment(line);
  // An empty value ends at the sign, so that a blank stays before the comment.
  if (spelling === '') return { value: '', start: equals, end: equals };
  const value = spelling.slice(blanks.length);
  const start = equals + blanks.length;
  return { value: PLAIN.test(value) ? value : undefined, start, end: equals + spelling.length };
}

function withoutComment(line: string): string {
  return line.replace(/[ \t]#.*$/s, '').replace(/[ \t\r]+$/, '');
}

function closingQuote(text: string, start: number): number | undefined {
  const quote = text[start] ?? '';
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += quote === '"' && text[at] === '\\' ? 2 : 1;
  return at < text.length ? at : undefined;
}

/** POSIX double quotes; `undefined` where a shell would put something in, or dotenv reads another text. */
function unescaped(inner: string): string | undefined {
  if (/[$`\\]/.test(inner.replace(/\\[\\"$`]/g, ''))) return undefined;
  return inner.replace(/\\([\\"$`])/g, '$1');
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
