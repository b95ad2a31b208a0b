import { type ClearLogin, type ClearReading, clearFormat, isProblem, type Problem } from './clear-text.ts';
import type { Fields, FieldText } from './field-text.ts';
import type { IntegrationFormat } from './format.ts';
import { domainOf, loginUrlOf, noDomainProblem } from './login-domain.ts';

/** The keys under which an integration reads its login. */
export interface Keys {
  readonly username: string;
  /** Holds password followed by token where there is no `securityToken` key. */
  readonly password: string;
  readonly securityToken?: string;
  readonly place:
    | { readonly kind: 'url'; readonly key: string }
    /** A URL that may go on with the path of the SOAP service, which is kept. */
    | { readonly kind: 'endpoint'; readonly key: string }
    | { readonly kind: 'domain'; readonly key: string };
}

/** A format that is a fixed set of keys in some syntax. `name` is for its sentences. */
export function keyedFormat(
  name: string,
  open: (text: string) => FieldText | Problem,
  keys: Keys,
): IntegrationFormat {
  return clearFormat({
    write(current, login) {
      const text = open(current);
      if (isProblem(text)) return text;
      const place = writePlace(name, keys.place, text, login.loginUrl);
      if (isProblem(place)) return place;
      return text.set([...loginFields(keys, login), [keys.place.key, place]]);
    },
    read(content) {
      const text = open(content);
      return isProblem(text) ? text : readKeys(keys, text);
    },
  });
}

function loginFields(keys: Keys, { username, password, securityToken }: ClearLogin): Fields {
  if (keys.securityToken === undefined) {
    return [
      [keys.username, username],
      [keys.password, password + securityToken],
    ];
  }
  return [
    [keys.username, username],
    [keys.password, password],
    [keys.securityToken, securityToken],
  ];
}

function readKeys(keys: Keys, text: FieldText): ClearReading | Problem {
  const username = text.get(keys.username);
  const password = text.get(keys.password);
  const loginUrl = readPlace(keys.place, text);
  if (username === undefined || password === undefined || loginUrl === undefined) {
    return { problem: `it lacks ${keys.username}, ${keys.password} or ${keys.place.key}` };
  }
  const token = keys.securityToken === undefined ? '' : (text.get(keys.securityToken) ?? '');
  return { username, combinedPassword: password + token, loginUrl };
}

const SOAP_PATH = /\/services\/Soap\/[uc]\/[\d.]+(?:\/\w*)?$/;

function writePlace(name: string, place: Keys['place'], text: FieldText, loginUrl: string): string | Problem {
  switch (place.kind) {
    case 'url':
      return loginUrl;
    case 'endpoint': {
      if (SOAP_PATH.test(loginUrl)) return { problem: 'the login URL has the path of the SOAP service' };
      return loginUrl + (SOAP_PATH.exec(text.get(place.key) ?? '')?.[0] ?? '');
    }
    case 'domain':
      return domainOf(loginUrl) ?? { problem: noDomainProblem(name) };
  }
}

function readPlace(place: Keys['place'], text: FieldText): string | undefined {
  switch (place.kind) {
    case 'url':
      return text.get(place.key);
    case 'endpoint':
      return text.get(place.key)?.replace(SOAP_PATH, '');
    case 'domain':
      return readDomain(text, place.key);
  }
}

/** An absent or empty domain means `login`, as its readers have it. */
function readDomain(text: FieldText, key: string): string | undefined {
  const domain = text.get(key) ?? '';
  return loginUrlOf(domain === '' ? 'login' : domain);
}
