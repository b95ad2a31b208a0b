import { Redacted } from '../../core/redacted.ts';
import type { FieldName } from '../view/situation.ts';

/** As many characters of one field are looked at; a whole mail with its headers is far shorter. */
const LONGEST_FIELD_CHARACTERS = 256 * 1024;
/** Encoded, a character of a mail takes nine bytes at most where it takes three in UTF-8. */
const LARGEST_BODY_BYTES = 1024 * 1024;

const ENCODING = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** Every field that there is on any form; empty where it was not sent. */
export type FormFields = Readonly<Record<FieldName, Redacted>>;

export type FormReading =
  | { readonly kind: 'form'; readonly fields: FormFields }
  /** It has another encoding, fields that were not asked for, or one twice; or it is no UTF-8. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'too-long' };

/**
 * Reads a form strictly: exactly these fields, each at most once, in the one
 * encoding that our forms have. A field that is missing is empty. What was
 * entered leaves this module in `Redacted` only.
 */
export async function readForm(request: Request, names: readonly FieldName[]): Promise<FormReading> {
  if (!ENCODING.test(request.headers.get('Content-Type') ?? '')) return { kind: 'unreadable' };
  const body = await readBody(request);
  if (body === 'too-long') return { kind: 'too-long' };
  const entries = body === undefined ? undefined : entriesOf(body, names.length);
  if (entries === undefined) return { kind: 'unreadable' };
  const fields = new Map<string, string>();
  for (const [name, value] of entries) {
    if (fields.has(name) || !names.some((known) => known === name)) return { kind: 'unreadable' };
    if (value.length > LONGEST_FIELD_CHARACTERS) return { kind: 'too-long' };
    fields.set(name, value);
  }
  const field = (name: FieldName) => Redacted.of(fields.get(name) ?? '');
  return { kind: 'form', fields: { password: field('password'), token: field('token') } };
}

/** The text of the body; `undefined` where it is no UTF-8. It is not read further than it may be long. */
async function readBody(request: Request): Promise<string | 'too-long' | undefined> {
  if (Number(request.headers.get('Content-Length') ?? 0) > LARGEST_BODY_BYTES) return 'too-long';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > LARGEST_BODY_BYTES) return 'too-long';
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}

/** Broken percent signs and bytes that are no text become other characters, which no token has. */
function entriesOf(body: string, most: number): readonly (readonly [string, string])[] | undefined {
  const pairs = body === '' ? [] : body.split('&', most + 1);
  return pairs.length > most ? undefined : [...new URLSearchParams(body)];
}
