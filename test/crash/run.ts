import { availableParallelism } from 'node:os';
import type { Outcome } from '../support/two-lives.ts';
import type { Kind } from './finding.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { everyDeathAt, nameOfRun, type Run, randomPair, sampleOf, seeded } from './points.ts';
import { Pool } from './pool.ts';
import { Progress } from './progress.ts';

/** How many rotations one sandbox sees before a fresh one takes its place. */
const RUNS_PER_SANDBOX = 12;
const MOST_WORKERS = 4;

type Result = Outcome & { readonly scenario: string };

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const pool = new Pool(Math.min(MOST_WORKERS, availableParallelism()));
  try {
    const runs = await chooseRuns(pool, options);
    return report(await tryAll(pool, runs));
  } finally {
    pool.close();
  }
}

/** The points to try, from the calls that an undisturbed rotation of each scenario makes. */
async function chooseRuns(pool: Pool, options: Options): Promise<readonly Run[]> {
  if (options.only !== undefined) return [options.only];
  const recorded = await Promise.all(
    options.scenarios.map(async ({ name }) => {
      const { calls } = await pool.ask({ scenario: name, runs: undefined });
      return { name, calls };
    }),
  );
  const random = seeded(options.seed);
  const runs = recorded.flatMap(({ name, calls }) => {
    const deaths = everyDeathAt(calls);
    const pairs = Array.from({ length: options.pairs }, () => randomPair(deaths, random));
    say(`${name}: ${calls.length} calls, ${deaths.length} points and ${pairs.length} pairs`);
    return [...deaths.map((death) => [death]), ...pairs].map((each) => ({ scenario: name, deaths: each }));
  });
  say(`seed ${options.seed}`);
  return options.sample === undefined ? runs : sampleOf(runs, options.sample, random);
}

async function tryAll(pool: Pool, runs: readonly Run[]): Promise<readonly Result[]> {
  const progress = new Progress(runs.length);
  const results = await Promise.all(
    batchesOf(runs).map(async ({ scenario, batch }) => {
      const { outcomes } = await pool.ask({ scenario, runs: batch });
      const results = outcomes.map((outcome) => ({ ...outcome, scenario }));
      for (const result of results) if (result.findings.length > 0) progress.say(failureLine(result));
      progress.add(results.length);
      return results;
    }),
  );
  progress.end();
  return results.flat();
}

/** What one sandbox can see: runs of one scenario. */
function batchesOf(runs: readonly Run[]) {
  return [...Map.groupBy(runs, ({ scenario }) => scenario)].flatMap(([scenario, ofScenario]) =>
    Array.from({ length: Math.ceil(ofScenario.length / RUNS_PER_SANDBOX) }, (_, index) => ({
      scenario,
      batch: ofScenario
        .slice(index * RUNS_PER_SANDBOX, (index + 1) * RUNS_PER_SANDBOX)
        .map(({ deaths }) => deaths),
    })),
  );
}

/** The counts as JSON; the exit code. */
function report(results: readonly Result[]): number {
  const pairs = results.filter(({ deaths }) => deaths.length > 1);
  const met = pairs.filter(({ deaths, died }) => died === deaths.length);
  if (pairs.length > 0) say(`${met.length} of ${pairs.length} pairs met their second crash`);
  const remedied = results.filter(({ byHand }) => byHand).length;
  if (remedied > 0) say(`${remedied} of them used the lockout budget up and ended by its documented remedy`);
  const failed = results.filter(({ findings }) => findings.length > 0);
  const count = (kind: Kind) =>
    failed.filter(({ findings }) => findings.some((finding) => finding.kind === kind)).length;
  const counts = {
    points: results.length,
    lost: count('lost'),
    halfSwapped: count('halfSwapped'),
    overBudget: count('overBudget'),
    other: count('other'),
  };
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  return results.length > 0 && failed.length === 0 ? 0 : 1;
}

/** What was wrong at one point, and how to try it alone. */
function failureLine(result: Result): string {
  const name = nameOfRun(result);
  const what = [...new Set(result.findings.map(({ kind, text }) => `${kind}: ${text}`))].join('; ');
  return `FAILED ${name} | ${what} | npm run test:crash -- --only ${JSON.stringify(name)}`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(`The crash test could not be made. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
