import { userInfo } from 'node:os';
import { styleText } from 'node:util';
import { CliError, EXIT, type ExitCode } from './exit-codes.ts';
import { Interrupted } from './hidden-input.ts';
import { printable, printableJson } from './text.ts';

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
  /** Shows lines that are made for a terminal, colours included; with `--json` nobody sees them. */
  draw(lines: readonly string[]): void;
  /** Shows how things stand before the command ends, and with `--json` only: one more object. */
  report(ending: Ending): void;
  /** From now on, this is said if somebody presses Ctrl-C; without a sentence, that is how the command ends. */
  ifInterrupted(sentence: string | undefined): void;
}

/** Runs one command to its end, and says how it ended in one sentence or one JSON object. */
export async function converse(
  { json = false }: { readonly json?: boolean },
  run: (conversation: Conversation) => Promise<Ending>,
): Promise<ExitCode> {
  let sentence: string | undefined = 'Nothing was sent, and nothing is lost.';
  const onInterrupt = () => process.exit(interrupted(sentence, json));
  process.once('SIGINT', onInterrupt);
  try {
    const ending = await run({
      by: whoAsks(),
      say: (text) => void (json || process.stdout.write(`${printable(text)}\n`)),
      draw: (lines) => void (json || process.stdout.write(lines.map((line) => `${line}\n`).join(''))),
      report: (ending) => void (json && show(ending, json)),
      ifInterrupted: (text) => {
        sentence = text;
      },
    });
    return show(ending, json);
  } catch (error) {
    if (error instanceof Interrupted) return interrupted(sentence, json);
    if (error instanceof CliError) return show({ exitCode: error.exitCode, text: error.message }, json);
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function interrupted(sentence: string | undefined, json: boolean): ExitCode {
  return sentence === undefined
    ? EXIT.interrupted
    : show({ exitCode: EXIT.interrupted, text: sentence }, json);
}

function show({ exitCode, text, details = {} }: Ending, json: boolean): ExitCode {
  const ok = exitCode === EXIT.done;
  if (json) process.stdout.write(`${printableJson({ ok, exitCode, message: text, ...details })}\n`);
  else if (ok) process.stdout.write(`${styleText('green', printable(text))}\n`);
  else process.stderr.write(`${printable(text)}\n`);
  return exitCode;
}

function whoAsks(): string {
  try {
    return `${userInfo().username} (sfrotate)`;
  } catch {
    return 'sfrotate';
  }
}
