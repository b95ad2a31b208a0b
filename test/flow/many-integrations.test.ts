import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problemsAfterRotation } from '../support/invariants.ts';
import { RotationBench, SECRET } from '../support/rotation-bench.ts';
import { fail, ScriptedWire } from '../support/scripted-wire.ts';
import type { Login } from '../support/secrets-probe.ts';

const INTEGRATIONS = 400;
/** Stage, read back, flip, take the label off. */
const CALLS_PER_SECRET = 4;
/** The preflight, the staging and the sweep each read all of them once, 20 in a call. */
const BATCHES = 3 * Math.ceil(INTEGRATIONS / 20);
/** What a rotation without integration secrets costs. */
const FIXED_CALLS = 16;

/** Minutes for what takes seconds: on a busy machine the usual limit is too near. */
const HOOK_TIMEOUT_MILLISECONDS = 120_000;

/** Which calls are throttled, and how often each in a row: once less than the SDK tries, at most. */
const THROTTLED = [
  ['PutSecretValue', 'integrations/004', 1],
  ['PutSecretValue', 'integrations/123', 1],
  ['GetSecretValue', 'integrations/045', 1],
  ['UpdateSecretVersionStage', 'integrations/005', 2],
  ['UpdateSecretVersionStage', 'integrations/234', 1],
] as const;
const TIMES_THROTTLED = THROTTLED.reduce((sum, [, , times]) => sum + times, 0);

describe(`a credential with ${INTEGRATIONS} integration secrets, some calls throttled`, () => {
  const wire = new ScriptedWire();
  let bench: RotationBench;
  let old: Login;
  let timesThrottled = 0;

  beforeAll(async () => {
    bench = await RotationBench.start({ wire, scenario: { integrations: INTEGRATIONS } });
    old = bench.secrets.login(SECRET);
    for (const [operation, target, times] of THROTTLED) throttle(operation, target, times);
    bench.nativeEvents.length = 0;
    wire.calls.length = 0;
    await bench.rotate();
  }, HOOK_TIMEOUT_MILLISECONDS);
  afterAll(() => RotationBench.closeAll());

  /** The account's other writers used up the quota when the rotate function made these calls. */
  function throttle(operation: string, target: string, times: number): void {
    let left = times;
    wire.on({
      operation,
      target,
      caller: 'rotate',
      does: () => {
        if (left === 0) return undefined;
        left -= 1;
        timesThrottled += 1;
        return fail('ThrottlingException', 'Rate exceeded');
      },
    });
  }

  test('rotates in one go, as if nothing had been throttled', () => {
    expect(timesThrottled).toBe(TIMES_THROTTLED);
    expect(bench.nativeEventNames()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('all of them carry the new credential and log in with it, and no label of the rotation is left', async () => {
    expect(bench.integrations).toHaveLength(INTEGRATIONS);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('costs four calls per secret, the batches and the fixed ones at most', () => {
    const calls = wire.count('secretsManager') - timesThrottled;
    expect(calls).toBeLessThanOrEqual(CALLS_PER_SECRET * INTEGRATIONS + BATCHES + FIXED_CALLS);
  });
});
