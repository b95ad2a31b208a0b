import { afterEach, describe, expect, test } from '@jest/globals';
import { failedLogins } from '../support/invariants.ts';
import { DAY, HOUR, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

/** Logins of the integrations' user. */
function logins(bench: RotationBench): number {
  const { view } = bench.sandbox.salesforce;
  const { id } = bench.sandbox.salesforce.inspect(USERNAME);
  return view.loginHistory.filter(({ userId }) => userId === id).length;
}

/** Past the next heartbeat, with looks of the watch on the way. */
async function untilHeartbeat(bench: RotationBench): Promise<void> {
  await bench.jump(DAY);
  await bench.sandbox.pump.tick();
}

test('a credential that nobody touches is proved once a day, and its history stays empty', async () => {
  const bench = await RotationBench.start();
  await bench.sandbox.pump.tick();
  const [before, history] = [logins(bench), (await bench.historyTypes()).length];
  for (let day = 1; day <= 3; day += 1) {
    await untilHeartbeat(bench);
    await bench.pass(HOUR);
    expect(logins(bench)).toBe(before + day);
  }
  expect(await bench.historyTypes()).toHaveLength(history);
  expect(failedLogins(bench)).toBe(0);
});

test('a rotation of the service’s own is proof enough', async () => {
  const bench = await RotationBench.start();
  await bench.jump(DAY - HOUR);
  await bench.rotate();
  const before = logins(bench);
  await bench.pass(2 * HOUR);
  expect(logins(bench)).toBe(before);
});

/** What keeps a right credential from logging in. */
const OBSTACLES: readonly (readonly [string, string, RegExp, (bench: RotationBench, on: boolean) => void])[] =
  [
    [
      'SOAP login() is switched off',
      'login-disabled',
      /Enable SOAP API login\(\)/,
      ({ sandbox }, on) => sandbox.salesforce.updateSettings({ soapLoginEnabled: !on }),
    ],
    [
      'the permission Use Any API Auth is missing',
      'login-disabled',
      /"Use Any API Auth"/,
      ({ sandbox }, on) => sandbox.salesforce.updateSettings({ requireUseAnyApiAuth: on }),
    ],
    [
      'the API is switched off for the user',
      'login-disabled',
      /"API Enabled"/,
      ({ sandbox }, on) => sandbox.salesforce.updateUser(USERNAME, { permissions: { apiEnabled: !on } }),
    ],
    [
      "the profile's login ranges leave the functions out",
      'login-restricted',
      /addresses and hours/,
      ({ sandbox }, on) =>
        sandbox.salesforce.updateUser(USERNAME, {
          loginIpRanges: on ? [{ start: '10.0.0.1', end: '10.0.0.9' }] : [],
        }),
    ],
    [
      'it is outside the login hours',
      'login-restricted',
      /addresses and hours/,
      ({ sandbox }, on) =>
        sandbox.salesforce.updateUser(USERNAME, { loginHours: on ? { from: '20:00', to: '21:00' } : null }),
    ],
  ];

describe('what keeps the credential out is found by the next heartbeat', () => {
  test.each(OBSTACLES)(
    '%s: %s, every secret as it was, and a login proves the remedy',
    async (_what, code, remedy, set) => {
      const bench = await RotationBench.start();
      set(bench, true);
      const secret = bench.secrets.text(SECRET);
      await untilHeartbeat(bench);
      const { phase, blocked } = await bench.state();
      expect([phase, blocked?.refusal.code]).toEqual(['blocked', code]);
      expect(blocked?.refusal.remedy).toMatch(remedy);
      expect(blocked?.refusal.message).toContain('No integration was changed.');
      const made = logins(bench);
      await bench.pass(2 * HOUR);
      expect(logins(bench)).toBe(made);

      set(bench, false);
      await bench.ask('resume');
      expect(logins(bench)).toBe(made + 1);
      expect(await bench.state()).toMatchObject({
        phase: 'idle',
        user: { provenAt: bench.sandbox.clock.now().toISOString() },
        budgets: { [USERNAME]: { spent: 0 } },
      });
      expect(bench.secrets.text(SECRET)).toBe(secret);
    },
  );

  test('resumed before it is mended, it is blocked again', async () => {
    const bench = await RotationBench.start();
    bench.sandbox.salesforce.updateSettings({ soapLoginEnabled: false });
    await untilHeartbeat(bench);
    await bench.ask('resume');
    expect(await bench.phase()).toBe('blocked');
  });
});

test.each(['prompt', 'alert'] as const)('a password that has expired: %s', async (onOutsideChange) => {
  const bench = await RotationBench.start({
    configure: (file) => {
      for (const credential of Object.values(file.credentials)) {
        credential.onOutsideChange = onOutsideChange;
        delete credential.schedule;
      }
    },
  });
  bench.sandbox.secretsManager.cancelRotateSecret({ SecretId: SECRET });
  bench.sandbox.salesforce.updateSettings({ policy: { expiresAfterDays: 30 } });
  bench.sandbox.clock.advance(31 * DAY * 1_000);
  bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET, RotateImmediately: false });
  await bench.sandbox.pump.tick();
  expect(await bench.historyTypes()).toContain('Password Expired');
  if (onOutsideChange === 'alert') {
    expect(await bench.state()).toMatchObject({
      phase: 'blocked',
      blocked: { refusal: { code: 'password-expired' } },
    });
    await bench.ask('rotate-now');
  }
  await bench.untilIdle();
  expect((await bench.state()).last?.cause).toBe(onOutsideChange === 'alert' ? 'requested' : 'take-over');
  expect(bench.secrets.login(SECRET).password).toBe(bench.sandbox.salesforce.inspect(USERNAME).password);
});
