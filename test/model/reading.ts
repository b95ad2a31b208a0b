import { DRAFT, type Integration, SECRET } from './scene.ts';

/** A login as its reader puts it together. */
export interface Login {
  readonly username: string;
  readonly combinedPassword: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a JSON secret; `undefined` where it is something else. */
export function fieldsOf(text: string | undefined): Fields | undefined {
  if (text === undefined || !text.startsWith('{')) return undefined;
  const known = read.get(text);
  if (known !== undefined) return known;
  const fields = JSON.parse(text) as Fields;
  if (read.size >= MOST_REMEMBERED) read.clear();
  read.set(text, fields);
  return fields;
}

/** The same texts are read after every call. */
const read = new Map<string, Fields>();
const MOST_REMEMBERED = 200;

/** The login in a credential secret or a draft. */
export function loginIn(text: string | undefined): Login | undefined {
  return loginUnder(fieldsOf(text), { username: 'username', password: 'password', token: 'securityToken' });
}

export function integrationLogin(integration: Integration, text: string | undefined): Login | undefined {
  return loginUnder(fieldsOf(text), integration.keys);
}

export function sameLogin(a: Login | undefined, b: Login | undefined): boolean {
  return a?.username === b?.username && a?.combinedPassword === b?.combinedPassword;
}

/** The secrets in which a password that is in force must be found. */
export const KEEPERS = [SECRET, DRAFT] as const;

function loginUnder(fields: Fields | undefined, keys: Integration['keys']): Login | undefined {
  if (fields === undefined) return undefined;
  const username = fields[keys.username];
  const password = fields[keys.password];
  const token = keys.token === undefined ? '' : (fields[keys.token] ?? '');
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  return { username, combinedPassword: `${password}${String(token)}` };
}
