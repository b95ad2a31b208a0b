import type { ClearReading } from './clear-text.ts';
import { domainOf, loginUrlOf } from './login-domain.ts';
import type { Piece, Placeholder, TemplateField } from './template-pattern.ts';

/** What can be unknown: a placeholder, or password and token where only both together are known. */
type Unknown = Placeholder | 'combined';
type Known = Map<Unknown, string>;
/** A pattern with what is known put in: texts, and what is still unknown. */
type Part = { readonly text: string } | { readonly unknown: Unknown };

export type Solution =
  | { readonly kind: 'solved'; readonly login: ClearReading }
  /** The field's text has more than one way to be read. */
  | { readonly kind: 'ambiguous'; readonly key: string; readonly unknown: readonly string[] }
  | { readonly kind: 'contradiction'; readonly key: string };

/**
 * Reads a login out of fields that a template wrote: a field with one unknown
 * tells it, which is put into the others, until none is left. Every field must
 * agree with what the others say.
 */
export function solve(fields: readonly TemplateField[], texts: ReadonlyMap<string, string>): Solution {
  const known: Known = new Map();
  let open = [...fields];
  while (open.length > 0) {
    const told = open.filter((field) => unknownIn(partsOf(field.pieces, known)).length <= 1);
    const first = told[0];
    if (first === undefined) return ambiguous(open, known);
    const text = texts.get(first.key) ?? '';
    if (!learn(partsOf(first.pieces, known), text, known) || !derive(known)) {
      return { kind: 'contradiction', key: first.key };
    }
    open = open.filter((field) => field !== first);
  }
  return {
    kind: 'solved',
    login: {
      username: known.get('username') ?? '',
      combinedPassword: known.get('combined') ?? '',
      loginUrl: known.get('loginUrl'),
    },
  };
}

function ambiguous(open: readonly TemplateField[], known: Known): Solution {
  const field = open[0];
  const unknown = field === undefined ? [] : unknownIn(partsOf(field.pieces, known));
  const names = unknown.map((each) => (each === 'combined' ? '{password}{securityToken}' : `{${each}}`));
  return { kind: 'ambiguous', key: field?.key ?? '', unknown: [...new Set(names)] };
}

/** Takes the one unknown of a field out of its text. False where the text does not fit. */
function learn(parts: readonly Part[], text: string, known: Known): boolean {
  const at = parts.findIndex((part) => 'unknown' in part);
  const part = parts[at];
  if (part === undefined || !('unknown' in part)) return textOf(parts) === text;
  const before = textOf(parts.slice(0, at));
  const after = textOf(parts.slice(at + 1));
  const fits = text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
  if (fits) known.set(part.unknown, text.slice(before.length, text.length - after.length));
  return fits;
}

/** Fills in what follows from what is known. False where it does not go together. */
function derive(known: Known): boolean {
  const [password, token, both] = [known.get('password'), known.get('securityToken'), known.get('combined')];
  if (both === undefined) {
    if (password !== undefined && token !== undefined) known.set('combined', password + token);
  } else if (password !== undefined) {
    if (!both.startsWith(password)) return false;
    known.set('securityToken', both.slice(password.length));
  }
  return derivePlace(known);
}

function derivePlace(known: Known): boolean {
  const [loginUrl, domain] = [known.get('loginUrl'), known.get('domain')];
  if (loginUrl === undefined && domain !== undefined) {
    const url = loginUrlOf(domain);
    if (url === undefined) return false;
    known.set('loginUrl', url);
  }
  const derived = loginUrl === undefined ? undefined : domainOf(loginUrl);
  if (domain === undefined && derived !== undefined) known.set('domain', derived);
  return true;
}

function partsOf(pieces: readonly Piece[], known: Known): readonly Part[] {
  const parts: Part[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if ('text' in piece) parts.push(piece);
    else if (isToken(piece) && last !== undefined && 'unknown' in last && last.unknown === 'password') {
      if (known.has('securityToken')) parts.push({ text: known.get('securityToken') ?? '' });
      else parts.splice(-1, 1, partOf('combined', known));
    } else parts.push(partOf(piece.placeholder, known));
  }
  return parts;
}

function isToken(piece: Piece): boolean {
  return 'placeholder' in piece && piece.placeholder === 'securityToken';
}

function partOf(unknown: Unknown, known: Known): Part {
  const text = known.get(unknown);
  return text === undefined ? { unknown } : { text };
}

function unknownIn(parts: readonly Part[]): readonly Unknown[] {
  return parts.flatMap((part) => ('unknown' in part ? [part.unknown] : []));
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => ('text' in part ? part.text : '')).join('');
}
