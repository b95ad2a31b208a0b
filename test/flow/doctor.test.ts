import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RepairReport } from '../../lib/core/watch/doctor/repair.ts';
import type { DoctorReport } from '../../lib/core/watch/query.ts';
import type { Source } from '../crash/scenarios.ts';
import { CuttingWire } from '../support/cutting-wire.ts';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { DRAFT, HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

/** More repairs than any rotation needs: each comes some minutes after the one before. */
const MOST_REPAIRS = 8;
const BETWEEN_SECONDS = 6 * MINUTE;

beforeAll(() => {
  // A dead process repeats no call.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});

afterEach(() => RotationBench.closeAll());

/** From now on neither the schedule of the watch nor a poke gets through: nothing moves but by who is asked. */
function switchOff({ sandbox }: RotationBench, others: readonly string[] = []): () => void {
  const { functions } = sandbox;
  const invoke = functions.invoke.bind(functions);
  functions.invoke = async (name, event) => {
    const isCommand = typeof event === 'object' && event !== null && 'action' in event;
    const isOff = name === 'advance' || others.includes(name) || (name === 'watch' && !isCommand);
    if (isOff) throw new Error(`${name} is switched off`);
    return invoke(name, event);
  };
  return () => {
    functions.invoke = invoke;
  };
}

async function ask<Answer>({ sandbox }: RotationBench, action: 'doctor' | 'repair'): Promise<Answer> {
  const event = { action, credential: 'billing', by: 'tester' };
  return (await sandbox.functions.invoke('watch', event)) as Answer;
}

async function repair(bench: RotationBench): Promise<RepairReport> {
  return (await ask<{ readonly repair: RepairReport }>(bench, 'repair')).repair;
}

/** What is not well, by its code. */
async function illnesses(bench: RotationBench): Promise<readonly string[]> {
  const { findings } = await ask<DoctorReport>(bench, 'doctor');
  return findings.filter(({ severity }) => severity !== 'ok').map(({ code }) => code);
}

async function isUnderWay(bench: RotationBench): Promise<boolean> {
  const { phase, request } = await bench.state();
  return phase !== 'idle' || request !== undefined;
}

type Death = Parameters<CuttingWire['arm']>[0];

/** Lets the process die there; false where no rotation is under way then. */
async function stopAt(bench: RotationBench, wire: CuttingWire, death: Death): Promise<boolean> {
  wire.arm(death);
  await bench.request().catch(() => undefined);
  for (let waited = 0; !wire.dead && waited < HOUR; waited += MINUTE) await bench.pass(MINUTE);
  expect([death, wire.dead]).toEqual([death, true]);
  wire.revive();
  bench.sandbox.functions.restart();
  return isUnderWay(bench);
}

/** What repairs said, some minutes apart, until there is nothing more to do. */
async function repairUntilDone(bench: RotationBench): Promise<readonly string[]> {
  const said: string[] = [];
  for (let turn = 0; turn < MOST_REPAIRS; turn += 1) {
    await bench.pass(BETWEEN_SECONDS);
    const { done, diagnosis } = await repair(bench);
    said.push(...done);
    // Secrets Manager runs what was asked for, and mails come.
    await bench.pass(1);
    const isWell = diagnosis.findings.every(({ severity }) => severity === 'ok');
    if (isWell && !(await isUnderWay(bench))) break;
  }
  return said;
}

/** A rotation that nobody disturbs, and what it calls. */
async function undisturbed(source: Source) {
  const wire = new CuttingWire();
  const bench = await RotationBench.start({ wire, scenario: { source, integrations: 2 } });
  wire.record();
  await bench.rotate();
  return { bench, wire, writes: wire.writes.length, names: [...wire.names] };
}

describe('a rotation that was stopped half-way', () => {
  test.each<[Source, number]>([
    ['mailbox', 7],
    ['unchanged', 9],
  ])(
    'is brought to its end by repairs alone, and nothing is lost (%s, every %sth write)',
    async (source, every) => {
      const { bench, wire, writes } = await undisturbed(source);
      expect(writes).toBeGreaterThan(40);
      let repaired = 0;
      for (let write = 0; write < writes; write += every) {
        const old = bench.secrets.login(SECRET);
        const rows = bench.sandbox.salesforce.view.loginHistory.length;
        if (!(await stopAt(bench, wire, { write, when: write % 2 === 0 ? 'after' : 'before' }))) continue;
        const switchOn = switchOff(bench);
        await repairUntilDone(bench);
        switchOn();
        repaired += 1;
        expect([write, await problemsAfterRotation(bench, old)]).toEqual([write, []]);
        expect(failedLogins(bench, rows)).toBeLessThanOrEqual(1);
      }
      expect(repaired).toBeGreaterThan(3);
    },
    60_000,
  );

  test('goes on from each phase in which it can be stopped', async () => {
    const { bench, wire, names } = await undisturbed('unchanged');
    const named = (pattern: RegExp) => names.find((name) => pattern.test(name)) ?? `${pattern}`;
    const STOPS: readonly (readonly [phase: string, call: string, when: 'before' | 'after'])[] = [
      ['idle', named(/^PutSecretValue .*draft by advance/), 'after'],
      ['changing', 'password.post', 'before'],
      ['changing', 'password.post', 'after'],
      ['verified', named(/^RotateSecret/), 'before'],
      ['committing', named(/^UpdateSecretVersionStage .* by rotate/), 'after'],
    ];
    for (const [phase, call, when] of STOPS) {
      const old = bench.secrets.login(SECRET);
      await stopAt(bench, wire, { call, nth: 1, when });
      // Not even Secrets Manager tries again.
      const switchOn = switchOff(bench, phase === 'committing' ? ['rotate'] : []);
      const said = await repairUntilDone(bench);
      switchOn();
      expect(said).toContainEqual(expect.stringContaining(`It went on from phase "${phase}" to `));
      expect([call, when, await problemsAfterRotation(bench, old)]).toEqual([call, when, []]);
    }
  }, 60_000);

  test('waits for a person where it cannot go on without one, and says for whom', async () => {
    const wire = new CuttingWire();
    const bench = await RotationBench.start({ wire, scenario: { source: 'operator', integrations: 2 } });
    await bench.request();
    await bench.ask('start');
    await bench.untilPhase('awaiting-token');
    switchOff(bench);
    await bench.pass(HOUR);
    const { done, left, diagnosis } = await repair(bench);
    expect(done).toEqual([]);
    expect(left).toEqual([expect.stringContaining('sfrotate token billing')]);
    expect(diagnosis.findings).toContainEqual(
      expect.objectContaining({
        code: 'waits-for-token',
        message: expect.stringContaining(`a person who brings the new token of "${USERNAME}"`),
      }),
    );
  });
});

describe('AWSPENDING that nobody owns', () => {
  async function stuck(): Promise<RotationBench> {
    const bench = await RotationBench.start({ scenario: { source: 'mailbox', integrations: 1 } });
    await bench.rotate();
    switchOff(bench, ['rotate']);
    bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET });
    expect(bench.secrets.versionWith(SECRET, 'AWSPENDING')).toBeDefined();
    return bench;
  }

  test('is removed, so that RotateSecret works again', async () => {
    const bench = await stuck();
    // Until Secrets Manager has given up to try it again.
    await bench.pass(HOUR);
    expect(await illnesses(bench)).toEqual(['pending-left-over']);
    expect((await repair(bench)).done).toEqual([
      expect.stringContaining('The label AWSPENDING was taken off'),
    ]);
    expect(bench.secrets.versionWith(SECRET, 'AWSPENDING')).toBeUndefined();
    expect(await illnesses(bench)).toEqual([]);
    expect(await bench.historyTypes()).toContain('Pending Removed');
  });

  test('is left while Secrets Manager may be at work on it', async () => {
    const bench = await stuck();
    await bench.pass(2 * MINUTE);
    expect(await illnesses(bench)).toEqual(['pending-fresh']);
    expect((await repair(bench)).done).toEqual([]);
    expect(bench.secrets.versionWith(SECRET, 'AWSPENDING')).toBeDefined();
  });
});

test('a blocked rotation goes on when what blocked it is mended, and not before', async () => {
  const bench = await RotationBench.start({ scenario: { source: 'mailbox', integrations: 1 } });
  const old = bench.secrets.login(SECRET);
  const [integration = ''] = bench.integrations;
  const text = bench.secrets.text(integration);
  bench.secrets.put(integration, 'no JSON');
  await bench.request();
  expect(await bench.phase()).toBe('blocked');
  expect((await repair(bench)).done).toEqual([]);
  expect(await illnesses(bench)).toEqual(['blocked', 'integration-secret-unusable']);
  bench.secrets.put(integration, text);
  expect((await repair(bench)).done).toEqual([expect.stringContaining('It went on from phase "blocked"')]);
  await bench.untilIdle();
  expect(await problemsAfterRotation(bench, old)).toEqual([]);
});

test('a look reads only, whatever it finds', async () => {
  const wire = new CuttingWire();
  const bench = await RotationBench.start({ wire, scenario: { source: 'mailbox', integrations: 2 } });
  await bench.rotate();
  for (const secret of bench.integrations) bench.secrets.edit(secret, { password: 'another' });
  bench.secrets.put(DRAFT, bench.secrets.text(SECRET));
  const { version } = await bench.state();
  const before = JSON.stringify(bench.fingerprint());
  wire.record();
  expect(await illnesses(bench)).toEqual(['draft-left-over', 'integrations-astray']);
  expect(wire.writes).toEqual([]);
  expect(wire.names.length).toBeGreaterThan(5);
  expect(JSON.stringify(bench.fingerprint())).toBe(before);
  expect((await bench.state()).version).toBe(version);
});
