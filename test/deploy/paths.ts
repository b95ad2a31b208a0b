import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Not in git: the emulator's virtual environment, and a folder per run. */
export const CACHE = join(PROJECT_ROOT, '.cache', 'deploy');
/** The project's own Node and the commands of its packages, before the machine's. */
export const COMMAND_PATH = [
  join(PROJECT_ROOT, 'node_modules', 'node', 'bin'),
  join(PROJECT_ROOT, 'node_modules', '.bin'),
  process.env['PATH'] ?? '',
].join(':');
