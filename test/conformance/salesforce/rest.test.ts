import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { Connection } from 'jsforce';
import { ADMIN, Bench, BILLING } from './harness.ts';

let bench: Bench;
let admin: Connection;
let billing: Connection;
beforeEach(async () => {
  bench = await Bench.start({ settings: { isSandbox: true, organizationName: 'Acme "EU"' } });
  admin = await bench.loginAdmin();
  bench.clock.advance(60_000);
  await bench.soapLogin(BILLING.username, 'wrong', { from: '203.0.113.5' });
  bench.clock.advance(60_000);
  billing = await bench.loginBilling();
});
afterEach(() => bench.stop());

const names = async (soql: string, connection = admin) =>
  (await connection.query<{ Username: string }>(soql)).records.map((row) => row.Username);

describe('queries (facts: Detecting a change)', () => {
  it('answer totalSize, done and records with attributes', async () => {
    const found = await admin.query(`SELECT Id, Username FROM User WHERE Username = '${BILLING.username}'`);
    const { id } = bench.org.inspect(BILLING.username);
    expect(found).toEqual({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: { type: 'User', url: `/services/data/v64.0/sobjects/User/${id}` },
          Id: id,
          Username: BILLING.username,
        },
      ],
    });
  });

  it('serve many users in one SOQL, ids of 15 characters included', async () => {
    const ids = [BILLING, ADMIN].map(({ username }) => bench.org.inspect(username).id);
    const list = `('${ids[0]?.slice(0, 15)}', '${ids[1]}', '005000000000000')`;
    expect(await names(`SELECT Username FROM User WHERE Id IN ${list} ORDER BY Username`)).toEqual([
      BILLING.username,
      ADMIN.username,
    ]);
    expect(await names(`select username from user where id not in ${list}`)).toEqual([]);
  });

  it('show LoginHistory: status, address, type, in order of time', async () => {
    const { id } = bench.org.inspect(BILLING.username);
    const found = await admin.query(
      'SELECT LoginTime, Status, SourceIp, Application, LoginType, ApiType, ApiVersion FROM LoginHistory ' +
        `WHERE UserId = '${id}' ORDER BY LoginTime DESC LIMIT 2`,
    );
    expect(found.records).toMatchObject([
      {
        LoginTime: '2026-11-01T00:02:00.000+0000',
        Status: 'Success',
        ApiType: 'SOAP Partner',
        ApiVersion: '64.0',
      },
      { LoginTime: '2026-11-01T00:01:00.000+0000', Status: 'Invalid Password', SourceIp: '203.0.113.5' },
    ]);
  });

  it('compare date-times with literals of any offset', async () => {
    const countSince = async (literal: string) =>
      (await admin.query(`SELECT Id FROM LoginHistory WHERE LoginTime >= ${literal}`)).totalSize;
    expect(await countSince('2026-11-01T00:02:00Z')).toBe(1);
    expect(await countSince('2026-11-01T00:01:00.000+0000')).toBe(2);
    expect(await countSince('2026-11-01T01:00:00+01:00')).toBe(3);
    expect(
      (await admin.query('SELECT Id FROM LoginHistory WHERE LoginTime < 2026-11-01T00:01:00Z')).totalSize,
    ).toBe(1);
  });

  it('show own rows of LoginHistory to everyone, all rows with Manage Users', async () => {
    const userIds = async (connection: Connection) =>
      new Set(
        (await connection.query<{ UserId: string }>('SELECT UserId FROM LoginHistory')).records.map(
          (r) => r.UserId,
        ),
      );
    expect(await userIds(billing)).toEqual(new Set([bench.org.inspect(BILLING.username).id]));
    expect((await userIds(admin)).size).toBe(2);
  });

  it('show UserLogin of oneself to everyone, of all with Manage Users', async () => {
    const found = await billing.query<{ UserId: string }>('SELECT UserId, IsFrozen FROM UserLogin');
    expect(found.records).toMatchObject([
      { UserId: bench.org.inspect(BILLING.username).id, IsFrozen: false },
    ]);
    expect((await admin.query('SELECT Id FROM UserLogin')).totalSize).toBe(2);
  });

  it('know AND, OR, parentheses, !=, LIKE, null, booleans and escaped quotes', async () => {
    expect(
      await names(`SELECT Username FROM User WHERE IsActive = true AND Username != '${ADMIN.username}'`),
    ).toEqual([BILLING.username]);
    expect(
      (
        await names(
          `SELECT Username FROM User WHERE (FirstName = null OR LastName = 'Ing') AND IsActive = TRUE`,
        )
      ).length,
    ).toBe(2);
    expect(await names("SELECT Username FROM User WHERE Email LIKE 'billing-%'")).toEqual([BILLING.username]);
    expect(await names("SELECT Username FROM User WHERE LastName = 'O\\'Neil'")).toEqual([]);
    expect(
      (await admin.query('SELECT Name FROM Organization WHERE Name = \'Acme \\"EU\\"\'')).totalSize,
    ).toBe(1);
  });

  it('count with COUNT()', async () => {
    expect(await admin.query('SELECT COUNT() FROM User')).toEqual({ totalSize: 2, done: true, records: [] });
  });

  it('show whether the org is a sandbox', async () => {
    const found = await billing.query('SELECT Id, Name, IsSandbox FROM Organization');
    expect(found.records[0]).toMatchObject({
      Id: bench.org.organizationId,
      IsSandbox: true,
      Name: 'Acme "EU"',
    });
  });

  it('never show a password or a token', async () => {
    await expect(admin.query('SELECT Password FROM User')).rejects.toMatchObject({
      errorCode: 'INVALID_FIELD',
    });
  });

  test.each([
    ['SELECT Id, Nope FROM User', 'INVALID_FIELD', "No such column 'Nope' on entity 'User'"],
    ['SELECT Id FROM User WHERE Nope = 1', 'INVALID_FIELD', "No such column 'Nope'"],
    ['SELECT Profile.Name FROM User', 'INVALID_FIELD', "Didn't understand relationship 'Profile'"],
    ['SELECT Id FROM Nope', 'INVALID_TYPE', "sObject type 'Nope' is not supported."],
    ["SELECT Id FROM User WHERE IsActive = 'true'", 'INVALID_FIELD', 'should not be enclosed in quotes'],
    ["SELECT Id FROM LoginHistory WHERE LoginTime > '2026-11-01T00:00:00Z'", 'INVALID_FIELD', 'dateTime'],
    ['SELECT Id FROM User WHERE IsActive > true', 'INVALID_QUERY_FILTER_OPERATOR', 'IsActive'],
    ['SELECT Id User', 'MALFORMED_QUERY', "unexpected token: 'User'"],
    ['SELECT * FROM User', 'MALFORMED_QUERY', "unexpected token: '*'"],
    ["SELECT Id FROM User WHERE Username = 'open", 'MALFORMED_QUERY', 'unexpected token'],
    ['SELECT Id FROM User LIMIT x', 'MALFORMED_QUERY', "unexpected token: 'x'"],
    [
      "SELECT Id FROM User WHERE Id = '1' AND Id = '2' OR Id = '3'",
      'MALFORMED_QUERY',
      "unexpected token: 'OR'",
    ],
    ['', 'MALFORMED_QUERY', 'unexpected token'],
  ])('refuse %s with %s', async (soql, code, text) => {
    const path = `/services/data/v64.0/query?q=${encodeURIComponent(soql)}`;
    const reply = await bench.rest(path, String(admin.accessToken));
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual([{ errorCode: code, message: expect.stringContaining(text) }]);
  });

  it('tell each user the own permissions, and nobody else’s', async () => {
    const soql = 'SELECT PermissionsApiEnabled, PermissionsResetPasswords FROM UserPermissionAccess LIMIT 1';
    expect((await admin.query(soql)).records).toMatchObject([
      { PermissionsApiEnabled: true, PermissionsResetPasswords: true },
    ]);
    expect((await billing.query(soql)).records).toMatchObject([
      { PermissionsApiEnabled: true, PermissionsResetPasswords: false },
    ]);
  });

  it('hide SetupAuditTrail from users without the permission', async () => {
    await expect(billing.query('SELECT Action FROM SetupAuditTrail')).rejects.toMatchObject({
      errorCode: 'INVALID_TYPE',
    });
  });
});

