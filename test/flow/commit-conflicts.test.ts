import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { problemsAfterRotation } from '../support/invariants.ts';
import { HOUR, MINUTE, RotationBench, SECRET } from '../support/rotation-bench.ts';
import { CUT, fail, ScriptedWire } from '../support/scripted-wire.ts';
import type { Login } from '../support/secrets-probe.ts';

const MULE = 'mule/salesforce';

let wire: ScriptedWire;
let bench: RotationBench;
let old: Login;

beforeAll(() => {
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
beforeEach(async () => {
  wire = new ScriptedWire();
  bench = await RotationBench.start({ wire });
  old = bench.secrets.login(SECRET);
});
afterEach(() => RotationBench.closeAll());

/** Requests a rotation and lets its mail come: as far as it gets without a retry. */
async function rotateOnce(): Promise<void> {
  await bench.request();
  await bench.pass(2);
}

/** The moment at which the rotate function begins its n-th step. */
function atStep(nth: number, does: () => void): void {
  wire.on({ operation: 'DescribeSecret', target: SECRET, caller: 'rotate', nth, does });
}

describe('staging fails in the middle', () => {
  test.each([
    ['refused', () => fail('LimitExceededException')],
    ['cut', () => CUT],
  ])('%s: nothing is current, nothing stays staged, and a later try completes it', async (_how, verdict) => {
    const before = bench.integrations.map((secret) => [secret, bench.secrets.text(secret)]);
    wire.on({ operation: 'PutSecretValue', target: MULE, caller: 'rotate', nth: 1, does: verdict });
    await rotateOnce();
    expect(await bench.phase()).toBe('verified');
    expect(bench.integrations.map((secret) => [secret, bench.secrets.text(secret)])).toEqual(before);
    expect(bench.secrets.login(SECRET)).toEqual(old);
    expect(labelsStaged()).toEqual([]);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('an integration secret that vanished holds the swap up, and its return lets it go on', async () => {
    atStep(2, () => void bench.sandbox.secretsManager.deleteSecret({ SecretId: MULE }));
    await rotateOnce();
    await bench.pass(2 * HOUR);
    expect(await bench.phase()).toBe('verified');
    expect(bench.secrets.login(SECRET)).toEqual(old);
    expect(bench.sandbox.logLines.join('\n')).toContain(
      'The integration secret \\"mule/salesforce\\" cannot be staged',
    );
    bench.sandbox.secretsManager.restoreSecret({ SecretId: MULE });
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe("somebody edits an integration's own field", () => {
  const EDIT = { batchSize: 999, owner: 'somebody else', note: 'ünïcödé' };

  test.each([
    ['between createSecret and setSecret', 2],
    ['between setSecret and testSecret', 3],
    ['between testSecret and finishSecret', 4],
  ])('%s: the edit survives and the secret gets the new credential', async (_when, nth) => {
    let edited = '';
    atStep(nth, () => {
      edited = bench.secrets.edit(MULE, EDIT);
    });
    await rotateOnce();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.json(MULE)).toMatchObject(EDIT);
    expect(bench.secrets.versionWith(MULE, 'AWSPREVIOUS')).toBe(edited);
  });

  test('between the decision and the swap of that secret', async () => {
    let edited = '';
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: MULE,
      nth: 1,
      does: () => {
        edited = bench.secrets.edit(MULE, EDIT);
      },
    });
    await rotateOnce();
    // No retry is needed: the same step renders it anew.
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.json(MULE)).toMatchObject(EDIT);
    expect(bench.secrets.versionWith(MULE, 'AWSPREVIOUS')).toBe(edited);
  });

  test('right after the swap of that secret', async () => {
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: MULE,
      when: 'after',
      nth: 1,
      does: () => void bench.secrets.edit(MULE, EDIT),
    });
    await rotateOnce();
    expect(bench.secrets.json(MULE)).toMatchObject({
      ...EDIT,
      password: bench.secrets.login(SECRET).password,
    });
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('again and again, and at last leaves it alone', async () => {
    let edits = 0;
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: MULE,
      does: () => {
        if (edits < 20) bench.secrets.edit(MULE, { edits: ++edits });
      },
    });
    await rotateOnce();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.json(MULE)['edits']).toBe(20);
  });
});

describe('somebody writes the credential secret', () => {
  test('during the swap: not overwritten, said, and completed on resume', async () => {
    let edited = '';
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: 'billing/worker',
      nth: 1,
      does: () => {
        edited = bench.secrets.edit(SECRET, { password: 'pasted by hand' });
      },
    });
    await rotateOnce();
    const { phase, blocked } = await bench.state();
    expect([phase, blocked?.refusal.code]).toEqual(['blocked', 'credential-edited-during-commit']);
    expect(bench.secrets.versionWith(SECRET, 'AWSCURRENT')).toBe(edited);
    expect(bench.nativeEventNames()).toContain('RotationAbandoned');
    const inForce = bench.sandbox.salesforce.inspect('billing@acme.example').password;
    for (const secret of bench.integrations) expect(bench.secrets.login(secret).password).toBe(inForce);

    await bench.pass(HOUR);
    expect(bench.secrets.versionWith(SECRET, 'AWSCURRENT')).toBe(edited);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.versionWith(SECRET, 'AWSPREVIOUS')).toBe(edited);
  });

  test('after the decision, where another run completes the swap: it is not overwritten unseen', async () => {
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: MULE,
      caller: 'rotate',
      nth: 1,
      does: () => CUT,
    });
    await rotateOnce();
    expect(await bench.phase()).toBe('committing');
    const edited = bench.secrets.edit(SECRET, { password: 'pasted by hand' });
    await bench.until(({ phase }) => phase === 'blocked', HOUR);
    expect((await bench.state()).blocked?.refusal.code).toBe('credential-edited-during-commit');
    expect(bench.secrets.versionWith(SECRET, 'AWSCURRENT')).toBe(edited);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test.each([
    ['before setSecret', 2],
    ['before testSecret', 3],
    ['before finishSecret', 4],
  ])('%s: Secrets Manager gives the rotation up, and the service asks for another', async (_when, nth) => {
    let edited = '';
    atStep(nth, () => {
      edited = bench.secrets.edit(SECRET, { note: 'a field that we do not keep' });
    });
    await rotateOnce();
    expect(bench.secrets.versionWith(SECRET, 'AWSCURRENT')).toBe(edited);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.versionWith(SECRET, 'AWSPREVIOUS')).toBe(edited);
    expect(bench.nativeEventNames().slice(-3)).toEqual([
      'RotationAbandoned',
      'RotationStarted',
      'RotationSucceeded',
    ]);
  });

  test('while the token is awaited: its value is not lost, and the rotation completes', async () => {
    await bench.request();
    const edited = bench.secrets.edit(SECRET, { note: 'x' });
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.versionWith(SECRET, 'AWSPREVIOUS')).toBe(edited);
  });
});

