import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Run, runNamed } from './points.ts';
import { type CrashScenario, SCENARIOS, scenarioNamed } from './scenarios.ts';

export interface Options {
  readonly scenarios: readonly CrashScenario[];
  /** Pairs of deaths in each scenario. */
  readonly pairs: number;
  readonly seed: string;
  /** How many of all points are tried; all of them, when absent. */
  readonly sample: number | undefined;
  /** The one run that is tried. */
  readonly only: Run | undefined;
}

const DEFAULT_PAIRS = 20;

export const HELP = `Usage: npm run test:crash [-- OPTION...]

Stops the service at every call that a rotation makes to Secrets Manager, DynamoDB
and Salesforce, before the call and after it, lets a new process finish, and checks
the invariants of docs/architecture.md. Then the same with two crashes in a row.

  --scenario NAME  only this one of:
                   ${SCENARIOS.map(({ name }) => name).join(', ')}
  --pairs N        pairs of crashes in each scenario (${DEFAULT_PAIRS})
  --seed TEXT      of the pairs and the sample; a fresh one is printed otherwise
  --sample N       so many of all points, by chance
  --only "NAME"    one point, by the name that a failure is reported with
  --help           this text

The last line of standard output is a JSON object: how many points were tried, and
at how many a credential was lost, integrations were left with different credentials,
the lockout budget was overspent, or another invariant was broken. Exit code 1 if any.
`;

/** @throws Error with a sentence for the user. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string' },
      pairs: { type: 'string' },
      seed: { type: 'string' },
      sample: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const only = values.only === undefined ? undefined : runNamed(values.only);
  const name = only?.scenario ?? values.scenario;
  return {
    scenarios: name === undefined ? SCENARIOS : [scenarioNamed(name)],
    pairs: count('--pairs', values.pairs) ?? DEFAULT_PAIRS,
    seed: values.seed ?? randomBytes(4).toString('hex'),
    sample: count('--sample', values.sample),
    only,
  };
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number, not "${text}".`);
  return Number(text);
}