describe('sessions', () => {
  it('of another org or made up get 401 INVALID_SESSION_ID in an array', async () => {
    const reply = await bench.rest('/services/data/v64.0/limits', '00D5g0000012345!AQmade.up');
    expect(reply).toEqual({
      status: 401,
      body: [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }],
    });
    await expect(bench.withSession('made-up').soap.getUserInfo()).rejects.toThrow('INVALID_SESSION_ID');
  });

  it('end with logout, over SOAP and over REST', async () => {
    const session = String(billing.accessToken);
    const second = bench.connection();
    await second.login(BILLING.username, BILLING.password + BILLING.securityToken);
    await second.logout();
    expect((await bench.rest('/services/data/v64.0/limits', session)).status).toBe(200);
    expect((await bench.soap('<u:logout/>', { session })).status).toBe(200);
    expect((await bench.rest('/services/data/v64.0/limits', session)).status).toBe(401);
    expect((await bench.soap('<u:logout/>', { session })).code).toBe('INVALID_SESSION_ID');
  });

  it('run out without a call, and live on with one', async () => {
    const session = String(billing.accessToken);
    const limits = async () => (await bench.rest('/services/data/v64.0/limits', session)).status;
    for (let hour = 0; hour < 4; hour += 1) {
      bench.clock.advance(61 * 60_000);
      expect(await limits()).toBe(200);
    }
    bench.clock.advance(120 * 60_000);
    expect(await limits()).toBe(401);
  });

  it('are dead for a frozen user', async () => {
    const { id } = bench.org.inspect(BILLING.username);
    const found = await admin.query<{ Id: string }>(`SELECT Id FROM UserLogin WHERE UserId = '${id}'`);
    await admin.sobject('UserLogin').update({ Id: String(found.records[0]?.Id), IsFrozen: true });
    await expect(billing.query('SELECT Id FROM User')).rejects.toMatchObject({
      errorCode: 'INVALID_SESSION_ID',
    });
  });

  it('are of no use once the user or the org has no API', async () => {
    const session = String(billing.accessToken);
    const codes = async () => [
      (await bench.soap('<u:getUserInfo/>', { session })).code,
      (await bench.rest('/services/data/v64.0/limits', session)).body[0].errorCode,
    ];
    bench.org.updateUser(BILLING.username, { permissions: { apiEnabled: false } });
    expect(await codes()).toEqual(['API_CURRENTLY_DISABLED', 'API_CURRENTLY_DISABLED']);
    bench.org.updateSettings({ apiEnabled: false });
    expect(await codes()).toEqual(['API_DISABLED_FOR_ORG', 'API_DISABLED_FOR_ORG']);
  });

  it('work for calls at versions that have no login() (facts: Retirement)', async () => {
    const session = String(billing.accessToken);
    expect((await bench.soap('<u:getUserInfo/>', { session, version: '66.0' })).status).toBe(200);
    expect((await bench.rest('/services/data/v66.0/limits', session)).status).toBe(200);
  });
});

