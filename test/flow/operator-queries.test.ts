import { afterEach, describe, expect, test } from '@jest/globals';
import type { CommandOutcome } from '../../lib/core/watch/command.ts';
import type { FleetReport, HistoryReport } from '../../lib/core/watch/query.ts';
import { RotationBench, USERNAME } from '../support/rotation-bench.ts';

/** What an operator is shown, and told of what came of a command, by the function itself. */

afterEach(() => RotationBench.closeAll());

const invoke = (bench: RotationBench, event: object) => bench.sandbox.functions.invoke('watch', event);

describe('a query', () => {
  test('shows the fleet and the history of a rotation, and changes nothing', async () => {
    const bench = await RotationBench.start();
    await bench.rotate();
    const before = bench.fingerprint();
    const { version } = await bench.state();

    const { rows, now } = (await invoke(bench, { action: 'fleet' })) as FleetReport;
    expect(rows).toMatchObject([
      { kind: 'known', credential: 'billing', phase: 'idle', lastRotation: { cause: 'requested' } },
    ]);
    expect(now).toBe(bench.sandbox.clock.now().toISOString());

    const { events } = (await invoke(bench, {
      action: 'history',
      credential: 'billing',
      limit: 2,
    })) as HistoryReport;
    expect(events.map(({ type }) => type)).toEqual((await bench.historyTypes()).slice(-2));
    expect(bench.fingerprint()).toEqual(before);
    expect((await bench.state()).version).toBe(version);
  });
});

describe('what came of a command is told as data', () => {
  const ask = async (bench: RotationBench, action: 'rotate-now' | 'rollback' | 'resume') =>
    (await bench.ask(action)) as unknown as CommandOutcome;

  test('a rotation is requested, and under way when it is asked for again', async () => {
    const bench = await RotationBench.start();
    expect((await ask(bench, 'rotate-now')).result).toEqual({ kind: 'requested' });
    await bench.sandbox.pump.settle();
    expect((await ask(bench, 'rotate-now')).result).toEqual({ kind: 'in-progress' });
  });

  test('a rollback of a single user is refused, with the reason and the remedy', async () => {
    const bench = await RotationBench.start();
    await bench.rotate();
    const { message, result } = await ask(bench, 'rollback');
    expect(result).toEqual({
      kind: 'refused',
      message: expect.stringContaining('single user'),
      remedy: expect.stringContaining('Rotate again'),
    });
    expect(message).toContain('single user');
  });

  test('a resume tells whether there was anything to resume, and whether it is blocked again', async () => {
    const bench = await RotationBench.start();
    expect((await ask(bench, 'resume')).result).toEqual({ kind: 'not-blocked' });
    bench.sandbox.salesforce.updateUser(USERNAME, { isActive: false });
    await bench.request();
    expect(await bench.phase()).toBe('blocked');
    expect((await ask(bench, 'resume')).result).toEqual({ kind: 'still-blocked' });
    bench.sandbox.salesforce.updateUser(USERNAME, { isActive: true });
    expect((await ask(bench, 'resume')).result).toEqual({ kind: 'resumed' });
  });
});
