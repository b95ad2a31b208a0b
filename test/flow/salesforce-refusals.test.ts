import { afterEach, describe, expect, test } from '@jest/globals';
import { logInAsIntegration } from '../support/integration-login.ts';
import { placesOfPasswordInForce, problemsAfterRotation } from '../support/invariants.ts';
import { DAY, DRAFT, HOUR, ROTATOR, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { fail, ScriptedWire } from '../support/scripted-wire.ts';

afterEach(() => RotationBench.closeAll());

async function refusalOf(bench: RotationBench): Promise<string | undefined> {
  const { phase, blocked } = await bench.state();
  expect(phase).toBe('blocked');
  expect(blocked?.refusal.remedy).toMatch(/resume/);
  return blocked?.refusal.code;
}

describe('Salesforce refuses to set the password', () => {
  test('as against its policy: other drafts are tried, then it stops with the old password in force', async () => {
    const bench = await RotationBench.start({ settings: { policy: { minimumLength: 40 } } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect(await refusalOf(bench)).toBe('password-refused');
    expect((await bench.state()).blocked?.refusal.message).toContain('at least 40 characters');
    expect((await bench.historyTypes()).filter((type) => type === 'Password Refused')).toHaveLength(2);
    expect(bench.sandbox.salesforce.inspect(USERNAME).password).toBe(old.password);
    expect(await logInAsIntegration(old)).toBe('accepted');
    expect(bench.secrets.login(SECRET)).toEqual(old);

    bench.configureCredential((credential) => {
      credential.password = { length: 40 };
    });
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.login(SECRET).password).toHaveLength(40);
  });

  test('once only: the next draft goes through', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ wire });
    const old = bench.secrets.login(SECRET);
    const refused = () => fail('INVALID_NEW_PASSWORD', 'Your password cannot be easy to guess.');
    wire.on({ operation: 'password.post', nth: 1, does: refused });
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(wire.seen('password.post')).toBe(2);
  });

  test('because it is too young: nothing changes until the day is over', async () => {
    const bench = await RotationBench.start({ settings: { policy: { minimumLifetimeOneDay: true } } });
    await bench.rotate();
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect(await refusalOf(bench)).toBe('password-refused');
    expect(bench.secrets.login(SECRET)).toEqual(old);
    expect(await logInAsIntegration(old)).toBe('accepted');
    await bench.jump(DAY);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('for want of a permission', async () => {
    const bench = await RotationBench.start();
    const old = bench.secrets.login(SECRET);
    const wire = bench.sandbox.salesforce;
    wire.updateUser(ROTATOR, { permissions: { manageUsers: false } });
    await bench.request();
    expect(await refusalOf(bench)).toBe('connection-permission-missing');
    expect(bench.secrets.text(DRAFT)).toBe('{}');
    expect(await logInAsIntegration(old)).toBe('accepted');
    wire.updateUser(ROTATOR, { permissions: { manageUsers: true } });
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('for want of a permission that was there a moment before', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ wire });
    const old = bench.secrets.login(SECRET);
    const denied = () => fail('INSUFFICIENT_ACCESS', 'You do not have permission to view this record.', 403);
    wire.on({ operation: 'password.post', nth: 1, does: denied });
    await bench.request();
    expect(await refusalOf(bench)).toBe('permission-missing');
    expect(await logInAsIntegration(old)).toBe('accepted');
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('for a while: out of order, then over its limit of calls', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ wire });
    const old = bench.secrets.login(SECRET);
    wire.on({ operation: 'password.post', nth: 1, does: () => fail('SERVER_UNAVAILABLE', 'later', 503) });
    wire.on({ operation: 'password.post', nth: 2, does: () => fail('REQUEST_LIMIT_EXCEEDED', 'limit', 403) });
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect((await bench.historyTypes()).filter((type) => type === 'Password Set')).toHaveLength(1);
  });
});

