import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { OperatorDoor } from '../core/ports/command-door.ts';
import { type CommonOptions, optionalCredentialIn, serviceCommand } from './command.ts';
import { openDoor } from './door.ts';
import { EXIT } from './exit-codes.ts';
import { type Conversation, converse, type Ending } from './run.ts';
import { drawStatus, fingerprintOf, statusEnding } from './status.ts';
import { printable } from './text.ts';
import { type Display, keepLooking, type Look, TerminalDisplay } from './watching.ts';
import { wholeNumber } from './whole-number.ts';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
  readonly every: string;
}

const LONGEST_PAUSE_SECONDS = 3_600;

/** `sfrotate status`: where every credential stands, worst first. */
export function statusCommand(): Command {
  return serviceCommand('status', 'shows where every credential stands, worst first', 'optional')
    .option('--watch', 'look again and again until Ctrl-C')
    .option('--every <seconds>', 'with --watch: how long between two looks', '5')
    .addHelpText(
      'after',
      `
With --watch, a terminal is drawn over at each look; anything else gets a block,
and with --json one JSON object on a line, whenever something has changed.

  sfrotate status
  sfrotate status billing --json
  sfrotate status --watch --every 30`,
    )
    .action(async (_credential: string | undefined, options: StatusOptions, command: Command) => {
      process.exitCode = await converse(options, (conversation) =>
        showStatus(optionalCredentialIn(command.args), options, conversation),
      );
    });
}

async function showStatus(
  credential: string | undefined,
  options: StatusOptions,
  conversation: Conversation,
): Promise<Ending> {
  const seconds = wholeNumber('--every', options.every, { from: 1, to: LONGEST_PAUSE_SECONDS });
  conversation.ifInterrupted(undefined);
  const door = await openDoor(options, process.env);
  const look = () => lookAt(door, credential);
  if (options.watch === true) {
    // Whoever reads has had enough, as a pager that was closed.
    process.stdout.on('error', () => process.exit(EXIT.done));
    await keepLooking(look, displayFor(options, conversation), everySoOften(seconds));
  }
  const { lines, ending } = await look();
  conversation.draw(lines);
  return ending;
}

async function lookAt(door: OperatorDoor, credential: string | undefined): Promise<Look> {
  const report = await door.ask({ action: 'fleet', credential });
  return {
    lines: drawStatus(report, { inFull: credential !== undefined, width: terminalWidth() }),
    ending: statusEnding(report),
    fingerprint: fingerprintOf(report.rows),
  };
}

function displayFor({ json }: StatusOptions, { draw, report }: Conversation): Display {
  if (json !== true && process.stdout.isTTY) return new TerminalDisplay(process.stdout, () => process.stdout);
  return {
    show({ lines, ending }, isNew) {
      if (!isNew) return;
      draw([...lines, printable(ending.text), '']);
      report(ending);
    },
  };
}

async function* everySoOften(seconds: number): AsyncGenerator<void> {
  for (;;) {
    await pause(seconds * 1_000);
    yield;
  }
}

/** `undefined` where nobody sees it: then lines are as long as they are. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}
