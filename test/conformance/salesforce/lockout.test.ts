import { afterEach, describe, expect, it, test } from '@jest/globals';
import { ADMIN, AMBIGUOUS, Bench, BILLING, MINUTE, type Options } from './harness.ts';

let bench: Bench;
const start = async (lockoutAfter: 3 | 5 | 10 | null, options: Options = {}) => {
  bench = await Bench.start({ ...options, settings: { policy: { lockoutAfter, lockoutMinutes: 15 } } });
};
afterEach(() => bench.stop());

const SECRET = BILLING.password + BILLING.securityToken;
const wrong = () => bench.soapLogin(BILLING.username, 'wrong');
const right = () => bench.soapLogin(BILLING.username, SECRET);
const times = async (count: number, action: () => Promise<unknown>) => {
  for (let done = 0; done < count; done += 1) await action();
};

describe('lockout (facts: Policy)', () => {
  test.each([3, 5, 10] as const)('locks after %i failures, and not one earlier', async (threshold) => {
    await start(threshold);
    await times(threshold - 1, wrong);
    expect((await right()).status).toBe(200);
    await times(threshold, wrong);
    expect((await right()).text).toContain(AMBIGUOUS);
    expect(bench.statuses(BILLING.username).at(-1)).toBe('Password Lockout');
  });

  it('never locks without a limit', async () => {
    await start(null);
    await times(12, wrong);
    expect((await right()).status).toBe(200);
  });

  it('counts each wrong or missing token, too (facts: login)', async () => {
    await start(3);
    await bench.soapLogin(BILLING.username, `${SECRET}x`);
    await bench.soapLogin(BILLING.username, BILLING.password);
    await wrong();
    expect((await right()).code).toBe('INVALID_LOGIN');
    expect(bench.statuses(BILLING.username)).toEqual([
      'Invalid Password',
      'Failed: API security token required',
      'Invalid Password',
      'Password Lockout',
    ]);
  });

  it('forgets failures after a good login', async () => {
    await start(3);
    await times(3, async () => {
      await times(2, wrong);
      expect((await right()).status).toBe(200);
    });
  });

  it('gives a locked user the same answer for a right and a wrong password', async () => {
    await start(3);
    await times(3, wrong);
    expect(await right()).toEqual(await wrong());
  });

  it('ends after its minutes, and then counts anew', async () => {
    await start(3);
    await times(3, wrong);
    bench.clock.advance(15 * MINUTE - 1);
    expect((await right()).status).toBe(500);
    bench.clock.advance(1);
    await times(2, wrong);
    expect((await right()).status).toBe(200);
  });

  it('is not prolonged by tries while it lasts', async () => {
    await start(3);
    await times(3, wrong);
    bench.clock.advance(14 * MINUTE);
    await times(5, wrong);
    bench.clock.advance(1 * MINUTE);
    expect((await right()).status).toBe(200);
  });

  it('lasts for ever if so set, until an administrator sets IsPasswordLocked to false (facts: Detecting)', async () => {
    await start(3);
    bench.org.updateSettings({ policy: { lockoutMinutes: 'forever' } });
    const admin = await bench.loginAdmin();
    await times(3, wrong);
    bench.clock.advance(60 * MINUTE);
    expect((await right()).status).toBe(500);
    const userId = bench.org.inspect(BILLING.username).id;
    const found = await admin.query<{ Id: string; IsPasswordLocked: boolean }>(
      `SELECT Id, IsPasswordLocked FROM UserLogin WHERE UserId = '${userId}'`,
    );
    expect(found.records[0]?.IsPasswordLocked).toBe(true);
    const saved = await admin
      .sobject('UserLogin')
      .update({ Id: String(found.records[0]?.Id), IsPasswordLocked: false });
    expect(saved).toMatchObject({ success: true });
    expect((await right()).status).toBe(200);
    const audit = await admin.query<{ Action: string }>('SELECT Action FROM SetupAuditTrail');
    expect(audit.records.map((row) => row.Action)).toEqual(['unlockeduser']);
  });

  it('follows the profile policy over the org policy (facts: Policy)', async () => {
    await start(10, { users: [{ ...BILLING, policy: { lockoutAfter: 3 } }, ADMIN] });
    await times(3, wrong);
    expect((await right()).status).toBe(500);
  });

  test.each([
    [false, 500],
    [true, 200],
  ])('is lifted by a password set through the API: %p', async (passwordSetUnlocks, status) => {
    await start(3);
    bench.org.updateSettings({ passwordSetUnlocks, onApiPasswordSet: 'keep-token' });
    await times(3, wrong);
    const admin = await bench.loginAdmin();
    await admin.soap.setPassword(bench.org.inspect(BILLING.username).id, 'fresh-Passw0rd');
    const reply = await bench.soapLogin(BILLING.username, `fresh-Passw0rd${BILLING.securityToken}`);
    expect(reply.status).toBe(status);
  });

  it('does not touch OAuth grants without a password', async () => {
    await start(3, { connectedApps: [{ clientId: 'k', clientSecret: 's', runAs: BILLING.username }] });
    await times(3, wrong);
    const reply = await bench.token({ grant_type: 'client_credentials', client_id: 'k', client_secret: 's' });
    expect(reply.status).toBe(200);
  });
});
