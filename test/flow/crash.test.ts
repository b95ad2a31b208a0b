import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { RotationBench } from '../support/rotation-bench.ts';
import { type DeathPoint, everyDeath, type Source, TwoLives } from '../support/two-lives.ts';

/** How many deaths one sandbox sees before a fresh one takes its place. */
const DEATHS_PER_SANDBOX = 12;
/** Sandboxes at work at once: while one waits for a socket, another goes on. */
const SANDBOXES = 3;

beforeAll(() => {
  // A dead process repeats no call.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});

afterEach(() => RotationBench.closeAll());

describe.each(['mailbox', 'unchanged'] as const)('source %s', (source) => {
  test('whatever write the process dies at, nothing is lost and the rotation ends well', async () => {
    const deaths = await everyDeath(source);
    expect(deaths.length).toBeGreaterThan(60);
    expect(
      await failuresOf(
        source,
        deaths.map((death) => [death]),
      ),
    ).toEqual([]);
  }, 90_000);

  test('two deaths in one rotation, a sample', async () => {
    const deaths = await everyDeath(source);
    const random = seeded(source === 'mailbox' ? 20_261_102 : 7);
    const pick = () => deaths[Math.floor(random() * deaths.length)] as DeathPoint;
    const pairs = Array.from({ length: 12 }, () => [pick(), pick()]);
    expect(await failuresOf(source, pairs)).toEqual([]);
  }, 60_000);
});

/** What went wrong, by the writes at which the process died. */
async function failuresOf(
  source: Source,
  runs: readonly (readonly DeathPoint[])[],
): Promise<readonly string[]> {
  const failures: string[] = [];
  const waiting = [...runs];
  const worker = async (): Promise<void> => {
    for (
      let batch = waiting.splice(0, DEATHS_PER_SANDBOX);
      batch.length > 0;
      batch = waiting.splice(0, DEATHS_PER_SANDBOX)
    ) {
      for (const [deaths, problems] of await TwoLives.run(source, batch)) {
        if (problems.length > 0)
          failures.push(`${deaths.map((death) => death.name).join(', then ')}: ${problems.join('; ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: SANDBOXES }, worker));
  return failures;
}

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
