import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SalesforceLogin } from '../../../lib/adapters/salesforce-login.ts';
import { SalesforceOrg } from '../../../lib/adapters/salesforce-org.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import { PASS } from '../../../lib/sandbox/wire.ts';
import { ADMIN, APP, Bench, BILLING, MINUTE } from '../../conformance/salesforce/harness.ts';
import { MemoryTelemetry } from '../../support/fakes/memory-messaging.ts';

let bench: Bench;
let org: SalesforceOrg;
const connection = () => ({
  kind: 'client-credentials' as const,
  loginUrl: bench.url,
  clientId: Redacted.of<string>(APP.clientId),
  clientSecret: Redacted.of<string>(APP.clientSecret),
});
const find = () => org.findUser(connection(), BILLING.username);
const operations = () => bench.wire.calls.map((call) => call.operation);
const count = (operation: string) => operations().filter((name) => name === operation).length;

beforeEach(async () => {
  bench = await Bench.start();
  org = new SalesforceOrg(bench.clock);
});
afterEach(() => bench.stop());

describe('the service’s own session', () => {
  test('is opened once and used for ten minutes', async () => {
    await find();
    bench.clock.advance(10 * MINUTE - 1);
    await find();
    expect(count('token')).toBe(1);
    bench.clock.advance(1);
    await find();
    expect(count('token')).toBe(2);
  });

  test('that the org no longer knows is not used again', async () => {
    await find();
    bench.org.updateSettings({ sessionTimeoutMinutes: 1 });
    bench.clock.advance(2 * MINUTE);
    await expect(find()).rejects.toThrow('INVALID_SESSION_ID');
    expect(await find()).toMatchObject({ kind: 'user' });
    expect(count('token')).toBe(2);
  });

  test('is another for another app', async () => {
    await find();
    const other = { ...connection(), clientId: Redacted.of('unknown') };
    expect(await org.findUser(other, BILLING.username)).toMatchObject({ kind: 'connection-refused' });
  });

  test('makes no login as the user, whatever it reads or sets', async () => {
    await find();
    await org.setPassword(
      connection(),
      bench.org.inspect(BILLING.username).id,
      Redacted.of('fresh-Passw0rd'),
    );
    expect(bench.statuses(BILLING.username)).toEqual([]);
    expect(new Set(operations())).toEqual(new Set(['token', 'query', 'password.post']));
  });

  test('a call that fails is not repeated', async () => {
    await find();
    const before = bench.wire.calls.length;
    bench.wire.after = () => ({ kind: 'fail', status: 503, code: 'SERVER_UNAVAILABLE', message: 'busy' });
    await expect(find()).rejects.toThrow(SalesforceOutcomeUnknown);
    const { id } = bench.org.inspect(BILLING.username);
    await expect(org.setPassword(connection(), id, Redacted.of('fresh-Passw0rd'))).rejects.toThrow(
      'SERVER_UNAVAILABLE',
    );
    expect(bench.wire.calls.length).toBe(before + 2);
    bench.wire.after = () => PASS;
  });
});

describe('the user of the connection', () => {
  const refusal = (remedy: string) => ({
    kind: 'connection-refused',
    detail: expect.stringMatching(/^API_\w+$/),
    remedy,
  });

  test('who may not use the API is told by the name of the permission', async () => {
    bench.org.updateUser(ADMIN.username, { permissions: { apiEnabled: false } });
    expect(await find()).toEqual(refusal('Give the run-as user "API Enabled".'));
  });

  test('of an org without API is told apart', async () => {
    bench.org.updateSettings({ apiEnabled: false });
    expect(await find()).toEqual(refusal('Turn the API on for the org.'));
  });

  test('whose permissions the org does not show is taken to have them', async () => {
    await find();
    bench.wire.after = () => ({ kind: 'fail', status: 400, code: 'INVALID_TYPE', message: 'not supported' });
    expect(await org.missingPermission(connection())).toBeUndefined();
    bench.wire.after = () => PASS;
  });
});

describe('a verification login by the OAuth username-password flow', () => {
  const telemetry = new MemoryTelemetry();
  const login = () =>
    new SalesforceLogin(telemetry).login({
      loginUrl: bench.url,
      way: {
        kind: 'oauth-password',
        app: {
          clientId: Redacted.of<string>(APP.clientId),
          clientSecret: Redacted.of<string>(APP.clientSecret),
        },
      },
      username: ADMIN.username,
      combinedPassword: Redacted.of(ADMIN.password + ADMIN.securityToken),
    });
  beforeEach(() => bench.org.updateSettings({ oauthPasswordFlowEnabled: true }));

  test('revokes its token', async () => {
    expect(await login()).toMatchObject({ kind: 'accepted' });
    expect(operations()).toEqual(['token', 'revoke']);
    expect(bench.org.view.sessions).toEqual([]);
  });

  test('is accepted also where the token cannot be revoked; that is only logged', async () => {
    bench.wire.after = (call) => (call.operation === 'revoke' ? { kind: 'cut' } : PASS);
    expect(await login()).toMatchObject({ kind: 'accepted' });
    expect(telemetry.warnings).toEqual(['the session of a verification login could not be closed']);
  });

  test('is not made again, whatever the endpoint says', async () => {
    bench.wire.after = () => ({ kind: 'fail', status: 503, code: 'SERVER_UNAVAILABLE', message: 'busy' });
    await expect(login()).rejects.toThrow(SalesforceOutcomeUnknown);
    expect(operations()).toEqual(['token']);
    bench.wire.after = () => PASS;
  });
});

describe('a verification login', () => {
  const telemetry = new MemoryTelemetry();
  const login = () =>
    new SalesforceLogin(telemetry).login({
      loginUrl: bench.url,
      way: { kind: 'soap', apiVersion: '64.0' },
      username: ADMIN.username,
      combinedPassword: Redacted.of(ADMIN.password + ADMIN.securityToken),
    });

  test('closes its session', async () => {
    expect(await login()).toMatchObject({ kind: 'accepted' });
    expect(operations()).toEqual(['login', 'logout']);
    expect(bench.org.view.sessions).toEqual([]);
  });

  test('is accepted also where the session cannot be closed; that is only logged', async () => {
    bench.wire.after = (call) => (call.operation === 'logout' ? { kind: 'cut' } : PASS);
    expect(await login()).toMatchObject({ kind: 'accepted' });
    expect(telemetry.warnings).toEqual(['the session of a verification login could not be closed']);
  });
});
