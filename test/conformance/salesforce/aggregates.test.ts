import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { Connection } from 'jsforce';
import { ADMIN, Bench, BILLING, MINUTE } from './harness.ts';

let bench: Bench;
let admin: Connection;
let userId: string;
beforeEach(async () => {
  bench = await Bench.start();
  admin = await bench.loginAdmin();
  userId = bench.org.inspect(BILLING.username).id;
  for (const from of ['203.0.113.5', '203.0.113.5', '203.0.113.6']) {
    bench.clock.advance(MINUTE);
    await bench.soapLogin(BILLING.username, 'wrong', { from });
  }
});
afterEach(() => bench.stop());

const query = async (soql: string) => (await admin.query(soql)).records as Record<string, unknown>[];
const AGGREGATE = { attributes: { type: 'AggregateResult' } };

describe('aggregate queries (Salesforce: SOQL, GROUP BY)', () => {
  it('answer one AggregateResult for each group, by alias', async () => {
    const found = await admin.query(
      'SELECT UserId, SourceIp, Status, COUNT(Id) logins, MIN(LoginTime) firstAt, MAX(LoginTime) lastAt FROM LoginHistory ' +
        `WHERE UserId = '${userId}' GROUP BY UserId, SourceIp, Status ORDER BY MAX(LoginTime) DESC LIMIT 2000`,
    );
    expect(found).toEqual({
      totalSize: 2,
      done: true,
      records: [
        {
          ...AGGREGATE,
          UserId: userId,
          SourceIp: '203.0.113.6',
          Status: 'Invalid Password',
          logins: 1,
          firstAt: '2026-11-01T00:03:00.000+0000',
          lastAt: '2026-11-01T00:03:00.000+0000',
        },
        {
          ...AGGREGATE,
          UserId: userId,
          SourceIp: '203.0.113.5',
          Status: 'Invalid Password',
          logins: 2,
          firstAt: '2026-11-01T00:01:00.000+0000',
          lastAt: '2026-11-01T00:02:00.000+0000',
        },
      ],
    });
  });

  it('name a function without an alias by its place, and a field by its name or alias', async () => {
    expect(
      await query(
        'SELECT SourceIp address, COUNT_DISTINCT(Status), MAX(LoginTime) FROM LoginHistory ' +
          `WHERE UserId = '${userId}' GROUP BY SourceIp ORDER BY COUNT(Id) DESC LIMIT 1`,
      ),
    ).toEqual([{ ...AGGREGATE, address: '203.0.113.5', expr0: 1, expr1: '2026-11-01T00:02:00.000+0000' }]);
  });

  it('without GROUP BY are one group, also of nothing', async () => {
    expect(await query(`SELECT COUNT(Id) FROM LoginHistory WHERE UserId = '${userId}'`)).toEqual([
      { ...AGGREGATE, expr0: 3 },
    ]);
    expect(
      await query("SELECT COUNT(Id), MAX(LoginTime) FROM LoginHistory WHERE UserId = '005000000000000'"),
    ).toEqual([{ ...AGGREGATE, expr0: 0, expr1: null }]);
    const grouped = "SELECT SourceIp FROM LoginHistory WHERE UserId = '005000000000000' GROUP BY SourceIp";
    expect(await query(grouped)).toEqual([]);
  });

  it('take conditions of several users, each with a time of its own', async () => {
    const other = bench.org.inspect(ADMIN.username).id;
    expect(
      await query(
        'SELECT UserId, COUNT(Id) logins FROM LoginHistory ' +
          `WHERE (LoginTime >= 2026-11-01T00:02:00Z AND UserId IN ('${userId}')) OR (LoginTime >= 2026-11-01T00:00:00Z AND UserId IN ('${other}')) ` +
          'GROUP BY UserId ORDER BY UserId',
      ),
    ).toEqual(
      [
        { ...AGGREGATE, UserId: userId, logins: 2 },
        { ...AGGREGATE, UserId: other, logins: 1 },
      ].toSorted((a, b) => (a.UserId < b.UserId ? -1 : 1)),
    );
  });

  it('keep to what the caller may see', async () => {
    const own = await bench.loginBilling();
    const { records } = await own.query<{ UserId: string }>(
      'SELECT UserId, COUNT(Id) FROM LoginHistory GROUP BY UserId',
    );
    expect(records.map(({ UserId }) => UserId)).toEqual([userId]);
  });

  it('give no more than one batch', async () => {
    for (let index = 0; index < 2_001; index += 1)
      bench.org.login('soap', {
        username: BILLING.username,
        secret: 'wrong',
        address: `10.1.${index >> 8}.${index & 255}`,
        application: 'N/A',
        loginType: 'Other Apex API',
        apiType: 'SOAP Partner',
        apiVersion: '64.0',
      });
    const soql = 'SELECT SourceIp, COUNT(Id) FROM LoginHistory GROUP BY SourceIp';
    await expect(query(soql)).rejects.toMatchObject({ errorCode: 'EXCEEDED_ID_LIMIT' });
    expect(await query(`${soql} LIMIT 2000`)).toHaveLength(2_000);
  });

  test.each([
    ['SELECT SourceIp, Status, COUNT(Id) FROM LoginHistory GROUP BY SourceIp', 'MALFORMED_QUERY', 'Status'],
    [
      'SELECT LoginTime, COUNT(Id) FROM LoginHistory GROUP BY LoginTime',
      'MALFORMED_QUERY',
      'can not be grouped',
    ],
    ['SELECT MAX(LoginTime) FROM LoginHistory LIMIT 1', 'MALFORMED_QUERY', 'LIMIT'],
    ['SELECT COUNT() FROM LoginHistory GROUP BY SourceIp', 'MALFORMED_QUERY', 'COUNT()'],
    ['SELECT SourceIp address FROM LoginHistory', 'MALFORMED_QUERY', 'alias'],
    ['SELECT MEDIAN(LoginTime) FROM LoginHistory', 'MALFORMED_QUERY', "unexpected token: '('"],
    ['SELECT MAX(IsActive) FROM User', 'MALFORMED_QUERY', 'aggregate operator'],
    ['SELECT Nope, COUNT(Id) FROM LoginHistory GROUP BY Nope', 'INVALID_FIELD', "No such column 'Nope'"],
    ['SELECT Id FROM LoginHistory ORDER BY MAX(LoginTime)', 'MALFORMED_QUERY', 'grouped or aggregated'],
    ['SELECT SourceIp FROM LoginHistory GROUP BY SourceIp ORDER BY Status', 'MALFORMED_QUERY', 'Status'],
    ["SELECT Id FROM LoginHistory WHERE Status != 'Success'", 'INVALID_FIELD', 'can not be filtered'],
    ["SELECT COUNT(Id) FROM LoginHistory WHERE SourceIp = '203.0.113.5'", 'INVALID_FIELD', 'SourceIp'],
  ])('refuse %s with %s', async (soql, errorCode, text) => {
    await expect(query(soql)).rejects.toMatchObject({
      errorCode,
      message: expect.stringContaining(text),
    });
  });
});
