import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { medianOf } from './median.ts';

/** Prints how many milliseconds the import of the module in the first argument took. */
const IMPORT = `
import { pathToFileURL } from 'node:url';
const url = pathToFileURL(process.argv[1]).href;
const start = performance.now();
await import(url);
process.stdout.write(String(performance.now() - start));
process.exit(0);
`;

/**
 * Median import time of each module in milliseconds, in a new Node process each
 * time. The modules take turns, so that noise on the machine hits all of them
 * alike; a first round, which fills the file system's cache, does not count.
 */
export function measureImports(modules: readonly string[], rounds: number): readonly number[] {
  const times = modules.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    modules.forEach((module, index) => {
      const milliseconds = importOnce(module);
      if (round > 0) times[index]?.push(milliseconds);
    });
  }
  return times.map(medianOf);
}

/** Outside the project and without its environment, as on Lambda. */
function importOnce(module: string): number {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', IMPORT, module], {
    cwd: tmpdir(),
    env: {},
    encoding: 'utf8',
  });
  return Number(output);
}
