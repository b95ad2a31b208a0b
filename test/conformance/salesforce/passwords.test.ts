import { afterEach, describe, expect, it, test } from '@jest/globals';
import type { Connection } from 'jsforce';
import type { SettingsChange } from '../../../lib/sandbox/salesforce/settings.ts';
import { ADMIN, Bench, BILLING, DAY, MINUTE } from './harness.ts';

let bench: Bench;
let admin: Connection;
let billingId: string;
const start = async (settings: SettingsChange = {}) => {
  bench = await Bench.start({ settings: { onApiPasswordSet: 'keep-token', ...settings } });
  admin = await bench.loginAdmin();
  billingId = bench.org.inspect(BILLING.username).id;
};
afterEach(() => bench.stop());

const passwordPath = (id: string) => `/services/data/v64.0/sobjects/User/${id}/password`;
const post = (password: string) =>
  bench.rest(passwordPath(billingId), String(admin.accessToken), 'POST', { NewPassword: password });
const login = (password: string) => bench.soapLogin(BILLING.username, password + BILLING.securityToken);

describe('setting the password of another user', () => {
  it('kills the old password at once and moves LastPasswordChangeDate (facts: Detecting a change)', async () => {
    await start();
    bench.clock.advance(90 * MINUTE);
    await admin.soap.setPassword(billingId, 'fresh-Passw0rd');
    expect((await login(BILLING.password)).code).toBe('INVALID_LOGIN');
    expect((await login('fresh-Passw0rd')).status).toBe(200);
    const found = await admin.query<{ LastPasswordChangeDate: string }>(
      `SELECT LastPasswordChangeDate FROM User WHERE Username = '${BILLING.username}'`,
    );
    expect(found.records[0]?.LastPasswordChangeDate).toBe('2026-11-01T01:30:00.000+0000');
  });

  it('answers 204 over REST, also to jsforce with the 15-character id (facts: jsforce 3)', async () => {
    await start();
    expect(await post('fresh-Passw0rd')).toEqual({ status: 204, body: '' });
    await admin.requestPost(`/sobjects/User/${billingId.slice(0, 15)}/password`, {
      NewPassword: 'next-Passw0rd',
    });
    expect((await login('next-Passw0rd')).status).toBe(200);
  });

  it.each([`Aa1&<>"'`, 'Aa1-秘密-ö🔑'])('keeps %s as it is, over SOAP and over REST', async (password) => {
    await start();
    await admin.soap.setPassword(billingId, password);
    expect((await login(password)).status).toBe(200);
    await post(`${password}2`);
    expect((await login(`${password}2`)).status).toBe(200);
  });

  it('needs the permission to reset passwords (facts: Policy)', async () => {
    await start();
    const billing = await bench.loginBilling();
    const { id } = bench.org.inspect(ADMIN.username);
    await expect(billing.soap.setPassword(id, 'fresh-Passw0rd')).rejects.toThrow('INSUFFICIENT_ACCESS');
    const rest = await bench.rest(passwordPath(id), String(billing.accessToken), 'POST', {
      NewPassword: 'x',
    });
    expect(rest.status).toBe(403);
    expect(rest.body).toEqual([
      { errorCode: 'INSUFFICIENT_ACCESS', message: 'You do not have permission to view this record.' },
    ]);
    expect(bench.org.inspect(ADMIN.username).password).toBe(ADMIN.password);
  });

  it('refuses an unknown user', async () => {
    await start();
    await expect(admin.soap.setPassword('005000000000000AAA', 'fresh-Passw0rd')).rejects.toThrow(
      'INVALID_CROSS_REFERENCE_KEY',
    );
    const rest = await bench.rest(passwordPath('005000000000000AAA'), String(admin.accessToken), 'POST', {
      NewPassword: 'fresh-Passw0rd',
    });
    expect([rest.status, rest.body[0].errorCode]).toEqual([404, 'NOT_FOUND']);
  });

  it('lets existing sessions live on, unless set otherwise (facts: Policy)', async () => {
    await start();
    const billing = await bench.loginBilling();
    await post('fresh-Passw0rd');
    expect((await billing.soap.getUserInfo()).userName).toBe(BILLING.username);
    bench.org.updateSettings({ passwordSetEndsSessions: true });
    await post('next-Passw0rd');
    await expect(billing.soap.getUserInfo()).rejects.toThrow('INVALID_SESSION_ID');
  });

  it('leaves a row changedpassword in SetupAuditTrail, and no password in it (facts: Detecting a change)', async () => {
    await start();
    await post('fresh-Passw0rd');
    const rows = await admin.query(
      'SELECT Action, Section, Display, CreatedById, CreatedDate FROM SetupAuditTrail',
    );
    expect(rows.records[0]).toMatchObject({
      Action: 'changedpassword',
      CreatedById: bench.org.inspect(ADMIN.username).id,
      CreatedDate: '2026-11-01T00:00:00.000+0000',
    });
    expect(JSON.stringify(rows)).not.toContain('fresh-Passw0rd');
  });

  it('refuses a body that is not JSON without quoting it', async () => {
    await start();
    const response = await bench.fetchJson(passwordPath(billingId), {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.accessToken}`, 'content-type': 'application/json' },
      body: '{"NewPassword": s3cret-Value}',
    });
    expect([response.status, response.body[0].errorCode]).toEqual([400, 'JSON_PARSER_ERROR']);
    expect(JSON.stringify(response.body)).not.toContain('s3cret-Value');
  });
});

describe('setting the own password', () => {
  it('is refused without the setting for self-resets; REST may say NOT_FOUND (facts: faults)', async () => {
    await start();
    const billing = await bench.loginBilling();
    await expect(billing.soap.setPassword(billingId, 'fresh-Passw0rd')).rejects.toThrow(
      'INSUFFICIENT_ACCESS: Cannot set password for self',
    );
    const set = () =>
      bench.rest(passwordPath(billingId), String(billing.accessToken), 'POST', {
        NewPassword: 'fresh-Passw0rd',
      });
    expect((await set()).body[0].errorCode).toBe('INSUFFICIENT_ACCESS');
    bench.org.updateSettings({ selfSetRefusalInRest: 'NOT_FOUND' });
    expect((await set()).body[0].errorCode).toBe('NOT_FOUND');
    bench.org.updateSettings({ allowSetPasswordForSelf: true });
    expect((await set()).status).toBe(204);
    expect((await login('fresh-Passw0rd')).status).toBe(200);
  });

  it('goes by changeOwnPassword with the old password (facts: Policy)', async () => {
    await start();
    const session = String((await bench.loginBilling()).accessToken);
    const change = (oldPassword: string, newPassword: string) =>
      bench.soap(
        `<u:changeOwnPassword><u:oldPassword>${oldPassword}</u:oldPassword><u:newPassword>${newPassword}</u:newPassword></u:changeOwnPassword>`,
        { session },
      );
    const refused = await change('wrong', 'fresh-Passw0rd');
    expect([refused.status, refused.code]).toEqual([500, 'INVALID_OLD_PASSWORD']);
    expect(bench.org.inspect(BILLING.username).failedLogins).toBe(1);
    bench.org.updateSettings({ policy: { lockoutAfter: 3 } });
    await change('wrong', 'fresh-Passw0rd');
    await change('wrong', 'fresh-Passw0rd');
    expect((await change(BILLING.password, 'fresh-Passw0rd')).code).toBe('PASSWORD_LOCKOUT');
    bench.clock.advance(15 * MINUTE);
    expect((await change(BILLING.password, 'fresh-Passw0rd')).status).toBe(200);
    expect((await login('fresh-Passw0rd')).status).toBe(200);
  });
});

describe('policy (facts: Policy)', () => {
  const refusal = async (password: string) => {
    const before = bench.org.inspect(BILLING.username);
    const reply = await post(password);
    if (reply.status === 204) return undefined;
    expect(reply.status).toBe(400);
    expect(reply.body[0].errorCode).toBe('INVALID_NEW_PASSWORD');
    expect(bench.org.inspect(BILLING.username)).toEqual(before);
    return reply.body[0].message as string;
  };

  test.each([
    ['NoRestriction', 'aaaaaaaa', undefined],
    ['AlphaNumeric', 'aaaaaaaa', 'Your password must have a mix of letters and numbers.'],
    ['AlphaNumeric', 'aaaaaaa1', undefined],
    ['SpecialCharacters', 'aaaaaa1?', expect.stringContaining('special')],
    ['SpecialCharacters', 'aaaaaa1!', undefined],
    ['UpperLowerCaseNumeric', 'aaaaaa1!', expect.stringContaining('uppercase')],
    ['UpperLowerCaseNumeric', 'aaaaaaA1', undefined],
    ['UpperLowerCaseNumericSpecialCharacters', 'aaaaaaA1', expect.stringContaining('special')],
    ['UpperLowerCaseNumericSpecialCharacters', 'aaaaaA1<', undefined],
    ['Any3UpperLowerCaseNumericSpecialCharacters', 'aaaaaaa1', expect.stringContaining('3 of')],
    ['Any3UpperLowerCaseNumericSpecialCharacters', 'aaaaaA1a', undefined],
  ] as const)('%s judges %s', async (complexity, password, expected) => {
    await start({ policy: { complexity } });
    expect(await refusal(password)).toEqual(expected);
  });

  it('wants the minimum length', async () => {
    await start({ policy: { minimumLength: 12 } });
    expect(await refusal('Passw0rd-12')).toContain('at least 12 characters');
    expect(await refusal('Passw0rd-123')).toBeUndefined();
  });

  it('refuses the username inside, and a first or last name', async () => {
    await start({ policy: { complexity: 'NoRestriction', minimumLength: 5 } });
    expect(await refusal(`x1${BILLING.username.toUpperCase()}x`)).toBe(
      'Your password cannot be easy to guess.',
    );
    const named = await Bench.start({
      settings: { policy: { complexity: 'NoRestriction', minimumLength: 5 } },
      users: [{ ...BILLING, lastName: 'Ingersoll' }, ADMIN],
    });
    const connection = await named.loginAdmin();
    const { id } = named.org.inspect(BILLING.username);
    await expect(connection.soap.setPassword(id, 'ingersoll')).rejects.toThrow(
      'INVALID_NEW_PASSWORD: Your password cannot be easy to guess.',
    );
    await named.stop();
  });

  it('remembers the last passwords: invalid repeated password', async () => {
    await start({ policy: { history: 2 } });
    await post('second-Passw0rd');
    expect(await refusal('second-Passw0rd')).toBe('invalid repeated password');
    expect(await refusal(BILLING.password)).toBe('invalid repeated password');
    await post('third-Passw0rd');
    expect(await refusal(BILLING.password)).toBeUndefined();
  });

  it('remembers nothing with history 0', async () => {
    await start({ policy: { history: 0 } });
    expect(await refusal(BILLING.password)).toBeUndefined();
  });

  it('keeps a password for a day where the policy says so, against administrators, too', async () => {
    await start({ policy: { minimumLifetimeOneDay: true } });
    bench.clock.advance(DAY);
    admin = await bench.loginAdmin();
    expect(await refusal('second-Passw0rd')).toBeUndefined();
    expect(await refusal('third-Passw0rd')).toContain('once in 24 hours');
    bench.clock.advance(DAY);
    admin = await bench.loginAdmin();
    expect(await refusal('third-Passw0rd')).toBeUndefined();
    bench.org.resetPassword(BILLING.username);
    expect(await refusal('after-a-reset-Passw0rd')).toBeUndefined();
  });
});

describe('password status and reset', () => {
  it('shows isExpired to the user and to administrators only (facts: Detecting a change)', async () => {
    await start();
    const path = passwordPath(billingId);
    const billing = await bench.loginBilling();
    const own = await bench.rest(path, String(billing.accessToken));
    expect(own.body).toEqual({ isExpired: false });
    const others = passwordPath(bench.org.inspect(ADMIN.username).id);
    expect((await bench.rest(others, String(billing.accessToken))).status).toBe(403);
    const app = await bench.token({
      grant_type: 'client_credentials',
      client_id: '3MVG9.rotator',
      client_secret: 'app-secret',
    });
    bench.clock.advance(90 * DAY);
    const fresh = await bench.token({
      grant_type: 'client_credentials',
      client_id: '3MVG9.rotator',
      client_secret: 'app-secret',
    });
    expect((await bench.rest(path, app.body.access_token)).status).toBe(401);
    expect((await bench.rest(path, fresh.body.access_token)).body).toEqual({ isExpired: true });
  });

  it('DELETE gives a temporary password and a link by mail; the token follows the permanent one (facts: Token)', async () => {
    await start();
    const reset = await bench.rest(passwordPath(billingId), String(admin.accessToken), 'DELETE');
    expect(reset.status).toBe(200);
    const temporary: string = reset.body.NewPassword;
    expect((await login(temporary)).code).toBe('INVALID_LOGIN');
    await bench.org.deliverDueMails();
    expect(bench.mails).toHaveLength(1);
    expect(bench.mails[0]?.raw).not.toContain('Security token');
    await post('fresh-Passw0rd');
    await bench.org.deliverDueMails();
    expect(bench.mails[1]?.raw).toContain('Security token (case-sensitive): ');
    const { token } = bench.org.inspect(BILLING.username);
    const renewed = await bench.soapLogin(BILLING.username, `fresh-Passw0rd${token?.value}`);
    expect(renewed.text).toContain('<passwordExpired>false<');
  });

  it('resetPassword over SOAP makes the next login say that the password expired (facts: Token)', async () => {
    await start();
    const { password } = await admin.soap.resetPassword(billingId);
    const reply = await bench.soapLogin(BILLING.username, String(password), { from: '10.0.0.1' });
    expect(reply.text).toContain('<passwordExpired>true</passwordExpired>');
    const rows = await admin.query<{ Action: string }>('SELECT Action FROM SetupAuditTrail');
    expect(rows.records.map((row) => row.Action)).toEqual(['resetpassword']);
  });
});
