import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

interface JestSummary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

export type Environment = Readonly<Record<string, string>>;

/** Runs jest and counts its tests. One that was skipped, and a suite that could not be loaded, have failed. */
export async function runJest(args: readonly string[], environment: Environment = {}): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'jest-'));
  const summaryPath = join(directory, 'summary.json');
  try {
    const { code } = await run(
      'npm',
      ['run', '--silent', 'test:jest', '--', ...args, '--json', `--outputFile=${summaryPath}`],
      { show: 'stderr', environment },
    );
    const summary = JSON.parse(readFileSync(summaryPath, 'utf8')) as JestSummary;
    const { numPassedTests, numFailedTests, numPendingTests } = summary;
    const failed = numFailedTests + numPendingTests;
    const unaccounted = failed === 0 && (code !== 0 || numPassedTests === 0) ? 1 : 0;
    return { passed: numPassedTests, failed: failed + unaccounted };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function run(
  command: string,
  args: readonly string[],
  { show, environment = {} }: { readonly show?: 'stderr'; readonly environment?: Environment } = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
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

/** The one line that a run ends with. */
export function conclude(outcomes: readonly Outcome[]): void {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
