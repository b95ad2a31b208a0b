import { afterEach, describe, expect, test } from '@jest/globals';
import { problemsAfterRotation } from '../support/invariants.ts';
import { DAY, MINUTE, RotationBench, SECRET } from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

/** Without a schedule of the service's own, so that Secrets Manager's is the only one. */
async function startWithoutOwnSchedule(): Promise<RotationBench> {
  const bench = await RotationBench.start();
  bench.configureCredential((credential) => {
    delete credential.schedule;
  });
  bench.nativeEvents.length = 0;
  return bench;
}

describe('Secrets Manager asks by its own schedule', () => {
  test('not before its time', async () => {
    const bench = await startWithoutOwnSchedule();
    await bench.jump(29 * DAY);
    expect(bench.nativeEventNames()).toEqual([]);
    expect(await bench.phase()).toBe('idle');
  });

  test('unprepared: refused without a change, prepared, and then completed', async () => {
    const bench = await startWithoutOwnSchedule();
    const old = bench.secrets.login(SECRET);
    const textsBefore = bench.integrations.map((secret) => bench.secrets.text(secret));
    await bench.jump(30 * DAY);
    expect(bench.nativeEventNames()).toEqual(['RotationStarted', 'RotationFailed']);
    expect(bench.sandbox.logLines.join('\n')).toContain('"code":"RotationNotPrepared"');
    expect(bench.secrets.login(SECRET)).toEqual(old);
    expect(bench.integrations.map((secret) => bench.secrets.text(secret))).toEqual(textsBefore);
    expect((await bench.ledger.history()).find(({ type }) => type === 'Rotation Requested')?.by).toBe(
      'secrets-manager',
    );
    expect((await bench.state()).rotation?.cause).toBe('secrets-manager');
    expect(await bench.phase()).toBe('awaiting-token');

    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.nativeEventNames().at(-1)).toBe('RotationSucceeded');
  });

  test('a preparation that takes hours is waited for', async () => {
    const bench = await startWithoutOwnSchedule();
    bench.sandbox.salesforce.updateSettings({ mailDelayMs: 5 * 3_600_000 });
    const old = bench.secrets.login(SECRET);
    await bench.jump(30 * DAY);
    await bench.pass(4 * 3_600);
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.nativeEventNames().at(-1)).toBe('RotationSucceeded');
  });
});

describe('an administrator calls RotateSecret', () => {
  test('the rotation is prepared and ends in the version that was asked for', async () => {
    const bench = await startWithoutOwnSchedule();
    const old = bench.secrets.login(SECRET);
    const { VersionId } = bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET });
    await bench.sandbox.pump.settle();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.versionWith(SECRET, 'AWSCURRENT')).toBe(VersionId);
  });

  test('while a rotation is being prepared: one rotation answers both', async () => {
    const bench = await RotationBench.start({ settings: { mailDelayMs: 10 * MINUTE * 1_000 } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET });
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect((await bench.historyTypes()).filter((type) => type === 'Password Set')).toHaveLength(1);
    await bench.pass(30 * MINUTE);
    expect((await bench.historyTypes()).filter((type) => type === 'Rotation Completed')).toHaveLength(1);
  });
});

describe("the service's own schedule", () => {
  test('the watch begins a rotation on the day that the password comes of age, and no day earlier', async () => {
    const bench = await RotationBench.start();
    const old = bench.secrets.login(SECRET);
    // The sandbox's password is 20 days old and is to live for 30.
    await bench.jump(9.9 * DAY);
    expect(await bench.phase()).toBe('idle');
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await bench.jump(0.2 * DAY);
    expect((await bench.state()).rotation?.cause).toBe('due');
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    const { status } = (await bench.ask('status')) as unknown as { status: { nextRotationAt: string } };
    expect(Date.parse(status.nextRotationAt) - bench.sandbox.clock.now().getTime()).toBeGreaterThan(
      29.9 * DAY * 1_000,
    );
  });

  test('twice in a row', async () => {
    const bench = await RotationBench.start();
    await bench.jump(10 * DAY);
    await bench.untilIdle();
    const once = bench.secrets.login(SECRET);
    await bench.jump(29 * DAY);
    expect(bench.secrets.login(SECRET)).toEqual(once);
    await bench.jump(1 * DAY);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, once)).toEqual([]);
    expect((await bench.historyTypes()).filter((type) => type === 'Rotation Completed')).toHaveLength(2);
  });
});
