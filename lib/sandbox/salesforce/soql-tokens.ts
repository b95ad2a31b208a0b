import { ApiError } from './api-error.ts';

export type SoqlToken =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'dateTime'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string };

const DATE_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w-])/y;
const WORD = /[A-Za-z][A-Za-z0-9_.]*/y;
const SYMBOL = /!=|<>|<=|>=|[=<>(),]/y;
const STRING = /'((?:[^'\\]|\\.)*)'/y;
const SPACE = /\s+/y;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** Splits a query into its words, literals and symbols. */
export function tokenize(query: string): SoqlToken[] {
  const tokens: SoqlToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(query);
    if (found !== null) at += found[0].length;
    return found;
  };
  while (at < query.length) {
    if (match(SPACE) !== null) continue;
    const quoted = match(STRING);
    if (quoted !== null) {
      tokens.push({ kind: 'string', text: unescaped(quoted[1] ?? '') });
      continue;
    }
    const dateTime = match(DATE_TIME);
    if (dateTime !== null) {
      tokens.push({ kind: 'dateTime', text: dateTime[0] });
      continue;
    }
    const other = firstMatch(match);
    if (other === undefined) throw malformed(`unexpected token: '${query.charAt(at)}'`);
    tokens.push(other);
  }
  return tokens;
}

export function malformed(message: string): ApiError {
  return new ApiError('MALFORMED_QUERY', message);
}

function firstMatch(match: (pattern: RegExp) => RegExpExecArray | null): SoqlToken | undefined {
  const number = match(NUMBER);
  if (number !== null) return { kind: 'number', text: number[0] };
  const word = match(WORD);
  if (word !== null) return { kind: 'word', text: word[0] };
  const symbol = match(SYMBOL);
  if (symbol !== null) return { kind: 'symbol', text: symbol[0] };
  return undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_whole, letter: string) => {
    const escaped = ESCAPES[letter];
    if (escaped === undefined) throw malformed(`invalid string escape: '\\${letter}'`);
    return escaped;
  });
}
