import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { audienceOf, jwtBearerGrant } from '../../../lib/adapters/jwt-bearer.ts';
import { Redacted } from '../../../lib/core/redacted.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CONNECTION = {
  kind: 'jwt-bearer',
  loginUrl: 'https://acme--uat.sandbox.my.salesforce.com',
  clientId: Redacted.of('3MVG9.rotator'),
  username: 'rotator@acme.example',
  privateKey: Redacted.of(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  audience: undefined,
} as const;

const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;

test('an assertion names app, user, audience and an end after three minutes, and is signed with RS256', () => {
  const now = new Date('2026-11-01T00:00:00.900Z');
  const { grant_type, assertion = '', ...rest } = jwtBearerGrant(CONNECTION).parameters(now);
  expect(grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  expect(rest).toEqual({});
  const [header, claims, signature = ''] = assertion.split('.');
  expect(decoded(header)).toEqual({ alg: 'RS256' });
  expect(decoded(claims)).toEqual({
    iss: '3MVG9.rotator',
    sub: 'rotator@acme.example',
    aud: 'https://test.salesforce.com',
    exp: Date.parse('2026-11-01T00:03:00Z') / 1_000,
  });
  const content = Buffer.from(`${header}.${claims}`);
  expect(verify('RSA-SHA256', content, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('an audience of the configuration takes the place of the usual one', () => {
  const audience = 'https://acme.my.site.com/customers';
  const { assertion = '' } = jwtBearerGrant({ ...CONNECTION, audience }).parameters(new Date(0));
  expect(decoded(assertion.split('.')[1])).toMatchObject({ aud: audience });
});

test('neither client id nor secret travels beside the assertion', () => {
  expect(jwtBearerGrant(CONNECTION).client).toEqual({});
});

test('a session is another for another user of the same app', () => {
  const other = jwtBearerGrant({ ...CONNECTION, username: 'another@acme.example' });
  expect(other.key).not.toBe(jwtBearerGrant(CONNECTION).key);
});

test.each([
  ['https://test.salesforce.com', 'test'],
  ['https://acme--uat.sandbox.my.salesforce.com', 'test'],
  ['https://acme--uat.my.salesforce.com', 'test'],
  ['https://login.salesforce.com', 'login'],
  ['https://acme.my.salesforce.com', 'login'],
  ['https://acme-dev-ed.develop.my.salesforce.com', 'login'],
  ['http://127.0.0.1:8080', 'login'],
])('an assertion for %s is for https://%s.salesforce.com', (loginUrl, host) => {
  expect(audienceOf(loginUrl)).toBe(`https://${host}.salesforce.com`);
});
