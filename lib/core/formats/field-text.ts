import type { Problem } from './clear-text.ts';

export type Fields = readonly (readonly [key: string, value: string])[];

/** A text that holds named fields, opened for reading and for changing some of them. */
export interface FieldText {
  has(key: string): boolean;
  /** `undefined` where the field is absent, is no text, or is spelled so that its readers disagree. */
  get(key: string): string | undefined;
  /** The whole text with these fields set, those it lacks added at its end, and every other byte as it was. */
  set(fields: Fields): string | Problem;
}

/** One replacement in a text: what stands from `start` to before `end` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Makes replacements that do not overlap; those at one place come in the order given. */
export function edited(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((a, b) => a.start - b.start);
  let result = '';
  let copied = 0;
  for (const edit of inOrder) {
    result += text.slice(copied, edit.start) + edit.text;
    copied = edit.end;
  }
  return result + text.slice(copied);
}

/** The refusal of a key that is there twice, if one is: readers disagree about which one counts. */
export function duplicateKey(entries: readonly { readonly key: string }[]): Problem | undefined {
  const seen = new Set<string>();
  for (const { key } of entries) {
    if (seen.has(key)) return { problem: `it has a duplicate key "${printable(key)}"` };
    seen.add(key);
  }
  return undefined;
}

/** Only what looks like a name is shown: a value in the wrong place must not get into a message. */
function printable(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(key) ? key : '…';
}

/** The line, from 1, on which an offset is. */
export function lineOf(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
}

/**
 * The text with lines added at its end, with the line break that it uses. A last
 * line that `isOpen` to a next one is closed by an empty line.
 */
export function withLines(text: string, lines: readonly string[], isOpen = false): string {
  if (lines.length === 0) return text;
  const lineBreak = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  const added = lines.join(lineBreak);
  const closed = isOpen ? text + lineBreak : text;
  if (text === '' || /[\r\n]$/.test(text)) return closed + added + lineBreak;
  return closed + lineBreak + added;
}
