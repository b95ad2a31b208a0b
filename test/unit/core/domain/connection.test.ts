import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parseConnection, parseLoginApp } from '../../../../lib/core/domain/connection.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';

const URL = 'https://acme.my.salesforce.com';
const pem = (type: 'rsa' | 'ed25519') =>
  (type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ed25519')
  ).privateKey
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
const KEY = pem('rsa');

const asClient = (text: string) =>
  parseConnection(Redacted.of(text), URL, { kind: 'client-credentials', secret: 'rotator' });
const asBearer = (text: string, audience?: string) =>
  parseConnection(Redacted.of(text), URL, { kind: 'jwt-bearer', secret: 'rotator', audience });

const LACKS_SECRET = 'it lacks "clientId" or "clientSecret"';
const LACKS_KEY = 'it lacks "clientId", "username" or "privateKey"';
const NO_KEY = '"privateKey" is no RSA key in PEM without a passphrase';

describe('a connection secret for client credentials', () => {
  test('holds the id and secret of the app', () => {
    const read = asClient('{"clientId":"id","clientSecret":"s","note":1}');
    if (read.kind !== 'value' || read.value.kind !== 'client-credentials') throw new Error('unusable');
    expect(read.value.loginUrl).toBe(URL);
    expect(read.value.clientId.equals(Redacted.of('id'))).toBe(true);
    expect(read.value.clientSecret.equals(Redacted.of('s'))).toBe(true);
  });

  test.each([
    ['sentinel', 'it is no JSON'],
    ['null', 'it is no JSON object'],
    ['"sentinel"', 'it is no JSON object'],
    ['{"clientId":"sentinel"}', LACKS_SECRET],
    ['{"clientId":"","clientSecret":"sentinel"}', LACKS_SECRET],
    ['{"clientId":1,"clientSecret":"sentinel"}', LACKS_SECRET],
  ])('%s cannot be used, and is not quoted', (text, problem) => {
    expect(asClient(text)).toEqual({ kind: 'unusable', problem });
    expect(parseLoginApp(Redacted.of(text))).toEqual({ kind: 'unusable', problem });
  });
});

describe('a connection secret for the JWT bearer flow', () => {
  const WHOLE = { clientId: 'id', username: 'rotator@acme.example', privateKey: KEY };

  test('holds the id of the app, the run-as user and the key; the audience is the configuration\u2019s', () => {
    const read = asBearer(JSON.stringify({ ...WHOLE, note: 1 }), 'https://test.salesforce.com');
    if (read.kind !== 'value' || read.value.kind !== 'jwt-bearer') throw new Error('unusable');
    const { clientId, privateKey, ...rest } = read.value;
    expect(rest).toEqual({
      kind: 'jwt-bearer',
      loginUrl: URL,
      username: 'rotator@acme.example',
      audience: 'https://test.salesforce.com',
    });
    expect(clientId.equals(Redacted.of('id'))).toBe(true);
    expect(privateKey.equals(Redacted.of(KEY))).toBe(true);
  });

  test.each([
    ['no id', { ...WHOLE, clientId: '' }, LACKS_KEY],
    ['no user', { ...WHOLE, username: undefined }, LACKS_KEY],
    ['no key', { ...WHOLE, privateKey: 7 }, LACKS_KEY],
    ['a client secret only', { clientId: 'id', clientSecret: 'sentinel' }, LACKS_KEY],
    ['a key that is none', { ...WHOLE, privateKey: 'sentinel' }, NO_KEY],
    ['a key in one line without its line feeds', { ...WHOLE, privateKey: KEY.replaceAll('\n', '') }, NO_KEY],
    ['a key of another kind', { ...WHOLE, privateKey: pem('ed25519') }, NO_KEY],
  ])('with %s cannot be used, and is not quoted', (_name, fields, problem) => {
    expect(asBearer(JSON.stringify(fields))).toEqual({ kind: 'unusable', problem });
  });
});

test('the secret of a login app holds its id and secret', () => {
  const read = parseLoginApp(Redacted.of('{"clientId":"id","clientSecret":"s"}'));
  if (read.kind !== 'value') throw new Error('unusable');
  expect(read.value.clientId.equals(Redacted.of('id'))).toBe(true);
  expect(read.value.clientSecret.equals(Redacted.of('s'))).toBe(true);
});
