import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { endWithThisProcess, ownGroup, signalGroup } from './process-group.ts';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Gets everything that the command prints. */
  readonly logFile: string;
  readonly timeoutSeconds: number;
}

const SHOWN_LINES = 40;

/** A command that ended with another code than 0, or not in time. */
class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/**
 * Runs a command to its end and gives its standard output.
 *
 * @throws CommandFailed with the last lines that it printed.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  log.write(`$ ${command} ${args.join(' ')}\n`);
  const child = spawn(command, args, {
    ...ownGroup,
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const release = endWithThisProcess(child);
  const timeout = setTimeout(() => signalGroup(child, 'SIGKILL'), options.timeoutSeconds * 1_000);
  let [stdout, printed] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    printed += chunk.toString();
    log.write(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    log.write(chunk);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timeout);
  release();
  log.end();
  if (code === 0) return stdout;
  const how =
    signal === null ? `ended with code ${code}` : `was stopped after ${options.timeoutSeconds} seconds`;
  const lastLines = printed.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new CommandFailed(`"${[command, ...args].join(' ')}" ${how}:\n${lastLines}`);
}
