import { CliError } from './exit-codes.ts';
import type { Ending } from './run.ts';
import { printable, wrap } from './text.ts';

/** One look: what is seen, how a command would end with it, and what tells it from another. */
export interface Look {
  readonly lines: readonly string[];
  readonly ending: Ending;
  readonly fingerprint: string;
}

/** Where looks are shown. */
export interface Display {
  show(look: Look, isNew: boolean): void;
}

/**
 * Looks again at every tick and shows what it saw, until the ticks end. A look
 * that gets no answer is shown as such, and the next one may get one; the first
 * must get one.
 *
 * @throws CliError of the first look.
 */
export async function keepLooking(
  look: () => Promise<Look>,
  display: Display,
  ticks: AsyncIterable<unknown>,
): Promise<void> {
  let last = await look();
  let shown = last.fingerprint;
  display.show(last, true);
  for await (const _ of ticks) {
    const next = await lookOrSayWhyNot(look, last);
    display.show(next, next.fingerprint !== shown);
    shown = next.fingerprint;
    if (next.ending.details !== undefined) last = next;
  }
}

async function lookOrSayWhyNot(look: () => Promise<Look>, last: Look): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { exitCode, message } = error;
    return { lines: last.lines, ending: { exitCode, text: message }, fingerprint: message };
  }
}

const ESCAPE = '\u001b[';

/** In lines and cells. */
interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Draws over what it drew before. What a terminal has no room for is left out from below. */
export class TerminalDisplay implements Display {
  readonly #output: Pick<NodeJS.WritableStream, 'write'>;
  readonly #size: () => TerminalSize;
  #drawn = 0;

  /** @param size may change. */
  constructor(output: Pick<NodeJS.WritableStream, 'write'>, size: () => TerminalSize) {
    this.#output = output;
    this.#size = size;
  }

  show({ lines, ending }: Look): void {
    const { rows, columns } = this.#size();
    const text = wrap(printable(ending.text), columns);
    // The last line of the terminal is the cursor's.
    const all = [...fitting(lines, Math.max(1, rows - 1 - text.length)), ...text];
    const back = this.#drawn === 0 ? '' : `${ESCAPE}${this.#drawn}A\r${ESCAPE}0J`;
    this.#output.write(`${back}${all.map((line) => `${line}\n`).join('')}`);
    this.#drawn = all.length;
  }
}

function fitting(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), '…'];
}
