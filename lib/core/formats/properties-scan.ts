import type { Problem } from './clear-text.ts';
import { lineOf } from './field-text.ts';

/** Where one entry stands in `.properties` text. */
interface PropertyEntry {
  readonly key: string;
  readonly value: string;
  /** Whether a separator stands between key and value; a key may end its line. */
  readonly separated: boolean;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface PropertiesScan {
  readonly entries: readonly PropertyEntry[];
  /** Where a last line ends that a backslash holds open: it would take in a next line. */
  readonly openEnd: number | undefined;
}

interface LogicalLine {
  /** Offsets of the characters that count: no continuation, no indentation. Empty for a comment. */
  readonly offsets: readonly number[];
  readonly end: number;
  readonly next: number;
  /** Whether a backslash promises more, and the text ends. */
  readonly open: boolean;
}

/**
 * Finds the entries as `java.util.Properties.load` does, with their places.
 *
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
 */
export function scanProperties(text: string): PropertiesScan | Problem {
  const entries: PropertyEntry[] = [];
  let openEnd: number | undefined;
  for (let at = 0; at < text.length; ) {
    const line = logicalLine(text, at);
    if (line.offsets.length > 0) {
      const entry = entryOf(text, line);
      if (entry === undefined) return { problem: `line ${lineOf(text, at)} has a broken \\u escape` };
      entries.push(entry);
    }
    if (line.open) openEnd = line.end;
    at = line.next;
  }
  return { entries, openEnd };
}

function logicalLine(text: string, start: number): LogicalLine {
  const offsets: number[] = [];
  let atStart = true;
  let escaped = false;
  let continuation = text.length;
  for (let at = start; at < text.length; ) {
    const character = text[at] ?? '';
    if (isBreak(character)) {
      const next = at + (text.startsWith('\r\n', at) ? 2 : 1);
      if (!escaped) return { offsets, end: at, next, open: false };
      continuation = at;
      offsets.pop();
      escaped = false;
      atStart = true;
      at = next;
    } else if (atStart && isBlank(character)) {
      at += 1;
    } else if (offsets.length === 0 && (character === '#' || character === '!')) {
      return commentLine(text, at);
    } else {
      offsets.push(at);
      atStart = false;
      escaped = character === '\\' && !escaped;
      at += 1;
    }
  }
  if (escaped) offsets.pop();
  // A line break at the very end is none of the value, even after a backslash.
  const broken = isBreak(text.at(-1) ?? '');
  return {
    offsets,
    end: broken ? continuation : text.length,
    next: text.length,
    open: escaped || broken,
  };
}

function commentLine(text: string, start: number): LogicalLine {
  let end = start;
  while (end < text.length && !isBreak(text[end] ?? '')) end += 1;
  return { offsets: [], end, next: end, open: false };
}

function entryOf(text: string, { offsets, end }: LogicalLine): PropertyEntry | undefined {
  const at = (index: number) => text[offsets[index] ?? -1] ?? '';
  let keyEnd = 0;
  for (let escaped = false; keyEnd < offsets.length; keyEnd += 1) {
    if (!escaped && (isBlank(at(keyEnd)) || isSeparator(at(keyEnd)))) break;
    escaped = at(keyEnd) === '\\' && !escaped;
  }
  let valueIndex = keyEnd;
  while (isBlank(at(valueIndex))) valueIndex += 1;
  if (isSeparator(at(valueIndex))) valueIndex += 1;
  while (isBlank(at(valueIndex))) valueIndex += 1;
  const spelled = (from: number, to: number) =>
    unescaped(
      offsets
        .slice(from, to)
        .map((offset) => text[offset])
        .join(''),
    );
  const key = spelled(0, keyEnd);
  const value = spelled(valueIndex, offsets.length);
  if (key === undefined || value === undefined) return undefined;
  const valueStart = offsets[valueIndex] ?? (offsets.at(-1) ?? -1) + 1;
  return { key, value, separated: valueIndex > keyEnd, valueStart, valueEnd: end };
}

const ESCAPES = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);

function unescaped(spelling: string): string | undefined {
  if (/(?<!\\)(?:\\\\)*\\u(?![0-9A-Fa-f]{4})/.test(spelling)) return undefined;
  return spelling.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_all, hex?: string, character = '') =>
    hex === undefined ? (ESCAPES.get(character) ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function isBreak(character: string): boolean {
  return character === '\n' || character === '\r';
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\f';
}

function isSeparator(character: string): boolean {
  return character === '=' || character === ':';
}
