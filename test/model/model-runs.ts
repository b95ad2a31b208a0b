/** How many runs, and from which seed: `MODEL_RUNS=50000 MODEL_SEED=7` in the environment of a test run. */
const DEFAULT_RUNS = 2_000;

export interface ModelRuns {
  /** Over all strategies. */
  readonly runs: number;
  readonly seed: number;
}

export function modelRuns(variables: NodeJS.ProcessEnv): ModelRuns {
  return {
    runs: whole('MODEL_RUNS', variables) ?? DEFAULT_RUNS,
    seed: whole('MODEL_SEED', variables) ?? Math.floor(Math.random() * 2 ** 31),
  };
}

function whole(name: string, variables: NodeJS.ProcessEnv): number | undefined {
  const text = variables[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`${name} is no whole number: "${text}".`);
  return value;
}
