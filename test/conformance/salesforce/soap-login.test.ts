import { afterEach, describe, expect, it, test } from '@jest/globals';
import { ADMIN, AMBIGUOUS, Bench, BILLING, DAY, type Options, TRUSTED } from './harness.ts';

let bench: Bench;
const start = async (options: Options = {}) => {
  bench = await Bench.start(options);
};
afterEach(() => bench.stop());

const SECRET = BILLING.password + BILLING.securityToken;

describe('login(): a LoginResult', () => {
  it('accepts password and token concatenated, and jsforce reads session, user and org (facts: login)', async () => {
    await start();
    const connection = bench.connection();
    const user = await connection.login(BILLING.username, SECRET);
    expect(user.id).toBe(bench.org.inspect(BILLING.username).id);
    expect(user.id).toMatch(/^005[A-Za-z0-9]{15}$/);
    expect(user.organizationId).toBe(bench.org.organizationId);
    expect(connection.instanceUrl).toBe(bench.url);
  });

  it('carries metadataServerUrl, passwordExpired, sandbox, serverUrl and userInfo (facts: login)', async () => {
    await start({ settings: { isSandbox: true } });
    const { status, text } = await bench.soapLogin(BILLING.username, SECRET);
    const org15 = bench.org.organizationId.slice(0, 15);
    expect(status).toBe(200);
    expect(text).toContain(
      `<metadataServerUrl>${bench.url}/services/Soap/m/64.0/${org15}</metadataServerUrl>`,
    );
    expect(text).toContain(`<serverUrl>${bench.url}/services/Soap/u/64.0/${org15}</serverUrl>`);
    expect(text).toContain('<passwordExpired>false</passwordExpired>');
    expect(text).toContain('<sandbox>true</sandbox>');
    expect(text).toMatch(/<userInfo>.*<organizationId>00D.*<userId>005.*<\/userInfo>/s);
    expect(text).toContain(`<userName>${BILLING.username}</userName>`);
    expect(text).toContain(`<userEmail>${BILLING.email}</userEmail>`);
    expect(text).toContain('<userFullName>Bill Ing</userFullName>');
  });

  it('serves the session at the serverUrl that it answered, org id included', async () => {
    await start();
    const connection = await bench.loginBilling();
    const url = `${bench.url}/services/Soap/u/64.0/${bench.org.organizationId.slice(0, 15)}`;
    const body =
      '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader><sessionId>' +
      `${connection.accessToken}</sessionId></SessionHeader></e:Header><e:Body><getUserInfo/></e:Body></e:Envelope>`;
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/xml' }, body });
    expect(await response.text()).toContain(`<userName>${BILLING.username}</userName>`);
  });

  test.each([
    ['markup', `a1&<>"'b2`],
    ['something that looks like an entity', 'a1&lt;&amp;amp;&#65;b2'],
    ['letters of other scripts', 'pässwörd-秘密-1🔑'],
    ['blanks at both ends', ' blank 1 '],
  ])('takes a password with %s unchanged through jsforce', async (_name, password) => {
    await start({ users: [{ ...BILLING, password }] });
    const user = await bench.connection().login(BILLING.username, password + BILLING.securityToken);
    expect(user.id).toBe(bench.org.inspect(BILLING.username).id);
    await expect(
      bench.connection().login(BILLING.username, password.slice(1) + BILLING.securityToken),
    ).rejects.toThrow('INVALID_LOGIN');
  });

  it('takes numeric references and CDATA as XML means them', async () => {
    await start({ users: [{ ...BILLING, password: 'é&<1x' }] });
    const login = (secret: string) =>
      bench.soap(
        `<u:login><u:username>${BILLING.username}</u:username><u:password>${secret}</u:password></u:login>`,
      );
    expect((await login(`&#233;&#x26;&lt;1x${BILLING.securityToken}`)).status).toBe(200);
    expect((await login(`<![CDATA[é&<1x]]>${BILLING.securityToken}`)).status).toBe(200);
    expect((await login(`<![CDATA[é&amp;<1x]]>${BILLING.securityToken}`)).code).toBe('INVALID_LOGIN');
  });

  it('writes names with markup and other scripts so that jsforce reads them back', async () => {
    await start({ users: [{ ...BILLING, firstName: `<O'Neil> & "Søn"`, lastName: '山田' }] });
    const info = await (await bench.loginBilling()).soap.getUserInfo();
    expect(info.userFullName).toBe(`<O'Neil> & "Søn" 山田`);
  });

  it('finds a username in any case, and the token only in its own (facts: case-sensitive)', async () => {
    await start();
    await bench.connection().login(BILLING.username.toUpperCase(), SECRET);
    await expect(
      bench.connection().login(BILLING.username, BILLING.password + BILLING.securityToken.toLowerCase()),
    ).rejects.toThrow(AMBIGUOUS);
  });
});

