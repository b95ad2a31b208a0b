import { isProblem, type Problem } from './clear-text.ts';
import { type EnvEntry, scanEnv } from './env-scan.ts';
import { duplicateKey, type Edit, edited, type Fields, type FieldText, withLines } from './field-text.ts';

/**
 * Opens `KEY=value` lines, as a POSIX shell (`. file`) and dotenv readers take
 * them. Comments, blank lines, `export` and the quotes of other keys stay.
 *
 * A value is written so that both read the same: plain where no character is
 * special, else in single quotes, else (it holds a single quote or a line break)
 * in double quotes. Only where such a value also holds `"`, `\`, `$` or a
 * backtick no common spelling exists: it is written for a shell, with
 * backslashes, and a dotenv reader that does not know them (npm's, Node's)
 * takes them as part of the value. Nor does npm's dotenv always see the end of
 * a value that ends in a backslash. The service generates no such password.
 */
export function openEnv(text: string): FieldText | Problem {
  const entries = scanEnv(text);
  if (isProblem(entries)) return entries;
  const duplicate = duplicateKey(entries);
  if (duplicate !== undefined) return duplicate;
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return {
    has: (key) => byKey.has(key),
    get: (key) => byKey.get(key)?.value,
    set(fields) {
      const unwritable = fields.find(([, value]) => value.includes('\0') || !value.isWellFormed());
      if (unwritable !== undefined) {
        return { problem: `"${unwritable[0]}" would hold a character that no KEY=value text can` };
      }
      return withLines(edited(text, changes(byKey, fields)), additions(byKey, fields));
    },
  };
}

function changes(byKey: ReadonlyMap<string, EnvEntry>, fields: Fields): Edit[] {
  return fields.flatMap(([key, value]) => {
    const entry = byKey.get(key);
    return entry === undefined ? [] : [{ start: entry.valueStart, end: entry.valueEnd, text: quoted(value) }];
  });
}

/** Lines for keys that are not there, exported where all others are. */
function additions(byKey: ReadonlyMap<string, EnvEntry>, fields: Fields): string[] {
  const entries = [...byKey.values()];
  const prefix = entries.length > 0 && entries.every((entry) => entry.exported) ? 'export ' : '';
  return fields.filter(([key]) => !byKey.has(key)).map(([key, value]) => `${prefix}${key}=${quoted(value)}`);
}

function quoted(value: string): string {
  if (/^[A-Za-z0-9_@%+:,./-]*$/.test(value)) return value;
  if (!/['\r\n]/.test(value)) return `'${value}'`;
  return `"${value.replace(/[\\"$`]/g, '\\$&')}"`;
}
