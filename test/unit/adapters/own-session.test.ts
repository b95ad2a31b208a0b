import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SalesforceLogin } from '../../../lib/adapters/salesforce-login.ts';
import { SelfOrg } from '../../../lib/adapters/self-org.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import type { LoginWay, SelfConnection } from '../../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import { serve } from '../../../lib/sandbox/http.ts';
import { CountingWire } from '../../../lib/sandbox/wire.ts';
import { APP, Bench, BILLING } from '../../conformance/salesforce/harness.ts';
import { MemoryTelemetry } from '../../support/fakes/memory-messaging.ts';

const SOAP: LoginWay = { kind: 'soap', apiVersion: '64.0' };
const OAUTH: LoginWay = {
  kind: 'oauth-password',
  app: { clientId: Redacted.of<string>(APP.clientId), clientSecret: Redacted.of<string>(APP.clientSecret) },
};
const RIGHT = Redacted.of(BILLING.password + BILLING.securityToken);

let bench: Bench;
let telemetry: MemoryTelemetry;
let login: SalesforceLogin;
const open = (way: LoginWay, loginUrl = bench.url) =>
  login.openSession({ loginUrl, way, username: BILLING.username, combinedPassword: RIGHT });
const sessionOf = async (way: LoginWay = SOAP) => {
  const outcome = await open(way);
  if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
  return outcome.session;
};
const connect = async (): Promise<SelfConnection> => {
  const opened = { session: await sessionOf(), password: Redacted.of<string>(BILLING.password) };
  return { kind: 'self', loginUrl: bench.url, opened };
};
const operations = () => bench.wire.calls.map(({ operation }) => operation);

beforeEach(async () => {
  bench = await Bench.start({ settings: { oauthPasswordFlowEnabled: true } });
  telemetry = new MemoryTelemetry();
  login = new SalesforceLogin(telemetry);
});
afterEach(() => bench.stop());

describe('the session of the user', () => {
  test.each([SOAP, OAUTH])(
    'that cannot be closed ($kind) leaves a line in the log, without it',
    async (way) => {
      const session = await sessionOf(way);
      bench.wire.before = () => ({ kind: 'cut' });
      await login.closeSession(session);
      expect(telemetry.warnings).toEqual(['the session of the user could not be closed']);
    },
  );

  test('is no part of what prints its connection', async () => {
    const connection = await connect();
    const id = String(connection.opened?.session.sessionId.reveal());
    expect(JSON.stringify(connection)).not.toContain(id.slice(-20));
    expect(JSON.stringify(connection)).not.toContain(BILLING.password);
  });

  test('a change that fails is made once, and nobody logs in again', async () => {
    const connection = await connect();
    const before = operations().length;
    bench.wire.after = () => ({ kind: 'fail', status: 503, code: 'SERVER_UNAVAILABLE', message: 'busy' });
    const change = new SelfOrg().setPassword(connection, '', Redacted.of('sentinel-Passw0rd'));
    const error = await change.catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(SalesforceOutcomeUnknown);
    expect(String(error)).not.toContain('sentinel');
    expect(operations().slice(before)).toEqual(['changeOwnPassword']);
  });

  test('that the org no longer knows is not renewed', async () => {
    const connection = await connect();
    bench.org.logout(String(connection.opened?.session.sessionId.reveal()));
    const before = operations().length;
    const change = new SelfOrg().setPassword(connection, '', Redacted.of('sentinel-Passw0rd'));
    await expect(change).rejects.toThrow('INVALID_SESSION_ID');
    expect(operations().slice(before)).toEqual(['changeOwnPassword']);
    expect(bench.statuses(BILLING.username)).toEqual(['Success']);
  });

  test('of an app that issues JWT is refused before anything is changed, and closed', async () => {
    const calls: string[] = [];
    const token = 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl';
    const server = await serve(
      {
        service: 'salesforce',
        describe: ({ path }) => ({ operation: path, target: undefined }),
        fault: (status) => ({ status, body: '' }),
        handle: async ({ path }) => {
          calls.push(path);
          const id = `${server.url}/id/00D5g0000012345EAA/005580000000001AAA`;
          const body = JSON.stringify({
            access_token: token,
            instance_url: server.url,
            id,
            token_type: 'Bearer',
          });
          return { status: 200, headers: { 'content-type': 'application/json' }, body };
        },
      },
      new CountingWire(),
    );
    try {
      expect(await open(OAUTH, server.url)).toMatchObject({
        kind: 'disabled',
        detail: expect.stringContaining('JWT'),
        remedy: expect.stringContaining('Switch JWT-based access tokens off'),
      });
      expect(calls).toEqual(['/services/oauth2/token', '/services/oauth2/revoke']);
    } finally {
      await server.close();
    }
  });

  test.each([
    ['API_CURRENTLY_DISABLED', '"API Enabled"'],
    ['INSUFFICIENT_ACCESS', '"Use Any API Auth"'],
    ['INVALID_OPERATION', 'SOAP API login()'],
    ['API_DISABLED_FOR_ORG', 'Turn the API on'],
  ])('that is refused as %s says what is missing', async (code, remedy) => {
    bench.wire.before = () => ({ kind: 'fail', status: 500, code, message: 'text' });
    expect(await open(SOAP)).toMatchObject({ kind: 'disabled', remedy: expect.stringContaining(remedy) });
  });
});
