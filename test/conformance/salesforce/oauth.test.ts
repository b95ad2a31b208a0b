import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it, test } from '@jest/globals';
import { Connection } from 'jsforce';
import { ADMIN, APP, Bench, BILLING, type Options, START, TRUSTED } from './harness.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangerKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const JWT_APP = {
  clientId: '3MVG9.jwt',
  publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  approvedUsers: [BILLING.username],
};

let bench: Bench;
const start = async (options: Options = {}) => {
  bench = await Bench.start({ connectedApps: [APP, JWT_APP], ...options });
};
afterEach(() => bench.stop());

const CLIENT = { client_id: APP.clientId, client_secret: APP.clientSecret };
const refused = (error: string, error_description: string) => ({
  status: 400,
  body: { error, error_description },
});

describe('client credentials (facts: External Client App)', () => {
  it('run as the app user, and jsforce works with the token', async () => {
    await start();
    const connection = new Connection({
      version: '66.0',
      oauth2: { loginUrl: bench.url, clientId: APP.clientId, clientSecret: APP.clientSecret },
    });
    const user = await connection.authorize({ grant_type: 'client_credentials' });
    expect(user.id).toBe(bench.org.inspect(ADMIN.username).id);
    expect(connection.instanceUrl).toBe(bench.url);
    expect((await connection.query('SELECT Id FROM User')).totalSize).toBe(2);
    expect((await connection.identity()).username).toBe(ADMIN.username);
    expect(bench.org.view.loginHistory.at(-1)).toMatchObject({
      status: 'Success',
      loginType: 'Remote Access 2.0',
    });
  });

  it('answer access_token, instance_url, id, token_type, signature and issued_at', async () => {
    await start();
    const basic = Buffer.from(`${APP.clientId}:${APP.clientSecret}`).toString('base64');
    const reply = await bench.token(
      { grant_type: 'client_credentials' },
      { authorization: `Basic ${basic}` },
    );
    expect(reply).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^00D5g0000012345!/),
        instance_url: bench.url,
        id: `${bench.url}/id/${bench.org.organizationId}/${bench.org.inspect(ADMIN.username).id}`,
        token_type: 'Bearer',
        scope: 'api',
        signature: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
        issued_at: String(Date.parse(START)),
      },
    });
  });

  it('are refused for a wrong app, secret or run-as user', async () => {
    await start({ connectedApps: [APP, { clientId: 'nobody', clientSecret: 's' }] });
    const grant_type = 'client_credentials';
    expect(await bench.token({ grant_type, ...CLIENT, client_id: 'x' })).toEqual(
      refused('invalid_client_id', 'client identifier invalid'),
    );
    expect(await bench.token({ grant_type, ...CLIENT, client_secret: 'x' })).toEqual(
      refused('invalid_client', 'invalid client credentials'),
    );
    expect(await bench.token({ grant_type, client_id: 'nobody', client_secret: 's' })).toEqual(
      refused('invalid_grant', 'no client credentials user enabled'),
    );
    bench.org.updateUser(ADMIN.username, { isActive: false });
    expect(await bench.token({ grant_type, ...CLIENT })).toEqual(
      refused('inactive_user', 'user is inactive'),
    );
  });

  it('keep working when SOAP login() is off and when the password changes (facts: the way out)', async () => {
    await start({ settings: { soapLoginEnabled: false } });
    bench.org.changePasswordInUi(ADMIN.username, 'another-Passw0rd');
    expect((await bench.token({ grant_type: 'client_credentials', ...CLIENT })).status).toBe(200);
  });
});

describe('username-password flow (facts: Retirement)', () => {
  const secret = BILLING.password + BILLING.securityToken;
  const login = (password: string, from?: string) =>
    bench.token(
      { grant_type: 'password', ...CLIENT, username: BILLING.username, password },
      from === undefined ? {} : { 'x-forwarded-for': from },
    );

  it('is blocked by default and does not count towards the lockout', async () => {
    await start();
    expect(await login(secret)).toEqual(refused('invalid_grant', 'authentication failure'));
    expect(bench.statuses(BILLING.username)).toEqual(['Username-Password Flow Disabled']);
    expect(bench.org.inspect(BILLING.username).failedLogins).toBe(0);
  });

  it('takes password and token in one, as jsforce sends it with an app', async () => {
    await start({ settings: { oauthPasswordFlowEnabled: true } });
    const connection = new Connection({
      version: '64.0',
      oauth2: { loginUrl: bench.url, clientId: APP.clientId, clientSecret: APP.clientSecret },
    });
    const user = await connection.login(BILLING.username, secret);
    expect(user.id).toBe(bench.org.inspect(BILLING.username).id);
    await expect(connection.login(BILLING.username, `${secret}x`)).rejects.toThrow('authentication failure');
  });

  it('follows the rules of a login: token, trusted range, lockout, expiry', async () => {
    await start({ settings: { oauthPasswordFlowEnabled: true, policy: { lockoutAfter: 3 } } });
    expect((await login(BILLING.password, TRUSTED)).status).toBe(200);
    expect(await login(BILLING.password)).toEqual(refused('invalid_grant', 'authentication failure'));
    await login('wrong');
    await login('wrong');
    expect((await login(secret)).status).toBe(400);
    expect((await bench.soapLogin(BILLING.username, secret)).code).toBe('INVALID_LOGIN');
    bench.clock.advance(90 * 24 * 60 * 60_000);
    expect(await login(secret)).toEqual(refused('invalid_grant', 'expired password'));
  });
});

