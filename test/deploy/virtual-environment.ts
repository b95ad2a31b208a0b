import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';
import { CACHE } from './paths.ts';

const REQUIREMENTS = fileURLToPath(new URL('./emulator/requirements.txt', import.meta.url));
const FOLDER = join(CACHE, 'venv');
/** Says what is installed; written last, so that an installation that was cut short begins anew. */
const STAMP = join(FOLDER, 'installed.txt');
const INSTALL_TIMEOUT_SECONDS = 240;
const CANDIDATES = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];
const PROBE = 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version)';

export interface VirtualEnvironment {
  readonly python: string;
  /** The AWS CLI in it. */
  readonly aws: string;
}

/** What the emulator needs of the machine is not there. */
export class MachineLacks extends Error {
  override readonly name = 'MachineLacks';
}

/**
 * The virtual environment with the pinned emulator and AWS CLI: installed once,
 * and again when the pins or the machine's Python change.
 *
 * @throws MachineLacks without Python 3.10 or later, or without OpenSSL.
 */
export async function virtualEnvironment(logFile: string): Promise<VirtualEnvironment> {
  const { command, version } = findPython();
  if (!answers('openssl', ['version'])) {
    throw new MachineLacks(
      'The deploy test needs the openssl command, with which its emulator makes a certificate.',
    );
  }
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

function findPython(): { readonly command: string; readonly version: string } {
  for (const command of CANDIDATES) {
    const version = answers(command, ['-c', PROBE]);
    if (version) return { command, version: version.trim() };
  }
  throw new MachineLacks(
    'The deploy test needs Python 3.10 or later with venv, to run an emulator of AWS in; there is none on the PATH.',
  );
}

/** What a command prints; `undefined` when it is not there or fails. */
function answers(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
