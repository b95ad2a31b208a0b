import { userInfo } from 'node:os';
import { styleText } from 'node:util';
import { CliError, EXIT, type ExitCode } from './exit-codes.ts';
import { Interrupted } from './hidden-input.ts';

/** How a command ends: what it says, and what a script reads. */
export interface Ending {
  readonly exitCode: ExitCode;
  readonly text: string;
  /** What `--json` shows beside that. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a command may do while it runs. */
export interface Conversation {
  /** Who asks, for the history. */
  readonly by: string;
  /** Says something on the way; with `--json` nobody hears it. */
  say(text: string): void;
  /** From now on, this is said if somebody presses Ctrl-C. */
  ifInterrupted(sentence: string): void;
}

/** Runs one command to its end, and says how it ended in one sentence or one JSON object. */
export async function converse(
  { json = false }: { readonly json?: boolean },
  run: (conversation: Conversation) => Promise<Ending>,
): Promise<ExitCode> {
  let sentence = 'Nothing was sent, and nothing is lost.';
  const onInterrupt = () => process.exit(show({ exitCode: EXIT.interrupted, text: sentence }, json));
  process.once('SIGINT', onInterrupt);
  try {
    const ending = await run({
      by: whoAsks(),
      say: (text) => void (json || process.stdout.write(`${text}\n`)),
      ifInterrupted: (text) => {
        sentence = text;
      },
    });
    return show(ending, json);
  } catch (error) {
    if (error instanceof Interrupted) return show({ exitCode: EXIT.interrupted, text: sentence }, json);
    if (error instanceof CliError) return show({ exitCode: error.exitCode, text: error.message }, json);
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function show({ exitCode, text, details = {} }: Ending, json: boolean): ExitCode {
  const ok = exitCode === EXIT.done;
  if (json) process.stdout.write(`${JSON.stringify({ ok, exitCode, message: text, ...details })}\n`);
  else if (ok) process.stdout.write(`${styleText('green', text)}\n`);
  else process.stderr.write(`${text}\n`);
  return exitCode;
}

function whoAsks(): string {
  try {
    return `${userInfo().username} (sfrotate)`;
  } catch {
    return 'sfrotate';
  }
}
