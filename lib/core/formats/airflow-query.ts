import { isProblem, type Problem } from './clear-text.ts';
import { duplicateKey, type Fields, type FieldText } from './field-text.ts';
import { openJson } from './json-text.ts';

/** Holds all extra fields as JSON where it is there; Airflow then ignores the other parameters. */
const WHOLE_EXTRA = '__extra__';

/** Opens the query of an Airflow connection URI, which holds its extra fields. */
export function openQuery(query: string): FieldText | Problem {
  const parameters = openParameters(query);
  if (isProblem(parameters) || !parameters.has(WHOLE_EXTRA)) return parameters;
  const extra = openJson(parameters.get(WHOLE_EXTRA) ?? '');
  if (isProblem(extra)) return { problem: `in "${WHOLE_EXTRA}", ${extra.problem}` };
  return {
    has: extra.has,
    get: extra.get,
    set: (fields) => parameters.set([[WHOLE_EXTRA, extra.set(fields)]]),
  };
}

function openParameters(query: string): FieldText | Problem {
  const parameters = query === '' ? [] : query.split('&').map(parameterOf);
  const duplicate = duplicateKey(parameters.filter(({ spelling }) => spelling !== ''));
  if (duplicate !== undefined) return duplicate;
  const byKey = new Map(parameters.map((parameter) => [parameter.key, parameter]));
  return {
    has: (key) => byKey.has(key),
    get: (key) => byKey.get(key)?.value,
    set(fields) {
      const changed = new Map(fields);
      const kept = parameters.map(({ key, name, spelling }) => {
        const value = changed.get(key);
        return value === undefined ? spelling : `${name}=${encodeURIComponent(value)}`;
      });
      return [...kept, ...added(fields, byKey)].join('&');
    },
  };
}

function added(fields: Fields, present: ReadonlyMap<string, unknown>): string[] {
  return fields
    .filter(([key]) => !present.has(key))
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
}

function parameterOf(spelling: string) {
  const [name = '', ...rest] = spelling.split('=');
  return { spelling, name, key: formDecoded(name) ?? name, value: formDecoded(rest.join('=')) };
}

/** In a query, and only there, a plus sign is a blank. */
function formDecoded(text: string): string | undefined {
  return decoded(text.replaceAll('+', ' '));
}

/** `undefined` where it is not percent-encoded UTF-8. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
