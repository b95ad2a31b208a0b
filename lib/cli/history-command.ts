import type { Command } from 'commander';
import { LONGEST_HISTORY, type PastEvent } from '../core/watch/query.ts';
import { type CommonOptions, credentialIn, serviceCommand } from './command.ts';
import { openDoor } from './door.ts';
import { EXIT } from './exit-codes.ts';
import { type Conversation, converse, type Ending } from './run.ts';
import { terminalWidth } from './status-command.ts';
import { printable, timeText, wrap } from './text.ts';
import { wholeNumber } from './whole-number.ts';

interface HistoryOptions extends CommonOptions {
  readonly limit: string;
}

/** `sfrotate history`: what happened to a credential. */
export function historyCommand(): Command {
  return serviceCommand('history', 'shows what happened to a credential, the newest last')
    .option('--limit <n>', `how many of the newest events, 1 to ${LONGEST_HISTORY}`, '20')
    .addHelpText(
      'after',
      `
  sfrotate history billing
  sfrotate history billing --limit 100 --json`,
    )
    .action(async (_credential: string, options: HistoryOptions, command: Command) => {
      process.exitCode = await converse(options, (conversation) =>
        showHistory(credentialIn(command.args), options, conversation),
      );
    });
}

async function showHistory(
  credential: string,
  options: HistoryOptions,
  { draw, ifInterrupted }: Conversation,
): Promise<Ending> {
  const limit = wholeNumber('--limit', options.limit, { from: 1, to: LONGEST_HISTORY });
  ifInterrupted(undefined);
  const door = await openDoor(options, process.env);
  const { events } = await door.ask({ action: 'history', credential, limit });
  draw(events.flatMap((event) => eventLines(event, terminalWidth())));
  return { exitCode: EXIT.done, text: countText(events.length, limit), details: { credential, events } };
}

function countText(count: number, limit: number): string {
  if (count === 0) return 'Nothing is known to have happened to it.';
  const events = count === 1 ? '1 event' : `${count} events`;
  return count < limit ? `${events}; there are no others.` : `The newest ${events}; --limit shows more.`;
}

const INDENT = '    ';

/** When and what in one line; then what it said, further in. */
export function eventLines(event: PastEvent, width?: number): readonly string[] {
  const { at, type, by, reason, message, remedy } = event;
  const about = [reason === undefined ? [] : `(${reason})`, by === undefined ? [] : `by ${by}`].flat();
  const heading = [timeText(at), '·', type, ...about].join(' ');
  const below = [message, remedy].filter((text) => text !== undefined);
  return [
    ...linesOf(heading, width),
    ...below.flatMap((text) => linesOf(text, width && width - INDENT.length).map((line) => INDENT + line)),
  ];
}

function linesOf(text: string, width: number | undefined): readonly string[] {
  const shown = printable(text);
  return width === undefined ? [shown] : wrap(shown, Math.max(1, width));
}