test('a commit of ours that somebody cancelled is given up, and asked for anew', async () => {
  atStep(2, () => void bench.sandbox.secretsManager.cancelRotateSecret({ SecretId: SECRET }));
  await rotateOnce();
  expect(await bench.phase()).toBe('verified');
  expect(bench.secrets.login(SECRET)).toEqual(old);
  await bench.untilIdle();
  expect(await problemsAfterRotation(bench, old)).toEqual([]);
});

describe('a pending version that is not ours', () => {
  test.each([
    [
      'written by hand',
      (id: string) =>
        void bench.sandbox.secretsManager.putSecretValue({
          SecretId: SECRET,
          SecretString: '{"password":"x"}',
          ClientRequestToken: id,
          VersionStages: ['AWSPENDING'],
        }),
    ],
    [
      'left by a rotation that was cancelled',
      (id: string) => {
        const { secretsManager } = bench.sandbox;
        secretsManager.rotateSecret({ SecretId: SECRET, ClientRequestToken: id });
        secretsManager.cancelRotateSecret({ SecretId: SECRET });
      },
    ],
  ])('%s is dead: it is removed, and the commit is asked for anew', async (how, leave) => {
    await bench.request();
    leave('11111111-1111-4111-8111-111111111111');
    if (how.includes('cancelled')) {
      // RotateSecret itself turns the rotation on again.
      expect(bench.sandbox.secretsManager.describeSecret({ SecretId: SECRET }).RotationEnabled).toBe(false);
    }
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(await bench.historyTypes()).toContain('Pending Removed');
    expect(bench.sandbox.clock.now().getTime()).toBeLessThan(
      Date.parse('2026-11-02T08:00:00Z') + 30 * MINUTE * 1_000,
    );
  });
});

function labelsStaged(): readonly string[] {
  return bench.integrations.filter(
    (secret) => bench.secrets.versionWith(secret, 'ROTATION_STAGED') !== undefined,
  );
}