/** What keeps a right credential from logging in, and how it is mended. */
const OBSTACLES: readonly (readonly [string, string, (bench: RotationBench, on: boolean) => void])[] = [
  [
    'SOAP login() is switched off',
    'login-disabled',
    (bench, on) => bench.sandbox.salesforce.updateSettings({ soapLoginEnabled: !on }),
  ],
  [
    'the permission Use Any API Auth is missing',
    'login-disabled',
    (bench, on) => bench.sandbox.salesforce.updateSettings({ requireUseAnyApiAuth: on }),
  ],
  [
    'the API is switched off for the user',
    'login-disabled',
    (bench, on) => bench.sandbox.salesforce.updateUser(USERNAME, { permissions: { apiEnabled: !on } }),
  ],
  [
    "the profile's login ranges leave the functions out",
    'login-restricted',
    (bench, on) =>
      bench.sandbox.salesforce.updateUser(USERNAME, {
        loginIpRanges: on ? [{ start: '10.0.0.1', end: '10.0.0.9' }] : [],
      }),
  ],
  [
    'it is outside the login hours',
    'login-restricted',
    (bench, on) =>
      bench.sandbox.salesforce.updateUser(USERNAME, {
        loginHours: on ? { from: '20:00', to: '21:00' } : null,
      }),
  ],
];

describe('Salesforce has the new password and lets nobody log in with it', () => {
  test.each(OBSTACLES)(
    '%s: %s, nothing is lost, and it goes on once that is mended',
    async (_what, code, set) => {
      const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'keep-token' } });
      const old = bench.secrets.login(SECRET);
      set(bench, true);
      await bench.request();
      expect(await refusalOf(bench)).toBe(code);
      expect(placesOfPasswordInForce(bench)).toEqual([`${DRAFT} AWSCURRENT`]);
      expect(bench.secrets.login(SECRET)).toEqual(old);
      await bench.pass(HOUR);

      set(bench, false);
      await bench.resumeUntilIdle();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
    },
  );

  test('and says that the password has expired', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ wire, settings: { onApiPasswordSet: 'keep-token' } });
    const old = bench.secrets.login(SECRET);
    const expired = () =>
      fail('INVALID_OPERATION_WITH_EXPIRED_PASSWORD', 'The users password has expired', 500);
    wire.on({ operation: 'login', does: expired });
    await bench.request();
    expect(await refusalOf(bench)).toBe('password-expired');
    expect(placesOfPasswordInForce(bench)).toEqual([`${DRAFT} AWSCURRENT`]);
    wire.clear();
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test.each([{ userId: '0055g0000000009AAA' }, { organizationId: '00D5e000000Xq9sEAC' }])(
    'and the login leads to another identity than the recorded one: %j',
    async (recorded) => {
      const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
      const old = bench.secrets.login(SECRET);
      await bench.request();
      const { userId = '', organizationId = '' } = (await bench.state()).rotation ?? {};
      await bench.ledger.changeRotation(recorded);
      await bench.newToken();
      expect(await refusalOf(bench)).toBe('identity-changed');
      expect(bench.secrets.login(SECRET)).toEqual(old);
      for (const secret of bench.integrations) expect(bench.secrets.login(secret)).toEqual(old);

      await bench.ledger.changeRotation({ userId, organizationId });
      await bench.ask('resume');
      await bench.newToken();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
    },
  );
});

describe('what does not stand in the way', () => {
  test('an old password that has expired', async () => {
    const bench = await RotationBench.start();
    bench.configureCredential((credential) => {
      delete credential.schedule;
    });
    bench.sandbox.secretsManager.cancelRotateSecret({ SecretId: SECRET });
    await bench.jump(100 * DAY);
    bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET, RotateImmediately: false });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('codes that are spelled with another prefix, or none', async () => {
    for (const faultCodePrefix of ['ns1', 'bare'] as const) {
      const bench = await RotationBench.start({ settings: { faultCodePrefix } });
      const old = bench.secrets.login(SECRET);
      await bench.rotate();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
    }
  });

  test('sessions that end with a change of password', async () => {
    const bench = await RotationBench.start({ settings: { passwordSetEndsSessions: true } });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});
