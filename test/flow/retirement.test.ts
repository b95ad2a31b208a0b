import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { DAY, HOUR, MINUTE, ROTATOR, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { CUT, ScriptedWire } from '../support/scripted-wire.ts';
import type { Login } from '../support/secrets-probe.ts';

const MULE = 'mule/salesforce';
const PASSWORD_CALL = 'password.post';
const LOOK_EVERY = 5.5 * MINUTE;

beforeAll(() => {
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

interface Swapped {
  readonly bench: RotationBench;
  readonly wire: ScriptedWire;
  /** The credential of the user that the swap has left behind. */
  readonly old: Login;
}

/** The first user was replaced by the second a moment ago. */
async function swapped(source: 'mailbox' | 'unchanged' = 'unchanged'): Promise<Swapped> {
  const wire = new ScriptedWire();
  const scenario = { strategy: 'alternating-users', source, integrations: 2 } as const;
  const bench = await RotationBench.start({ wire, scenario });
  const old = bench.secrets.login(SECRET);
  await bench.rotate();
  expect(bench.secrets.login(SECRET).username).toBe(OTHER_USERNAME);
  wire.calls.length = 0;
  return { bench, wire, old };
}

async function endings(bench: RotationBench): Promise<readonly string[]> {
  return (await bench.historyTypes()).filter(
    (type) => type === 'Old User Retired' || type === 'Retirement Postponed',
  );
}

/** All secrets carry one login of this user, and it works. */
async function expectLive(bench: RotationBench, username: string): Promise<void> {
  const current = bench.secrets.login(SECRET);
  expect(current.username).toBe(username);
  for (const secret of bench.integrations) expect(bench.secrets.login(secret)).toEqual(current);
  expect(await logInAsIntegration(current)).toBe('accepted');
}

test('an integration that strayed to the old user is brought forward before that user retires', async () => {
  const { bench } = await swapped();
  await bench.jump(DAY - 4 * MINUTE);
  bench.secrets.put(MULE, bench.secrets.text(MULE, 'AWSPREVIOUS'));
  expect(bench.secrets.login(MULE).username).toBe(USERNAME);
  await bench.until(({ predecessor }) => predecessor?.endedAt !== undefined, HOUR);
  await expectLive(bench, OTHER_USERNAME);
  const told = (await bench.historyTypes()).filter(
    (type) => type === 'Drift Mended' || type === 'Old User Retired',
  );
  expect(told).toEqual(['Drift Mended', 'Old User Retired']);
});

describe('the answer of the retiring call is lost', () => {
  test.each([
    ['after it landed', 'after', 1],
    ['before it landed', 'before', 2],
  ] as const)('%s: it is found out, and there is one outcome', async (_name, when, calls) => {
    const { bench, wire, old } = await swapped();
    wire.on({ operation: PASSWORD_CALL, when, nth: 1, does: () => CUT });
    await bench.jump(DAY + LOOK_EVERY);
    expect(await endings(bench)).toEqual([]);
    expect((await bench.state()).chore?.kind).toBe('retire');
    for (let turn = 0; turn < 3; turn += 1) await bench.jump(LOOK_EVERY);
    expect(await endings(bench)).toEqual(['Old User Retired']);
    expect(wire.seen(PASSWORD_CALL)).toBe(calls);
    expect(bench.sandbox.messages.deadLetters).toEqual([]);
    expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
    await expectLive(bench, OTHER_USERNAME);
    await bench.rotate();
    await expectLive(bench, USERNAME);
  });

  test('a rotation that is requested meanwhile waits until it is over', async () => {
    const { bench, wire } = await swapped();
    wire.on({ operation: PASSWORD_CALL, when: 'after', nth: 1, does: () => CUT });
    await bench.jump(DAY + LOOK_EVERY);
    const before = bench.fingerprint();
    await bench.request();
    await bench.jump(30);
    expect((await bench.state()).rotation).toBeUndefined();
    expect(bench.fingerprint()).toEqual(before);
    await bench.untilIdle();
    await expectLive(bench, USERNAME);
    expect(await endings(bench)).toEqual([]);
  });
});

describe('the org does not let the old user retire', () => {
  test.each([
    [
      'the connection may not set passwords any more',
      ({ sandbox }: RotationBench, may: boolean) =>
        sandbox.salesforce.updateUser(ROTATOR, { permissions: { manageUsers: may } }),
    ],
    [
      'its policy asks for more than is configured',
      ({ sandbox }: RotationBench, may: boolean) =>
        sandbox.salesforce.updateSettings({ policy: { minimumLength: may ? 8 : 50 } }),
    ],
  ])('%s: told, put off for a day, and done then', async (_name, allow) => {
    const { bench, wire, old } = await swapped();
    allow(bench, false);
    await bench.jump(DAY + LOOK_EVERY);
    for (let turn = 0; turn < 2; turn += 1) await bench.jump(HOUR);
    expect(await endings(bench)).toEqual(['Retirement Postponed']);
    expect(wire.seen(PASSWORD_CALL)).toBe(1);
    const told = bench.sandbox.messages.notifications.filter(({ subject }) =>
      subject.startsWith('Retirement Postponed'),
    );
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain(USERNAME);
    expect(await logInAsIntegration(old)).toBe('accepted');
    allow(bench, true);
    await bench.jump(DAY);
    expect(await endings(bench)).toEqual(['Retirement Postponed', 'Old User Retired']);
    expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
    await expectLive(bench, OTHER_USERNAME);
  });

  test('the old credential still works then, so a rollback to it is possible', async () => {
    const { bench, old } = await swapped();
    bench.sandbox.salesforce.updateUser(ROTATOR, { permissions: { manageUsers: false } });
    await bench.jump(DAY + LOOK_EVERY);
    expect((await bench.ask('rollback')).message).toMatch(/^The rollback was requested\. Now in phase/);
    await bench.untilIdle();
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await expectLive(bench, USERNAME);
  });

  test('the connection secret cannot be used: put off, and nothing is called', async () => {
    const { bench, wire } = await swapped();
    const text = bench.secrets.text('salesforce/prod/rotator');
    bench.secrets.put('salesforce/prod/rotator', 'id:secret');
    await bench.jump(DAY + LOOK_EVERY);
    expect(await endings(bench)).toEqual(['Retirement Postponed']);
    expect(wire.seen(PASSWORD_CALL)).toBe(0);
    bench.secrets.put('salesforce/prod/rotator', text);
    await bench.jump(DAY);
    expect(await endings(bench)).toEqual(['Retirement Postponed', 'Old User Retired']);
  });
});

describe('whose password is left alone', () => {
  test('a user who was deactivated meanwhile: over, once, without a call', async () => {
    const { bench, wire } = await swapped();
    bench.sandbox.salesforce.updateUser(USERNAME, { isActive: false });
    await bench.jump(DAY + LOOK_EVERY);
    await bench.jump(DAY);
    expect(await endings(bench)).toEqual(['Old User Retired']);
    expect(wire.seen(PASSWORD_CALL)).toBe(0);
  });

  test('a user whose credential somebody made current again by hand: the integrations follow, and it lives', async () => {
    const { bench, wire, old } = await swapped();
    bench.sandbox.secretsManager.updateSecretVersionStage({
      SecretId: SECRET,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: bench.secrets.versionWith(SECRET, 'AWSPREVIOUS'),
      RemoveFromVersionId: bench.secrets.versionWith(SECRET, 'AWSCURRENT'),
    });
    await bench.jump(HOUR + LOOK_EVERY);
    await expectLive(bench, USERNAME);
    for (let turn = 0; turn < 3; turn += 1) await bench.jump(DAY);
    expect(wire.seen(PASSWORD_CALL)).toBe(0);
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await expectLive(bench, USERNAME);
    expect(bench.sandbox.messages.deadLetters).toEqual([]);
    await bench.rotate();
    await expectLive(bench, OTHER_USERNAME);
  });
});

test('what keeps a rotation from beginning does not keep the old password alive', async () => {
  const { bench, old } = await swapped();
  const text = bench.secrets.text(MULE);
  bench.secrets.put(MULE, 'garbage');
  await bench.request();
  expect(await bench.phase()).toBe('blocked');
  await bench.jump(DAY + LOOK_EVERY);
  expect(await endings(bench)).toEqual(['Old User Retired']);
  expect(await bench.phase()).toBe('blocked');
  expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
  bench.secrets.put(MULE, text);
  await bench.resumeUntilIdle();
  await expectLive(bench, USERNAME);
});
