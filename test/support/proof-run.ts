import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORDINGS_VARIABLE } from './calls/recordings.ts';
import { type Outcome, runJest } from './jest-run.ts';

const PROOF = ['--testMatch', '<rootDir>/test/infra/proof/*.proof.ts'];

/** The CDK's own validation of templates takes most of the time, and other suites have it. */
const WITHOUT_VALIDATION = { CDK_VALIDATION: 'false' };

/**
 * Runs suites, and then the proof of least privilege on the calls that they
 * recorded. The recordings begin and end with the run: none of an earlier one counts.
 *
 * @param suites which; all of them without any.
 */
export async function runWithProof(suites: readonly string[] = []): Promise<readonly Outcome[]> {
  const directory = mkdtempSync(join(tmpdir(), 'recordings-'));
  const environment = { [RECORDINGS_VARIABLE]: directory };
  try {
    return [
      await runJest(suites, environment),
      await runJest(PROOF, { ...environment, ...WITHOUT_VALIDATION }),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
