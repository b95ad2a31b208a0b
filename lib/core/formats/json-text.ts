import type { Problem } from './clear-text.ts';
import { duplicateKey, type Edit, edited, type Fields, type FieldText } from './field-text.ts';
import { type JsonMember, scanMembers } from './json-scan.ts';

/** A JSON object as text: fields are changed in place, and everything else stays to the byte. */
export interface JsonText extends FieldText {
  /** The JSON text of a field's value. */
  raw(key: string): string | undefined;
  /** As `set`, for values that are JSON text. */
  setRaw(fields: Fields): string;
  set(fields: Fields): string;
}

/** Opens the JSON object that is the whole text. */
export function openJson(text: string): JsonText | Problem {
  if (!isObject(text)) return { problem: 'it is no JSON object' };
  const members = scanMembers(text);
  const duplicate = duplicateKey(members);
  if (duplicate !== undefined) return duplicate;
  const byKey = new Map(members.map((member) => [member.key, member]));
  const raw = (key: string) => {
    const member = byKey.get(key);
    return member === undefined ? undefined : text.slice(member.valueStart, member.valueEnd);
  };
  const setRaw = (fields: Fields) => {
    const changes = fields.flatMap(([key, value]): Edit[] => {
      const member = byKey.get(key);
      return member === undefined ? [] : [{ start: member.valueStart, end: member.valueEnd, text: value }];
    });
    const added = fields.filter(([key]) => !byKey.has(key));
    return edited(text, [...changes, addition(text, members, added)]);
  };
  return {
    has: (key) => byKey.has(key),
    get(key) {
      const value: unknown = JSON.parse(raw(key) ?? 'null');
      return typeof value === 'string' ? value : undefined;
    },
    set: (fields) => setRaw(fields.map(([key, value]) => [key, JSON.stringify(value)])),
    raw,
    setRaw,
  };
}

/** For texts that are in their own syntax or, as many secrets are, a JSON object with the same keys. */
export function orJson(open: (text: string) => FieldText | Problem): (text: string) => FieldText | Problem {
  return (text) => (text.trimStart().startsWith('{') ? openJson(text) : open(text));
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** New members after the last one, laid out as the first one is. */
function addition(text: string, members: readonly JsonMember[], fields: Fields): Edit {
  const first = members[0];
  const start = members.at(-1)?.valueEnd ?? text.indexOf('{') + 1;
  const lead = first === undefined ? '' : text.slice(text.indexOf('{') + 1, first.keyStart);
  const newLine = /\r?\n[ \t]*$/.exec(lead)?.[0];
  const colon =
    first === undefined || newLine === undefined ? ':' : text.slice(first.keyEnd, first.valueStart);
  const added = fields.map(([key, value]) => `${newLine ?? ''}${JSON.stringify(key)}${colon}${value}`);
  const comma = first === undefined || added.length === 0 ? '' : ',';
  return { start, end: start, text: comma + added.join(',') };
}
