import { describe, expect, test } from '@jest/globals';
import { type Timer, WritePace } from '../../../lib/adapters/write-pace.ts';
import { WriteQuota } from '../../../lib/sandbox/secrets-manager/quotas.ts';

/** A timer whose sleepers are told how long they would have slept, all from the same moment. */
function standingTimer(): Timer & { time: number; readonly sleeps: number[] } {
  const timer = {
    time: 1_000,
    sleeps: [] as number[],
    now: () => timer.time,
    sleep: async (milliseconds: number) => {
      timer.sleeps.push(milliseconds);
    },
  };
  return timer;
}

/** A timer on which every sleep passes at once. */
function passingTimer(): Timer {
  let time = 1_000;
  return {
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
  };
}

async function turns(pace: WritePace, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await pace.turn();
}

describe('the pace of writes to Secrets Manager', () => {
  test('lets a first burst through without waiting', async () => {
    const timer = standingTimer();
    await turns(new WritePace(timer), 5);
    expect(timer.sleeps).toEqual([]);
  });

  test('spreads 400 writes so that no second has more than 50, and in order', async () => {
    const timer = standingTimer();
    await turns(new WritePace(timer), 400);
    const times = [...Array.from({ length: 400 - timer.sleeps.length }, () => 0), ...timer.sleeps];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const start of times) {
      expect(times.filter((time) => time >= start && time < start + 1_000).length).toBeLessThanOrEqual(50);
    }
    expect(timer.sleeps.at(-1)).toBeLessThan(1.2 * 1_000 * (400 / 50));
  });

  test('keeps the 1200 writes of a rotation with 400 secrets below the quota, and uses most of it', async () => {
    const timer = passingTimer();
    const pace = new WritePace(timer);
    const quota = new WriteQuota({ now: () => new Date(timer.now()) }, { writesPerSecond: 50 });
    const startedAt = timer.now();
    for (let write = 0; write < 1_200; write += 1) {
      await pace.turn();
      expect(() => quota.take()).not.toThrow();
    }
    expect(timer.now() - startedAt).toBeLessThan(1.2 * 1_000 * (1_200 / 50));
  });

  test('gives the burst back after a pause', async () => {
    const timer = standingTimer();
    const pace = new WritePace(timer);
    await turns(pace, 5);
    timer.time += 1_000;
    await turns(pace, 5);
    expect(timer.sleeps).toEqual([]);
  });

  test('saves no more than one burst, however long the pause', async () => {
    const timer = standingTimer();
    const pace = new WritePace(timer);
    timer.time += 3_600_000;
    await turns(pace, 6);
    expect(timer.sleeps).toHaveLength(1);
  });
});