describe('login(): faults', () => {
  it('are HTTP 500 with the code in faultcode, faultstring and detail (facts: login)', async () => {
    await start();
    const { status, text } = await bench.soapLogin(BILLING.username, 'wrong');
    expect(status).toBe(500);
    expect(text).toContain('<faultcode>sf:INVALID_LOGIN</faultcode>');
    expect(text).toContain(`<faultstring>${AMBIGUOUS}</faultstring>`);
    expect(text).toContain('<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>');
  });

  test.each([
    ['ns1', '<faultcode>ns1:INVALID_LOGIN</faultcode>'],
    ['bare', '<faultcode>INVALID_LOGIN</faultcode>'],
  ] as const)('may name the code with prefix %s (facts: login)', async (faultCodePrefix, expected) => {
    await start({ settings: { faultCodePrefix } });
    expect((await bench.soapLogin(BILLING.username, 'wrong')).text).toContain(expected);
  });

  it('say the same for an unknown user as for a wrong password (facts: ambiguous on purpose)', async () => {
    await start();
    const unknown = await bench.soapLogin('nobody@acme.example', SECRET);
    const wrong = await bench.soapLogin(BILLING.username, 'wrong');
    expect(unknown).toEqual(wrong);
  });

  it('say LOGIN_MUST_USE_SECURITY_TOKEN for a missing token at a new location (facts: faults)', async () => {
    await start();
    await expect(bench.connection().login(BILLING.username, BILLING.password)).rejects.toThrow(
      /^LOGIN_MUST_USE_SECURITY_TOKEN: Invalid username, password, security token; or user locked out\. Are you at a new location\? /,
    );
    expect(bench.statuses(BILLING.username)).toEqual(['Failed: API security token required']);
  });

  it('ask a user who never had a token for one (facts: Token)', async () => {
    const { securityToken: _none, ...user } = BILLING;
    await start({ users: [user] });
    expect((await bench.soapLogin(user.username, user.password)).code).toBe('LOGIN_MUST_USE_SECURITY_TOKEN');
  });

  it('say INVALID_LOGIN for a wrong token (facts: faults)', async () => {
    await start();
    await expect(
      bench.connection().login(BILLING.username, `${BILLING.password}AbCdEfGhIjKlMnOpQrStUvW9`),
    ).rejects.toThrow(AMBIGUOUS);
    expect(bench.statuses(BILLING.username)).toEqual(['Invalid Password']);
  });

  it('say INVALID_OPERATION where SOAP login() is off (facts: Retirement)', async () => {
    await start({ settings: { soapLoginEnabled: false } });
    await expect(bench.connection().login(BILLING.username, SECRET)).rejects.toThrow(
      'INVALID_OPERATION: SOAP API login() is disabled by default in this org.',
    );
    bench.org.updateSettings({ soapLoginEnabled: true });
    await bench.loginBilling();
  });

  it('say INSUFFICIENT_ACCESS without Use Any API Auth where it is needed (facts: Retirement)', async () => {
    await start({ settings: { requireUseAnyApiAuth: true } });
    expect((await bench.soapLogin(BILLING.username, SECRET)).code).toBe('INSUFFICIENT_ACCESS');
    await bench.loginAdmin();
  });

  test.each(['65.0', '66.0', '30.0', '99.0', 'latest'])(
    'say UNSUPPORTED_API_VERSION at version %s (facts: Retirement)',
    async (version) => {
      await start();
      await expect(bench.connection(version).login(BILLING.username, SECRET)).rejects.toThrow(
        'UNSUPPORTED_API_VERSION',
      );
    },
  );

  test.each(['31.0', '50.0', '64.0'])('do not come at version %s (facts: Retirement)', async (version) => {
    await start();
    await bench.connection(version).login(BILLING.username, SECRET);
  });

  it('come from the user: inactive, frozen, without API (facts: LoginHistory)', async () => {
    await start();
    const outcome = async () => (await bench.soapLogin(BILLING.username, SECRET)).code;
    bench.org.updateUser(BILLING.username, { isActive: false });
    expect(await outcome()).toBe('INVALID_LOGIN');
    bench.org.updateUser(BILLING.username, { isActive: true, isFrozen: true });
    expect(await outcome()).toBe('INVALID_LOGIN');
    bench.org.updateUser(BILLING.username, { isFrozen: false, permissions: { apiEnabled: false } });
    expect(await outcome()).toBe('API_CURRENTLY_DISABLED');
    bench.org.updateSettings({ apiEnabled: false });
    expect(await outcome()).toBe('API_DISABLED_FOR_ORG');
    expect(bench.statuses(BILLING.username).slice(0, 2)).toEqual(['User is Inactive', 'User Is Frozen']);
  });

  it('block the 3,601st login of a user in an hour (facts: login)', async () => {
    await start();
    expect(bench.org.settings.loginsPerHour).toBe(3600);
    bench.org.updateSettings({ loginsPerHour: 2 });
    await bench.loginBilling();
    await bench.loginBilling();
    expect((await bench.soapLogin(BILLING.username, SECRET)).code).toBe('INVALID_LOGIN');
    expect(bench.statuses(BILLING.username).at(-1)).toBe('Login Rate Exceeded');
    await bench.loginAdmin();
    // A blocked try is no login: it does not keep the next hour blocked.
    bench.clock.advance(59 * 60_000);
    await bench.soapLogin(BILLING.username, SECRET);
    await bench.soapLogin(BILLING.username, SECRET);
    bench.clock.advance(60_000 + 1000);
    await bench.loginBilling();
  });
});

