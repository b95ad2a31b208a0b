import { afterEach, describe, expect, test } from '@jest/globals';
import { SalesforceOrg } from '../../../lib/adapters/salesforce-org.ts';
import { bytesInUrl, inQueries } from '../../../lib/adapters/salesforce-users.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import { ADMIN, APP, Bench, BILLING } from '../../conformance/salesforce/harness.ts';

/** Salesforce's limit for a request's URI. */
const LIMIT_BYTES = 16_384;
const START = 'SELECT Id FROM User WHERE Username IN';

const usernames = (count: number, length = 40) =>
  Array.from({ length: count }, (_, index) => `${`user-${index}-`.padEnd(length - 13, 'x')}@acme.example`);

let bench: Bench | undefined;
afterEach(() => bench?.stop());

describe('queries for many values', () => {
  test.each([
    ['nothing', [], 0],
    ['one', usernames(1), 1],
    ['200 users', usernames(200), 1],
    ['580 ids', Array.from({ length: 580 }, () => '005580000000001AAA'), 1],
    ['1,000 users', usernames(1_000), 4],
    ['names that grow in a URL', usernames(200).map((name) => `${name}${'ñ秘'.repeat(4)}'`), 2],
  ])('for %s', (_what, values, count) => {
    const queries = inQueries(START, values);
    expect(queries).toHaveLength(count);
    const asked = queries.flatMap((query) => query.slice(START.length + 2, -1).split(/(?<='),(?=')/));
    expect(asked).toEqual(values.map((value) => `'${value.replace("'", "\\'")}'`));
    for (const query of queries)
      expect(
        bytesInUrl(`https://acme--partial.sandbox.my.salesforce.com/services/data/v64.0/query?q=${query}`),
      ).toBeLessThan(LIMIT_BYTES);
  });

  test('a value is longer than the limit: it goes alone', () => {
    expect(inQueries(START, ['x'.repeat(LIMIT_BYTES), 'y'])).toHaveLength(2);
  });
});

test('the users of a large org are read with few calls, whose URLs keep to the limit', async () => {
  const names = usernames(400);
  bench = await Bench.start({
    users: [
      ADMIN,
      ...names.map((username, index) => ({
        ...BILLING,
        username,
        id: `00558000${String(index).padStart(7, '0')}AAA`,
      })),
    ],
  });
  const { wire, url, clock } = bench;
  const connection = {
    kind: 'client-credentials' as const,
    loginUrl: url,
    clientId: Redacted.of<string>(APP.clientId),
    clientSecret: Redacted.of<string>(APP.clientSecret),
  };
  const answer = await new SalesforceOrg(clock).readUsers(connection, names);
  if (answer.kind !== 'users') throw new Error(answer.kind);
  expect([...answer.users.keys()]).toEqual(names);
  expect(wire.calls.filter(({ operation }) => operation === 'query')).toHaveLength(3);
});
