import { afterEach, describe, expect, test } from '@jest/globals';
import { loginQueries } from '../../../lib/adapters/salesforce-logins.ts';
import { SalesforceOrg } from '../../../lib/adapters/salesforce-org.ts';
import { bytesInUrl } from '../../../lib/adapters/salesforce-users.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import type { LoginAttempt } from '../../../lib/sandbox/salesforce/login.ts';
import { APP, Bench, BILLING } from '../../conformance/salesforce/harness.ts';

/** Salesforce's limit for a request's URI. */
const LIMIT_BYTES = 16_384;
const idOf = (index: number) => `00558000${String(index).padStart(7, '0')}AAA`;
const since = (minute: number) => new Date(Date.UTC(2026, 10, 1, 0, minute));
const users = (count: number, minuteOf: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => ({ userId: idOf(index), since: since(minuteOf(index)) }));

let bench: Bench | undefined;
afterEach(() => bench?.stop());

describe('queries for the logins of many users', () => {
  test.each([
    ['nobody', 0, () => 0, 0],
    ['300 users since the same moment', 300, () => 0, 1],
    ['100 users, each since another', 100, (index: number) => index, 1],
    ['1,000 users since the same moment', 1_000, () => 0, 2],
    ['1,000 users, each since another', 1_000, (index: number) => index, 8],
  ])('%s', (_who, count, minuteOf, expected) => {
    const wanted = users(count, minuteOf);
    const queries = loginQueries(wanted);
    expect(queries.length).toBe(expected);
    const asked = queries.flatMap((query) =>
      [...query.matchAll(/LoginTime >= ([^ ]+) AND UserId IN \(([^)]*)\)/g)].flatMap(([, time, literals]) =>
        (literals ?? '').split(',').map((literal) => [time, literal.slice(1, -1)]),
      ),
    );
    expect(asked).toEqual(wanted.map((one) => [`${one.since.toISOString().slice(0, 19)}Z`, one.userId]));
    for (const query of queries)
      expect(
        bytesInUrl(`https://acme--partial.sandbox.my.salesforce.com/services/data/v64.0/query?q=${query}`),
      ).toBeLessThan(LIMIT_BYTES);
  });
});

const connectionTo = (loginUrl: string) => ({
  kind: 'client-credentials' as const,
  loginUrl,
  clientId: Redacted.of<string>(APP.clientId),
  clientSecret: Redacted.of<string>(APP.clientSecret),
});

const attempt: LoginAttempt = {
  username: BILLING.username,
  secret: 'wrong',
  address: '203.0.113.5',
  application: 'Data Loader',
  loginType: 'Other Apex API',
  apiType: 'SOAP Partner',
  apiVersion: '64.0',
};

describe('what a row of the history becomes', () => {
  test.each([
    ['Other Apex API', 'soap'],
    ['Partner Product', 'soap'],
    ['Remote Access 2.0', 'oauth'],
    ['Remote Access Client', 'oauth'],
    ['Application', 'other'],
    ['SAML Idp Initiated SSO', 'other'],
  ])('%s is %s', async (loginType, via) => {
    bench = await Bench.start();
    bench.org.login('soap', { ...attempt, loginType });
    const userId = bench.org.inspect(BILLING.username).id;
    const answer = await new SalesforceOrg(bench.clock).readLogins(connectionTo(bench.url), [
      { userId, since: since(0) },
    ]);
    expect(answer).toEqual({
      kind: 'logins',
      isComplete: true,
      logins: [
        {
          userId,
          sourceIp: '203.0.113.5',
          application: 'Data Loader',
          via,
          outcome: 'wrong-password-or-token',
          logins: 1,
          firstAt: '2026-11-01T00:00:00.000Z',
          lastAt: '2026-11-01T00:00:00.000Z',
        },
      ],
    });
  });
});

test('of more clients than one answer holds the newest are read, and it is said', async () => {
  bench = await Bench.start();
  for (let index = 0; index < 2_100; index += 1) {
    bench.clock.advance(1_000);
    bench.org.login('soap', { ...attempt, address: `10.1.${index >> 8}.${index & 255}` });
  }
  const userId = bench.org.inspect(BILLING.username).id;
  const answer = await new SalesforceOrg(bench.clock).readLogins(connectionTo(bench.url), [
    { userId, since: since(0) },
  ]);
  if (answer.kind !== 'logins') throw new Error(answer.kind);
  expect(answer.isComplete).toBe(false);
  expect(answer.logins).toHaveLength(2_000);
  expect(answer.logins[0]?.sourceIp).toBe('10.1.8.51');
});
