import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins, placesOfPasswordInForce, problemsAfterRotation } from '../support/invariants.ts';
import { LeakWatch } from '../support/leak-watch.ts';
import {
  type BenchOptions,
  DAY,
  DRAFT,
  HOUR,
  MINUTE,
  RotationBench,
  SECRET,
  USERNAME,
} from '../support/rotation-bench.ts';
import { CUT, fail, ScriptedWire } from '../support/scripted-wire.ts';

beforeAll(() => {
  // What is cut is not repeated by the SDK.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

const CHANGE = 'changeOwnPassword';
/** More than the lease of a run that may yet change the password. */
const PATIENCE = 6 * MINUTE;

async function start({ scenario, ...options }: BenchOptions = {}) {
  const wire = new ScriptedWire();
  const bench = await RotationBench.start({
    wire,
    ...options,
    scenario: { connection: 'self', ...scenario },
  });
  return { bench, wire, old: bench.secrets.login(SECRET), org: bench.sandbox.salesforce };
}

async function refusal(bench: RotationBench) {
  const { phase, blocked } = await bench.state();
  expect(phase).toBe('blocked');
  return { from: blocked?.from, ...blocked?.refusal };
}

function sessions({ sandbox }: RotationBench): readonly unknown[] {
  return sandbox.salesforce.view.sessions;
}

describe('a rotation in the session of the user itself', () => {
  test.each([
    ['keeps the token', { source: 'unchanged' }],
    ['mails a new token', { source: 'mailbox' }],
    ['is logged in to by the OAuth username-password flow', { source: 'mailbox', login: 'oauth-password' }],
  ] as const)('ends well where the org %s, and leaves no session behind', async (_what, scenario) => {
    const { bench, wire, old, org } = await start({ scenario });
    const rows = org.view.loginHistory.length;
    await bench.rotate();
    expect(sessions(bench)).toEqual([]);
    expect(failedLogins(bench)).toBe(scenario.source === 'unchanged' ? 0 : 1);
    // One opens the session, and the others are those of any rotation.
    expect(org.view.loginHistory.length - rows).toBe(scenario.source === 'unchanged' ? 2 : 3);
    expect(wire.seen(CHANGE)).toBe(1);
    expect(wire.seen('password.post')).toBe(0);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('with a person who presses Start and brings the token', async () => {
    const { bench, wire, old, org } = await start({ scenario: { source: 'operator' } });
    await bench.request();
    expect(await bench.phase()).toBe('invited');
    expect(wire.seen(CHANGE)).toBe(0);
    await bench.sandbox.functions.invoke('watch', { action: 'start', credential: 'billing', by: 'ann' });
    await bench.sandbox.pump.settle();
    expect(await bench.phase()).toBe('awaiting-token');
    await bench.sandbox.functions.invoke('watch', {
      action: 'submit-token',
      credential: 'billing',
      by: 'ann',
      pasted: org.inspect(USERNAME).token?.value,
    });
    await bench.sandbox.pump.settle();
    expect((await bench.state()).last?.source).toBe('operator');
    expect(sessions(bench)).toEqual([]);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('the org knows no other user, and the watch logs in nowhere', async () => {
    const { bench, org } = await start();
    expect(org.view.users.map(({ username }) => username)).toEqual([USERNAME]);
    const rows = org.view.loginHistory.length;
    await bench.pass(HOUR);
    expect(org.view.loginHistory).toHaveLength(rows);
    expect(await bench.phase()).toBe('idle');
  });

  test.each([
    ['nothing happens', undefined],
    ['the answer to the change is lost', CUT],
    ['the change is refused', fail('INSUFFICIENT_ACCESS', 'not allowed', 500)],
  ])('no password, token or session is told anywhere where %s', async (_what, verdict) => {
    const { bench, wire, org } = await start();
    const watch = new LeakWatch(bench);
    const before = watch.secretsSeen;
    wire.on({
      operation: CHANGE,
      nth: 1,
      does: () => {
        // It begins with the id of the org, which is no secret.
        for (const { id } of org.view.sessions) watch.add('a session', id.slice(id.indexOf('!')));
        return verdict;
      },
    });
    await bench.request();
    await bench.pass(20 * MINUTE);
    expect(watch.secretsSeen).toBeGreaterThan(before);
    expect(await watch.leaks()).toEqual([]);
  });
});

describe('before anything is changed', () => {
  test('the current credential is not what the org has: refused after one login, and it goes on with the right one', async () => {
    const { bench, wire, old, org } = await start();
    bench.secrets.edit(SECRET, { password: 'not-in-force-1aA' });
    const before = bench.secrets.snapshot();
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      from: 'idle',
      code: 'current-credential-refused',
      message: expect.stringContaining('Nothing was changed.'),
      remedy: expect.stringMatching(
        /^Put the password .* into "salesforce\/prod\/billing".*, then resume\.$/,
      ),
    });
    await bench.pass(HOUR);
    expect(failedLogins(bench)).toBe(1);
    expect(wire.seen(CHANGE)).toBe(0);
    expect(bench.secrets.snapshot()).toEqual(before);
    expect(org.inspect(USERNAME).password).toBe(old.password);

    bench.secrets.edit(SECRET, { password: old.password });
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('what stands in the way without a login is found without one', async () => {
    const { bench, org } = await start();
    const rows = org.view.loginHistory.length;
    bench.secrets.put(DRAFT, 'no json');
    await bench.request();
    expect(await refusal(bench)).toMatchObject({ code: 'draft-holds-another-rotation' });
    expect(org.view.loginHistory).toHaveLength(rows);
  });

  const OBSTACLES: readonly (readonly [string, string, RegExp, (org: Org, on: boolean) => void])[] = [
    [
      'the user lacks API Enabled',
      'login-disabled',
      /"API Enabled"/,
      (org, on) => org.updateUser(USERNAME, { permissions: { apiEnabled: !on } }),
    ],
    [
      'the user lacks Use Any API Auth',
      'login-disabled',
      /"Use Any API Auth"/,
      (org, on) => org.updateSettings({ requireUseAnyApiAuth: on }),
    ],
    [
      'SOAP login() is switched off',
      'login-disabled',
      /Turn SOAP API login\(\) on/,
      (org, on) => org.updateSettings({ soapLoginEnabled: !on }),
    ],
    [
      'the API is switched off for the org',
      'login-disabled',
      /Turn the API on for the org/,
      (org, on) => org.updateSettings({ apiEnabled: !on }),
    ],
    [
      "the profile's login ranges leave the functions out",
      'login-restricted',
      /addresses and hours/,
      (org, on) =>
        org.updateUser(USERNAME, { loginIpRanges: on ? [{ start: '10.0.0.1', end: '10.0.0.9' }] : [] }),
    ],
  ];

  test.each(OBSTACLES)('%s: %s, with what to do about it', async (_what, code, remedy, set) => {
    const { bench, wire, old, org } = await start({ settings: { onApiPasswordSet: 'keep-token' } });
    set(org, true);
    await bench.request();
    const found = await refusal(bench);
    expect(found).toMatchObject({ from: 'idle', code, remedy: expect.stringMatching(remedy) });
    expect(found.message).not.toContain('draft');
    expect(wire.seen(CHANGE)).toBe(0);
    expect(bench.secrets.text(DRAFT)).toBe('{}');

    set(org, false);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('an expired password opens a session that is good for setting another one', async () => {
    const { bench, wire, old, org } = await start({
      settings: { policy: { expiresAfterDays: 30 } },
      configure: (file) => {
        for (const credential of Object.values(file.credentials)) delete credential.schedule;
      },
    });
    const expired: boolean[] = [];
    wire.on({
      operation: CHANGE,
      does: () => void expired.push(...org.view.sessions.map(({ passwordExpired }) => passwordExpired)),
    });
    await bench.jump(11 * DAY);
    await bench.rotate();
    expect(expired[0]).toBe(true);
    expect(sessions(bench)).toEqual([]);
    expect(org.inspect(USERNAME).password).not.toBe(old.password);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('an expired password opens none by the OAuth flow, and a person is asked to set another one', async () => {
    const { bench, wire } = await start({
      scenario: { login: 'oauth-password' },
      settings: { policy: { expiresAfterDays: 30 } },
    });
    await bench.jump(11 * DAY);
    await bench.untilPhase('blocked');
    expect(await refusal(bench)).toMatchObject({ code: 'password-expired', from: 'idle' });
    expect(wire.seen(CHANGE)).toBe(0);
  });
});

type Org = RotationBench['sandbox']['salesforce'];

describe('Salesforce refuses the change', () => {
  test('as too young: the old password stays in force until the day is over', async () => {
    const { bench, org } = await start({ settings: { policy: { minimumLifetimeOneDay: true } } });
    await bench.rotate();
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      code: 'password-refused',
      message: expect.stringContaining('only once in 24 hours'),
    });
    expect(org.inspect(USERNAME).password).toBe(old.password);
    await bench.jump(DAY);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('for want of a permission: it says what the user lacks', async () => {
    const { bench, wire, old } = await start();
    wire.on({ operation: CHANGE, nth: 1, does: () => fail('INSUFFICIENT_ACCESS', 'not allowed', 500) });
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      from: 'drafted',
      code: 'permission-missing',
      message: expect.stringContaining('may not change the own password'),
      remedy: expect.stringContaining('"API Enabled"'),
    });
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('because somebody else changed the password a moment before: nothing is set over it', async () => {
    const { bench, wire, org, old } = await start();
    const theirs = 'theirs-Passw0rd-1!';
    wire.on({ operation: CHANGE, nth: 1, does: () => org.changePasswordInUi(USERNAME, theirs) });
    await bench.request();
    expect(await refusal(bench)).toMatchObject({ from: 'drafted', code: 'current-credential-refused' });
    expect(org.inspect(USERNAME).password).toBe(theirs);

    bench.secrets.edit(SECRET, { password: theirs, securityToken: org.inspect(USERNAME).token?.value });
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe('the answer to the change is lost', () => {
  test.each(['keep-token', 'reset-and-mail'] as const)(
    'after it landed, where the org does %s to the token: found out by one login, and never set twice',
    async (onApiPasswordSet) => {
      const { bench, wire, old } = await start({ settings: { onApiPasswordSet } });
      wire.on({ operation: CHANGE, when: 'after', nth: 1, does: () => CUT });
      await bench.request();
      expect(await bench.phase()).toBe('changing');
      expect(sessions(bench)).toEqual([]);
      expect(placesOfPasswordInForce(bench)).toContain(`${DRAFT} AWSCURRENT`);
      await bench.pass(PATIENCE);
      await bench.untilIdle();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
      expect(wire.seen(CHANGE)).toBe(1);
      // The old credential once, and where the token was reset, the old token once.
      expect(failedLogins(bench)).toBeLessThanOrEqual(onApiPasswordSet === 'keep-token' ? 1 : 2);
      expect((await bench.ledger.history()).find(({ type }) => type === 'Password Set')?.message).toContain(
        'is taken to be in force',
      );
    },
  );

  test('before it landed: the old credential still opens a session, and the same password is set in it', async () => {
    const { bench, wire, old } = await start();
    wire.on({ operation: CHANGE, nth: 1, does: () => CUT });
    await bench.request();
    const { password: drafted } = bench.secrets.json(DRAFT);
    expect(await bench.phase()).toBe('changing');
    await bench.pass(PATIENCE);
    await bench.untilIdle();
    expect(bench.secrets.login(SECRET).password).toBe(drafted);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(wire.seen(CHANGE)).toBe(2);
    expect(failedLogins(bench)).toBe(1);
  });

  test('and it lands late, between the login that finds out and the second change', async () => {
    const { bench, wire, old, org } = await start({ settings: { onApiPasswordSet: 'keep-token' } });
    wire.on({ operation: CHANGE, nth: 1, does: () => CUT });
    await bench.request();
    const { password } = bench.secrets.json(DRAFT);
    wire.on({
      operation: CHANGE,
      nth: 1,
      does: () => {
        const { id } = org.inspect(USERNAME);
        const session = org.view.sessions.find(({ userId }) => userId === id);
        const user = org.inspect(USERNAME);
        if (session === undefined) throw new Error('there is no session');
        org.changeOwnPassword({ session, user: live(org) }, user.password, String(password));
      },
    });
    await bench.pass(PATIENCE);
    await bench.untilIdle();
    expect(bench.secrets.login(SECRET).password).toBe(password);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('and the user is locked out meanwhile: what was taken for set is doubted, and set after all', async () => {
    const { bench, wire, old, org } = await start({
      settings: { onApiPasswordSet: 'keep-token', policy: { lockoutAfter: 10, lockoutMinutes: 30 } },
    });
    wire.on({ operation: CHANGE, nth: 1, does: () => CUT });
    await bench.request();
    for (let turn = 0; turn < 10; turn += 1) await logInAsIntegration({ ...old, password: 'a-stranger' });
    await bench.pass(PATIENCE);
    expect(org.inspect(USERNAME).password).toBe(old.password);
    expect(await bench.state()).toMatchObject({ phase: 'awaiting-token', rotation: { presumedSet: true } });

    // Somebody brings the token that there is, which cannot be accepted.
    await bench.sandbox.functions.invoke('watch', {
      action: 'submit-token',
      credential: 'billing',
      by: 'ann',
      pasted: old.securityToken,
    });
    await bench.pass(10 * MINUTE);
    await bench.sandbox.functions.invoke('watch', {
      action: 'submit-token',
      credential: 'billing',
      by: 'ann',
      pasted: 'AnotherTokenThatIsWrong1',
    });
    await bench.pass(MINUTE);
    expect(await refusal(bench)).toMatchObject({ code: 'attempts-spent' });
    expect(failedLogins(bench)).toBe(10 + 3);

    await bench.pass(2 * HOUR);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('with a budget of one attempt: it stops there, loses nothing, and goes on after a resume', async () => {
    const { bench, wire, old } = await start({
      settings: { onApiPasswordSet: 'keep-token', policy: { lockoutAfter: 3 } },
      configure: (file) => {
        for (const credential of Object.values(file.credentials)) {
          credential.lockout = { threshold: 3, maxAttempts: 1 };
          credential.token = { sources: ['unchanged'] };
        }
      },
    });
    wire.on({ operation: CHANGE, when: 'after', nth: 1, does: () => CUT });
    await bench.request();
    await bench.pass(HOUR);
    expect(await refusal(bench)).toMatchObject({ code: 'attempts-spent' });
    expect(failedLogins(bench)).toBe(1);
    expect(placesOfPasswordInForce(bench)).toEqual([`${DRAFT} AWSCURRENT`]);
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await bench.pass(HOUR);
    await bench.resumeUntilIdle();
    expect(failedLogins(bench)).toBe(1);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('and the login that finds out is unanswered, again and again: no more than the budget', async () => {
    const { bench, wire } = await start();
    wire.on({ operation: CHANGE, when: 'after', nth: 1, does: () => CUT });
    await bench.request();
    const before = wire.seen('login');
    wire.on({ operation: 'login', when: 'after', does: () => CUT });
    await bench.pass(2 * HOUR);
    expect(wire.seen('login') - before).toBe(3);
    expect(await refusal(bench)).toMatchObject({ code: 'attempts-spent', from: 'changing' });
    expect(placesOfPasswordInForce(bench)).toEqual([`${DRAFT} AWSCURRENT`]);
  });

  test.each(['before', 'after'] as const)('%s it landed, and the ledger as well', async (when) => {
    const { bench, wire, old } = await start();
    wire.on({ operation: CHANGE, when, nth: 1, does: () => CUT });
    await bench.request();
    await bench.ledger.loseState();
    await bench.pass(PATIENCE);
    await bench.untilIdle();
    expect(await bench.historyTypes()).toContain('Ledger Rebuilt');
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

function live(org: Org) {
  const user = org.view.users.find(({ username }) => username === USERNAME);
  if (user === undefined) throw new Error('there is no user');
  return user;
}

describe('somebody else changed the password', () => {
  test('people bring it with its token, and nothing is set', async () => {
    const { bench, wire, old, org } = await start();
    org.changePasswordInUi(USERNAME, 'theirs-Passw0rd-1!');
    await bench.ask('outside-change');
    await bench.sandbox.pump.settle();
    expect(await bench.phase()).toBe('awaiting-token');
    await bench.sandbox.functions.invoke('watch', {
      action: 'submit-credential',
      credential: 'billing',
      by: 'ann',
      password: 'theirs-Passw0rd-1!',
      pasted: org.inspect(USERNAME).token?.value,
    });
    await bench.sandbox.pump.settle();
    expect(wire.seen(CHANGE)).toBe(0);
    expect(failedLogins(bench)).toBe(0);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    // The next rotation goes on from there.
    const theirs = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, theirs)).toEqual([]);
  });

  test('there is no way back with a single user, and asking costs no login', async () => {
    const { bench, org } = await start();
    await bench.rotate();
    const rows = org.view.loginHistory.length;
    expect((await bench.ask('rollback')).message).toContain('single user');
    expect(org.view.loginHistory).toHaveLength(rows);
  });
});