describe('login(): where from', () => {
  it('needs no token from a trusted range, so it proves none (facts: login)', async () => {
    await start();
    const stale = `${BILLING.password}${'x'.repeat(24)}`;
    const from = { from: TRUSTED };
    expect((await bench.soapLogin(BILLING.username, BILLING.password, from)).status).toBe(200);
    expect((await bench.soapLogin(BILLING.username, SECRET, from)).status).toBe(200);
    expect((await bench.soapLogin(BILLING.username, stale, from)).status).toBe(200);
    expect((await bench.soapLogin(BILLING.username, `${BILLING.password}?`, from)).code).toBe(
      'INVALID_LOGIN',
    );
    expect((await bench.soapLogin(BILLING.username, stale, { from: '10.0.1.0' })).code).toBe('INVALID_LOGIN');
  });

  test.each([
    ['checked', 200, 500],
    ['refused', 500, 500],
  ] as const)('treats a token from a trusted range as %s, if so set', async (trustedSuffix, good, stale) => {
    await start({ settings: { trustedSuffix } });
    const from = { from: TRUSTED };
    expect((await bench.soapLogin(BILLING.username, BILLING.password, from)).status).toBe(200);
    expect((await bench.soapLogin(BILLING.username, SECRET, from)).status).toBe(good);
    expect(
      (await bench.soapLogin(BILLING.username, `${BILLING.password}${'x'.repeat(24)}`, from)).status,
    ).toBe(stale);
  });

  it('needs no token inside profile ranges, and refuses outside (facts: login)', async () => {
    await start({ users: [{ ...BILLING, loginIpRanges: [{ start: '192.0.2.1', end: '192.0.2.9' }] }] });
    expect((await bench.soapLogin(BILLING.username, BILLING.password, { from: '192.0.2.9' })).status).toBe(
      200,
    );
    const outside = await bench.soapLogin(BILLING.username, SECRET, { from: TRUSTED });
    expect(outside.code).toBe('LOGIN_DURING_RESTRICTED_DOMAIN');
    expect(outside.text).toContain('The user is not allowed to log in from this IP address.');
    // Whoever does not know the password learns nothing of the ranges.
    expect((await bench.soapLogin(BILLING.username, 'wrong', { from: TRUSTED })).code).toBe('INVALID_LOGIN');
  });

  it('refuses outside of login hours (facts: faults)', async () => {
    await start({ users: [{ ...BILLING, loginHours: { from: '08:00', to: '18:00' } }] });
    const closed = await bench.soapLogin(BILLING.username, SECRET);
    expect(closed.code).toBe('LOGIN_DURING_RESTRICTED_TIME');
    expect(closed.text).toContain('during this time period.');
    bench.clock.advance(8 * 60 * 60_000);
    expect((await bench.soapLogin(BILLING.username, SECRET)).status).toBe(200);
  });
});

