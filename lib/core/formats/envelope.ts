import type { CredentialValue } from '../domain/credential-value.ts';
import { Redacted } from '../redacted.ts';
import { isProblem, LARGEST_SECRET_BYTES, type Problem, tooLarge } from './clear-text.ts';
import type { IntegrationFormat, ReadableLogin, Reading, Rendering } from './format.ts';
import { type JsonText, openJson } from './json-text.ts';

/** One integration's part of an envelope. */
export interface EnvelopeEntry {
  readonly key: string;
  readonly format: IntegrationFormat;
}

/**
 * All renderings of a credential in one secret, so that one move of a label
 * swaps them all: a JSON object with a key per integration. An entry is text
 * that holds the rendering or, where it is one already, a JSON object; keys of
 * nobody's are kept. It reads as a login only if all its entries agree.
 */
export function envelope(entries: readonly EnvelopeEntry[]): IntegrationFormat {
  return {
    render: (current, value) => current.open((text) => renderAll(text, entries, value)),
    parse: (text) => text.open((content) => readAll(content, entries)),
  };
}

function renderAll(text: string, entries: readonly EnvelopeEntry[], value: CredentialValue): Rendering {
  const json = openJson(text);
  if (isProblem(json)) return { kind: 'unusable', problem: json.problem };
  const fields: (readonly [string, string])[] = [];
  for (const entry of entries) {
    const written = renderEntry(json, entry, value);
    if (isProblem(written)) return { kind: 'unusable', problem: inEntry(entry, written) };
    fields.push([entry.key, written]);
  }
  return withinSize(json.setRaw(fields));
}

/** The entry as JSON text. */
function renderEntry(
  json: JsonText,
  { key, format }: EnvelopeEntry,
  value: CredentialValue,
): string | Problem {
  const held = heldIn(json, key);
  if (isProblem(held)) return held;
  for (const start of held.kind === 'absent' ? ['', '{}'] : [held.text]) {
    const rendering = format.render(Redacted.of(start), value);
    if (rendering.kind === 'rendered')
      return rendering.text.open((text) => (held.kind === 'object' ? text : JSON.stringify(text)));
    if (held.kind !== 'absent') return { problem: rendering.problem };
  }
  return { problem: 'it is missing, and its format needs something to begin with' };
}

type Held =
  | { readonly kind: 'absent' }
  /** The rendering's text, as a JSON string or as the JSON object that it is. */
  | { readonly kind: 'text' | 'object'; readonly text: string };

function heldIn(json: JsonText, key: string): Held | Problem {
  const text = json.get(key);
  if (text !== undefined) return { kind: 'text', text };
  const raw = json.raw(key);
  if (raw === undefined) return { kind: 'absent' };
  return raw.startsWith('{')
    ? { kind: 'object', text: raw }
    : { problem: 'it is neither text nor a JSON object' };
}

function withinSize(text: string): Rendering {
  const bytes = Buffer.byteLength(text);
  return bytes > LARGEST_SECRET_BYTES
    ? { kind: 'unusable', problem: tooLarge(bytes) }
    : { kind: 'rendered', text: Redacted.of(text) };
}

function readAll(content: string, entries: readonly EnvelopeEntry[]): Reading {
  const json = openJson(content);
  if (isProblem(json)) return { kind: 'unusable', problem: json.problem };
  let agreed: ReadableLogin | undefined;
  for (const entry of entries) {
    const held = heldIn(json, entry.key);
    if (isProblem(held)) return { kind: 'unusable', problem: inEntry(entry, held) };
    if (held.kind === 'absent') return { kind: 'unusable', problem: `its entry "${entry.key}" is missing` };
    const reading = entry.format.parse(Redacted.of(held.text));
    if (reading.kind !== 'login') return { kind: 'unusable', problem: inEntry(entry, reading) };
    const both = agreed === undefined ? reading.login : agreement(agreed, reading.login);
    if (both === undefined) return { kind: 'unusable', problem: 'its entries carry different logins' };
    agreed = both;
  }
  return agreed === undefined
    ? { kind: 'unusable', problem: 'it has no entries' }
    : { kind: 'login', login: agreed };
}

/** What two entries say together; an entry that leaves the login URL to its integration agrees with any. */
function agreement(a: ReadableLogin, b: ReadableLogin): ReadableLogin | undefined {
  const same =
    a.username === b.username &&
    a.combinedPassword.equals(b.combinedPassword) &&
    (a.loginUrl === undefined || b.loginUrl === undefined || a.loginUrl === b.loginUrl);
  return same ? { ...a, loginUrl: a.loginUrl ?? b.loginUrl } : undefined;
}

function inEntry({ key }: EnvelopeEntry, { problem }: Problem): string {
  return `in its entry "${key}", ${problem}`;
}
