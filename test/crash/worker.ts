import type { DeathPoint } from '../support/cutting-wire.ts';
import { type Outcome, TwoLives } from '../support/two-lives.ts';
import { scenarioNamed } from './scenarios.ts';

/** What a worker process is asked for; without `runs`, for the calls of a rotation that nobody disturbs. */
export interface Task {
  readonly id: number;
  readonly scenario: string;
  readonly runs: readonly (readonly DeathPoint[])[] | undefined;
}

export interface Answer {
  readonly id: number;
  readonly calls: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Why the task could not be done. */
  readonly fault?: string;
}

/** A dead process repeats no call. */
process.env['AWS_MAX_ATTEMPTS'] = '1';

process.on('message', async (task: Task) => {
  const answer = await carryOut(task).catch((error: unknown) => ({
    id: task.id,
    calls: [],
    outcomes: [],
    fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  process.send?.(answer);
});

// Open sandboxes would keep it alive when nobody asks any more.
process.on('disconnect', () => process.exit());

async function carryOut({ id, scenario, runs }: Task): Promise<Answer> {
  const chosen = scenarioNamed(scenario);
  if (runs !== undefined) return { id, calls: [], outcomes: await TwoLives.run(chosen, runs) };
  const life = await TwoLives.open(chosen);
  try {
    return { id, calls: await life.recordedCalls(), outcomes: [] };
  } finally {
    await life.close();
  }
}