describe('the rest of REST', () => {
  it('lists versions without a session', async () => {
    const reply = await bench.fetchJson('/services/data/');
    expect(reply.body).toContainEqual({ label: "Winter '26", url: '/services/data/v65.0', version: '65.0' });
    expect(reply.body[0].version).toBe('31.0');
  });

  it('shows limits and usage', async () => {
    const limits = await admin.limits();
    expect(limits['DailyApiRequests']).toEqual({ Max: 100_000, Remaining: 99_999 });
    expect(admin.limitInfo).toEqual({ apiUsage: { used: 1, limit: 100_000 } });
  });

  it('refuses calls over the limit of the day, until the next', async () => {
    bench.org.updateSettings({ apiCallsPerDay: 2 });
    await admin.limits();
    await admin.limits();
    await expect(admin.limits()).rejects.toMatchObject({ errorCode: 'REQUEST_LIMIT_EXCEEDED' });
    await expect(admin.soap.getUserInfo()).rejects.toThrow('REQUEST_LIMIT_EXCEEDED');
    bench.clock.advance(24 * 60 * 60_000);
    await (await bench.loginAdmin()).limits();
  });

  it('retrieves and updates records through jsforce', async () => {
    const { id } = bench.org.inspect(BILLING.username);
    expect(await admin.sobject('User').retrieve(id)).toMatchObject({
      Id: id,
      Email: BILLING.email,
      IsActive: true,
    });
    await admin.sobject('User').update({ Id: id, Email: 'new@acme.example', IsActive: false });
    expect(bench.org.inspect(BILLING.username)).toMatchObject({ email: 'new@acme.example', isActive: false });
  });

  it('updates all fields or none, and only with the permission', async () => {
    const { id } = bench.org.inspect(ADMIN.username);
    await expect(
      admin.sobject('User').update({ Id: id, Email: 'x@y.example', Nope: 1 }),
    ).rejects.toMatchObject({
      errorCode: 'INVALID_FIELD',
    });
    await expect(billing.sobject('User').update({ Id: id, Email: 'x@y.example' })).rejects.toMatchObject({
      errorCode: 'INSUFFICIENT_ACCESS',
    });
    expect(bench.org.inspect(ADMIN.username).email).toBe(ADMIN.username);
  });

  test.each([
    ['GET', '/services/data/v64.0/nope', 404, 'NOT_FOUND'],
    ['GET', '/services/data/v30.0/limits', 404, 'NOT_FOUND'],
    ['GET', '/services/data/v64.0/sobjects/User/005000000000000/nope', 404, 'NOT_FOUND'],
    ['POST', '/services/data/v64.0/limits', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', '/services/data/v64.0/sobjects/User/005000000000000/password', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/services/nope', 404, 'NOT_FOUND'],
  ])('answers %s %s with %i %s', async (method, path, status, code) => {
    const reply = await bench.rest(path, String(admin.accessToken), method);
    expect([reply.status, reply.body[0].errorCode]).toEqual([status, code]);
  });

  it('answers SOAP that makes no sense with a client fault', async () => {
    const unknown = await bench.soap('<u:nope/>', { session: String(admin.accessToken) });
    expect(unknown.status).toBe(500);
    expect(unknown.text).toContain('<faultcode>soapenv:Client</faultcode>');
    expect(unknown.text).toContain('No operation available for request {urn:partner.soap.sforce.com}nope');
    const url = `${bench.url}/services/Soap/u/64.0`;
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(url, { method: 'POST', body: 'not XML' })).status).toBe(500);
    const doctype = '<!DOCTYPE e [<!ENTITY x "y">]><Envelope><Body><login/></Body></Envelope>';
    const refused = await fetch(url, { method: 'POST', body: doctype });
    expect(await refused.text()).toContain('The request is not a SOAP envelope.');
  });
});
