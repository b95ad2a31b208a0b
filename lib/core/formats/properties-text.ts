import { isProblem, type Problem } from './clear-text.ts';
import { duplicateKey, type Edit, edited, type Fields, type FieldText, withLines } from './field-text.ts';
import { scanProperties } from './properties-scan.ts';

/** How a text begins that is something else: markup, a list, a quoted text, a URI, a key file. */
const SOMETHING_ELSE = /^\s*(?:[<["']|-----|[A-Za-z][A-Za-z0-9+.-]*:\/\/)/;

/** Opens `.properties` text, as Java reads it. Comments, continuation lines and spellings stay. */
export function openProperties(text: string): FieldText | Problem {
  if (SOMETHING_ELSE.test(text)) return { problem: 'it is neither .properties text nor a JSON object' };
  const scan = scanProperties(text);
  if (isProblem(scan)) return scan;
  const duplicate = duplicateKey(scan.entries);
  if (duplicate !== undefined) return duplicate;
  const byKey = new Map(scan.entries.map((entry) => [entry.key, entry]));
  return {
    has: (key) => byKey.has(key),
    get: (key) => byKey.get(key)?.value,
    set(fields: Fields) {
      const changes = fields.flatMap(([key, value]): Edit[] => {
        const entry = byKey.get(key);
        if (entry === undefined) return [];
        const separator = entry.separated ? '' : '=';
        return [{ start: entry.valueStart, end: entry.valueEnd, text: separator + escapedValue(value) }];
      });
      const added = fields
        .filter(([key]) => !byKey.has(key))
        .map(([key, value]) => `${key}=${escapedValue(value)}`);
      const isOpen = scan.openEnd !== undefined && !changes.some((edit) => edit.end === scan.openEnd);
      return withLines(edited(text, changes), added, isOpen);
    },
  };
}

const ESCAPES = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\f', '\\f'],
]);

/** As `java.util.Properties.store` writes a value: ASCII only, so that no encoding can spoil it. */
function escapedValue(value: string): string {
  return value
    .replace(/[\\=:#!]/g, '\\$&')
    .replace(/^ /, '\\ ')
    .replace(/[^ -~]/g, (unit) => ESCAPES.get(unit) ?? unicodeEscape(unit));
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
