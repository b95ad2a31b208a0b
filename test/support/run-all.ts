import { conclude, type Outcome, run } from './jest-run.ts';
import { runWithProof } from './proof-run.ts';

/**
 * `npm test`: the static checks, every jest suite, and the proof of least
 * privilege, with one line `N passed, N failed` at the end. A static check counts
 * as one test.
 */

const STATIC_CHECKS = ['check:types', 'check:lint', 'check:boundaries', 'check:unused'] as const;

async function runStatic(script: string): Promise<Outcome> {
  const { code, output } = await run('npm', ['run', '--silent', script]);
  process.stdout.write(`${code === 0 ? 'PASS' : 'FAIL'} ${script}\n${code === 0 ? '' : output}`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runStatics(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const script of STATIC_CHECKS) outcomes.push(await runStatic(script));
  return outcomes;
}

// The static checks fill the time in which the suites wait for sockets and processes.
conclude((await Promise.all([runStatics(), runWithProof()])).flat());
