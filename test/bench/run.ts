import { parseArgs } from 'node:util';
import { benchBundles } from './bundle.ts';
import { benchCalls } from './calls.ts';
import { benchCost } from './cost.ts';
import { benchIntake } from './intake.ts';
import { benchSwap } from './swap.ts';
import { benchSynth } from './synth.ts';
import { benchWatch } from './watch.ts';

/** A part of the benchmark: yields one object per line. */
interface Part {
  readonly about: string;
  readonly run: () => AsyncIterable<object>;
}

/** What `npm run bench` can measure; a part that comes later is one more line. */
const PARTS: Readonly<Record<string, Part>> = {
  calls: {
    about: 'requests to each service per rotation, for 0 to 10 integration secrets, and per idle day',
    run: benchCalls,
  },
  swap: {
    about: 'the swap of 1 to 400 integration secrets under the quota: window, outage, memory; takes a minute',
    run: benchSwap,
  },
  intake: {
    about: 'from the POST of a token to the swap of 3 secrets, and the prompt page: weight, import, response',
    run: benchIntake,
  },
  watch: {
    about: 'a run of the watch over 1 to 1,000 credentials in 1 and 20 orgs, and a day of outside changes',
    run: benchWatch,
  },
  bundle: {
    about: 'size and import time of each function, beside a bundle that imports everything at once',
    run: benchBundles,
  },
  synth: {
    about: 'size of the template and time of `cdk synth` for 1 to 100 credentials; takes two minutes',
    run: benchSynth,
  },
  cost: {
    about: 'what 10 credentials with 5 integrations each cost a month, as docs/cost.md shows it',
    run: benchCost,
  },
};

const HELP = `Usage: npm run bench [-- NAME...]

Measures, and prints one JSON object per line and nothing else.

${Object.entries(PARTS)
  .map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`)
  .join('\n')}

Without a name, all of them.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = positionals.length === 0 ? Object.keys(PARTS) : positionals;
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no benchmark ${unknown.join(', ')}. Known: ${Object.keys(PARTS).join(', ')}.\n`,
    );
    return 1;
  }
  for (const name of names) {
    for await (const line of PARTS[name]?.run() ?? []) process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  return 0;
}

process.exitCode = await main();
