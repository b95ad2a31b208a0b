import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { everyDeathAt, nameOfRun, randomPair, sampleOf, seeded } from '../crash/points.ts';
import { scenarioNamed } from '../crash/scenarios.ts';
import type { DeathPoint } from '../support/cutting-wire.ts';
import { RotationBench } from '../support/rotation-bench.ts';
import { TwoLives } from '../support/two-lives.ts';

/** Sandboxes at work at once: while one waits for a socket, another goes on. */
const SANDBOXES = 2;
const PAIRS = 2;

beforeAll(() => {
  // A dead process repeats no call.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});

afterEach(() => RotationBench.closeAll());

/** `npm run test:crash` tries all points of all scenarios; here are as many as a quarter of a minute allows, the same in every run. */
describe.each([
  { name: 'single-user/mailbox', fewestCalls: 80, points: 10 },
  { name: 'single-user/unchanged', fewestCalls: 65, points: 7 },
  { name: 'alternating-users/mailbox', fewestCalls: 80, points: 8 },
  { name: 'alternating-users/rollback', fewestCalls: 60, points: 5 },
])('$name', ({ name, fewestCalls, points }) => {
  test('wherever the process dies, every invariant holds and the rotation ends well', async () => {
    const life = await TwoLives.open(scenarioNamed(name));
    const calls = await life.recordedCalls();
    expect(calls.length).toBeGreaterThan(fewestCalls);
    await life.close();
    const random = seeded(name);
    const deaths = everyDeathAt(calls);
    const single = sampleOf(deaths, points, random).map((death) => [death]);
    const pairs = Array.from({ length: PAIRS }, () => randomPair(deaths, random));
    expect(await failuresOf(name, [...single, ...pairs])).toEqual([]);
  }, 90_000);
});

/** What went wrong, by the calls at which the process died. */
async function failuresOf(
  name: string,
  runs: readonly (readonly DeathPoint[])[],
): Promise<readonly string[]> {
  const share = Math.ceil(runs.length / SANDBOXES);
  const outcomes = await Promise.all(
    Array.from({ length: SANDBOXES }, (_, index) =>
      TwoLives.run(scenarioNamed(name), runs.slice(index * share, (index + 1) * share)),
    ),
  );
  return outcomes
    .flat()
    .filter(({ findings }) => findings.length > 0)
    .map(
      ({ deaths, findings }) =>
        `${nameOfRun({ scenario: name, deaths })}: ${findings.map(({ text }) => text).join('; ')}`,
    );
}
