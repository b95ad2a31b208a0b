import { describe, expect, test } from '@jest/globals';
import { mapConcurrently } from '../../../../lib/core/commit/map-concurrently.ts';

/** Resolves by hand, so that a test decides the order in which calls end. */
function gates(count: number) {
  const all = Array.from({ length: count }, () => Promise.withResolvers<void>());
  return { open: (index: number) => all[index]?.resolve(), wait: (index: number) => all[index]?.promise };
}
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('mapping with many calls under way', () => {
  test('gives the results in the order of the items, whatever ends first', async () => {
    const gate = gates(3);
    const results = mapConcurrently([0, 1, 2], 3, async (index) => {
      await gate.wait(index);
      return index * 10;
    });
    for (const index of [2, 0, 1]) gate.open(index);
    expect(await results).toEqual([0, 10, 20]);
  });

  test('never has more under way than allowed, and uses what is allowed', async () => {
    const gate = gates(5);
    const started: number[] = [];
    const results = mapConcurrently([0, 1, 2, 3, 4], 2, async (index) => {
      started.push(index);
      await gate.wait(index);
    });
    await settle();
    expect(started).toEqual([0, 1]);
    gate.open(1);
    await settle();
    expect(started).toEqual([0, 1, 2]);
    for (const index of [0, 2, 3, 4]) gate.open(index);
    await results;
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  test('tries every item also after a failure, and throws the first when all have ended', async () => {
    const gate = gates(4);
    const tried: number[] = [];
    let thrown: unknown;
    const results = mapConcurrently([0, 1, 2, 3], 2, async (index) => {
      tried.push(index);
      await gate.wait(index);
      throw new Error(`failure ${index}`);
    }).catch((error: unknown) => {
      thrown = error;
    });
    for (const index of [1, 2, 3]) gate.open(index);
    await settle();
    expect(tried).toEqual([0, 1, 2, 3]);
    expect(thrown).toBeUndefined();
    gate.open(0);
    await results;
    expect(thrown).toEqual(new Error('failure 1'));
  });

  test('of nothing is nothing', async () => {
    expect(await mapConcurrently([], 8, async () => 1)).toEqual([]);
  });

  test('keeps results that are undefined', async () => {
    expect(await mapConcurrently([1, 2], 8, async () => undefined)).toEqual([undefined, undefined]);
  });
});
