import { execFileSync } from 'node:child_process';

const CANDIDATES = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];
const OLDEST_MINOR = 10;
/** Debian and Ubuntu have Python without these two. */
const PROBE = `
import importlib.util, json, sys
lacking = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
print(json.dumps({"version": sys.version, "numbers": sys.version_info[:2], "lacking": lacking}))
`;

/** What the emulator needs of the machine is not there. */
export class MachineLacks extends Error {
  override readonly name = 'MachineLacks';
}

/** What a command prints; `undefined` where there is none, or it fails. */
type Answers = (command: string, args: readonly string[]) => string | undefined;

/**
 * The Python to use.
 *
 * @throws MachineLacks without one that can make a virtual environment, or without OpenSSL.
 */
export function demandMachine(answers: Answers): FoundPython {
  const python = findPython(answers);
  if (answers('openssl', ['version']) === undefined)
    throw new MachineLacks(
      'The deploy test needs the openssl command, with which its emulator makes a certificate.',
    );
  return python;
}

interface FoundPython {
  readonly command: string;
  readonly version: string;
  readonly numbers: readonly [major: number, minor: number];
  /** Modules that are not there. */
  readonly lacking: readonly string[];
}

function findPython(answers: Answers): FoundPython {
  const found = CANDIDATES.flatMap((command): readonly FoundPython[] => {
    const printed = answers(command, ['-c', PROBE]);
    return printed === undefined
      ? []
      : [{ command, ...(JSON.parse(printed) as Omit<FoundPython, 'command'>) }];
  });
  const recent = found.filter(({ numbers: [major, minor] }) => major === 3 && minor >= OLDEST_MINOR);
  const usable = recent.find(({ lacking }) => lacking.length === 0);
  if (usable === undefined) throw new MachineLacks(`${NEEDED}; ${shortfall(found, recent)}.`);
  return usable;
}

const NEEDED = `The deploy test needs Python 3.${OLDEST_MINOR} or later with venv and ensurepip, to run an emulator of AWS in`;

function shortfall(found: readonly FoundPython[], recent: readonly FoundPython[]): string {
  const [incomplete] = recent;
  if (incomplete !== undefined)
    return `${incomplete.command} has no module ${incomplete.lacking.join(' and no ')}, which is in the package python3-venv of Debian and Ubuntu`;
  const [old] = found;
  return old === undefined
    ? 'there is none on the PATH'
    : `${old.command} on the PATH is Python ${old.numbers.join('.')}`;
}

/** Asks this machine. */
export function answerOf(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
