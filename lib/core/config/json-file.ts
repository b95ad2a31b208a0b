import { JsonCheck, type JsonProblem } from './json-check.ts';

/** The value of a JSON text, or everything that is wrong with the text. */
export type JsonReading =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problems'; readonly problems: readonly JsonProblem[] };

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads JSON that a person wrote. What is no JSON is named by line and column; a
 * key that an object has twice is a problem, too, because JSON would drop the
 * first one without a word. A byte order mark is passed over.
 */
export function readJsonFile(written: string): JsonReading {
  const text = written.startsWith(BYTE_ORDER_MARK) ? written.slice(1) : written;
  if (text.trim() === '')
    return problem(
      'the file is empty. Start from the example in docs/examples/rotation.config.json of the project.',
    );
  const problems = new JsonCheck(text).problems();
  return problems.length > 0
    ? { kind: 'problems', problems }
    : { kind: 'value', value: JSON.parse(text) as unknown };
}

/** Reads the bytes of a file as text, which must be UTF-8; `undefined` where they are something else. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function problem(message: string): JsonReading {
  return { kind: 'problems', problems: [{ path: '(file)', message }] };
}
