import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: the static checks and every jest suite, with one line
 * `N passed, N failed` at the end. A static check counts as one test.
 */

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

interface JestSummary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
}

const STATIC_CHECKS = ['check:types', 'check:lint', 'check:boundaries', 'check:unused'] as const;

async function runStatic(script: string): Promise<Outcome> {
  const { code, output } = await run('npm', ['run', '--silent', script]);
  process.stdout.write(`${code === 0 ? 'PASS' : 'FAIL'} ${script}\n${code === 0 ? '' : output}`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runJest(): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'jest-'));
  const summaryPath = join(directory, 'summary.json');
  try {
    const { code } = await run(
      'npm',
      ['run', '--silent', 'test:jest', '--', '--json', `--outputFile=${summaryPath}`],
      'stderr',
    );
    const summary = JSON.parse(readFileSync(summaryPath, 'utf8')) as JestSummary;
    const { numPassedTests, numFailedTests, numPendingTests } = summary;
    // A suite that could not be loaded has no failed test; a skipped test is a failure here.
    const failed = numFailedTests + numPendingTests;
    const unaccounted = failed === 0 && (code !== 0 || numPassedTests === 0) ? 1 : 0;
    return { passed: numPassedTests, failed: failed + unaccounted };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(
  command: string,
  args: readonly string[],
  show?: 'stderr',
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (show === 'stderr') process.stderr.write(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function runStatics(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const script of STATIC_CHECKS) outcomes.push(await runStatic(script));
  return outcomes;
}

// The static checks fill the time in which the suites wait for sockets and processes.
const outcomes = (await Promise.all([runStatics(), runJest()])).flat();
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