describe('login(): an expired password', () => {
  it('comes with HTTP 200, passwordExpired and a session that may only set the password (facts: login)', async () => {
    await start({
      users: [BILLING, { ...ADMIN, permissions: { ...ADMIN.permissions, passwordNeverExpires: true } }],
    });
    bench.clock.advance(90 * DAY - 1000);
    expect((await bench.soapLogin(BILLING.username, SECRET)).text).toContain('<passwordExpired>false<');
    bench.clock.advance(1000);
    const expired = await bench.soapLogin(BILLING.username, SECRET);
    expect(expired.status).toBe(200);
    expect(expired.text).toContain('<passwordExpired>true</passwordExpired>');
    const session = /<sessionId>([^<]+)</.exec(expired.text)?.[1] ?? '';
    const connection = bench.withSession(session);
    await expect(connection.soap.getUserInfo()).rejects.toThrow(
      'INVALID_OPERATION_WITH_EXPIRED_PASSWORD: The users password has expired, you must call SetPassword before ' +
        'attempting any other API operations',
    );
    await expect(connection.query('SELECT Id FROM User')).rejects.toMatchObject({
      errorCode: 'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
    });
    await connection.soap.setPassword(bench.org.inspect(BILLING.username).id, 'fresh-Passw0rd');
    expect((await connection.soap.getUserInfo()).userName).toBe(BILLING.username);
    expect((await (await bench.loginAdmin()).soap.getUserInfo()).userName).toBe(ADMIN.username);
  });

  it('makes jsforce say so and drop the session (facts: jsforce 3)', async () => {
    await start();
    bench.clock.advance(90 * DAY);
    await expect(bench.connection().login(BILLING.username, SECRET)).rejects.toThrow(
      'Unable to login because the used password has expired.',
    );
  });

  it('does not let the session set the password of another user', async () => {
    await start();
    bench.clock.advance(90 * DAY);
    const reply = await bench.soapLogin(ADMIN.username, ADMIN.password + ADMIN.securityToken);
    const session = /<sessionId>([^<]+)</.exec(reply.text)?.[1] ?? '';
    const { id } = bench.org.inspect(BILLING.username);
    await expect(bench.withSession(session).soap.setPassword(id, 'fresh-Passw0rd')).rejects.toThrow(
      'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
    );
    const rest = (userId: string) =>
      bench.rest(`/services/data/v64.0/sobjects/User/${userId}/password`, session, 'POST', {
        NewPassword: 'fresh-Passw0rd',
      });
    expect((await rest(id)).body[0].errorCode).toBe('INVALID_OPERATION_WITH_EXPIRED_PASSWORD');
    expect((await bench.rest('/services/oauth2/userinfo', session)).status).toBe(403);
    expect((await rest(bench.org.inspect(ADMIN.username).id)).status).toBe(204);
  });
});