describe('JWT bearer (facts: External Client App)', () => {
  const now = Math.floor(Date.parse(START) / 1000);
  const assertion = (change: Record<string, unknown> = {}, key = privateKey, alg = 'RS256') => {
    const claims = {
      iss: JWT_APP.clientId,
      sub: BILLING.username,
      aud: bench.url,
      exp: now + 180,
      ...change,
    };
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg })}.${encode(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
  };
  const ask = (token: string) => bench.token({ grant_type: JWT_BEARER, assertion: token });

  it('opens a session for the subject, with either audience', async () => {
    await start();
    const reply = await ask(assertion());
    expect(reply.body.id).toContain(bench.org.inspect(BILLING.username).id);
    expect((await ask(assertion({ aud: 'https://login.salesforce.com' }))).status).toBe(200);
    const connection = bench.withSession(reply.body.access_token);
    expect((await connection.soap.getUserInfo()).userName).toBe(BILLING.username);
  });

  test.each([
    ['an unknown issuer', { iss: 'x' }, 'invalid_client_id', 'client identifier invalid'],
    ['another audience', { aud: 'https://test.salesforce.com' }, 'invalid_grant', 'audience is invalid'],
    ['an expired assertion', { exp: now }, 'invalid_grant', 'expired assertion'],
    [
      'an expiry after more than 5 minutes',
      { exp: now + 301 },
      'invalid_grant',
      'assertion expires too late',
    ],
    ['no expiry', { exp: undefined }, 'invalid_grant', 'expired assertion'],
    [
      'a user who is not approved',
      { sub: ADMIN.username },
      'invalid_grant',
      "user hasn't approved this consumer",
    ],
  ])('refuses %s', async (_name, change, error, description) => {
    await start();
    expect(await ask(assertion(change))).toEqual(refused(error, description));
  });

  it('refuses another key, another algorithm and garbage', async () => {
    await start();
    expect(await ask(assertion({}, strangerKey))).toEqual(refused('invalid_grant', 'invalid assertion'));
    expect(await ask(assertion({}, privateKey, 'none'))).toEqual(
      refused('invalid_grant', 'algorithm not supported'),
    );
    expect(await ask('garbage')).toEqual(refused('invalid_grant', 'invalid assertion'));
  });

  it('wants test.salesforce.com as the shared audience of a sandbox', async () => {
    await start({ settings: { isSandbox: true } });
    expect((await ask(assertion({ aud: 'https://test.salesforce.com' }))).status).toBe(200);
    expect((await ask(assertion({ aud: 'https://login.salesforce.com' }))).status).toBe(400);
  });
});

describe('the other OAuth endpoints', () => {
  it('refuse an unknown grant type and a GET', async () => {
    await start();
    expect(await bench.token({ grant_type: 'nope', ...CLIENT })).toEqual(
      refused('unsupported_grant_type', 'grant type not supported'),
    );
    expect((await bench.fetchJson('/services/oauth2/token')).body.error).toBe('invalid_request');
  });

  it('revoke ends the session, once', async () => {
    await start();
    const { body } = await bench.token({ grant_type: 'client_credentials', ...CLIENT });
    const connection = bench.withSession(body.access_token);
    const revoke = () =>
      bench.fetchJson('/services/oauth2/revoke', {
        method: 'POST',
        body: new URLSearchParams({ token: body.access_token }),
      });
    expect((await revoke()).status).toBe(200);
    await expect(connection.query('SELECT Id FROM User')).rejects.toMatchObject({
      errorCode: 'INVALID_SESSION_ID',
    });
    expect((await revoke()).body.error).toBe('invalid_token');
  });

  it('userinfo names user and org, and refuses a bad token with 403', async () => {
    await start();
    const session = String((await bench.loginBilling()).accessToken);
    const reply = await bench.rest('/services/oauth2/userinfo', session);
    expect(reply.body).toMatchObject({
      user_id: bench.org.inspect(BILLING.username).id,
      organization_id: bench.org.organizationId,
      preferred_username: BILLING.username,
      email: BILLING.email,
    });
    expect(await bench.rest('/services/oauth2/userinfo', 'x')).toEqual({
      status: 403,
      body: 'Bad_OAuth_Token',
    });
  });
});
