import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';
import { answerOf, demandMachine } from './machine.ts';
import { CACHE } from './paths.ts';

const REQUIREMENTS = fileURLToPath(new URL('./emulator/requirements.txt', import.meta.url));
const FOLDER = join(CACHE, 'venv');
/** Says what is installed; written last, so that an installation that was cut short begins anew. */
const STAMP = join(FOLDER, 'installed.txt');
const INSTALL_TIMEOUT_SECONDS = 240;
export interface VirtualEnvironment {
  readonly python: string;
  /** The AWS CLI in it. */
  readonly aws: string;
}

/**
 * The virtual environment with the pinned emulator and AWS CLI: installed once,
 * and again when the pins or the machine's Python change.
 *
 * @throws MachineLacks without Python 3.10 or later, or without OpenSSL.
 */
export async function virtualEnvironment(logFile: string): Promise<VirtualEnvironment> {
  const { command, version } = demandMachine(answerOf);
  const wanted = `${version}\n${readFileSync(REQUIREMENTS, 'utf8')}`;
  const installed = {
    python: join(FOLDER, 'bin', 'python'),
    aws: join(FOLDER, 'bin', 'aws'),
  };
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return installed;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const options = {
    cwd: CACHE,
    // The machine's own settings say where its package index is.
    env: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ''])),
    logFile,
    timeoutSeconds: INSTALL_TIMEOUT_SECONDS,
  };
  await runCommand(command, ['-m', 'venv', FOLDER], options);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--requirement'];
  await runCommand(installed.python, [...pip, REQUIREMENTS], options);
  writeFileSync(STAMP, wanted);
  return installed;
}
