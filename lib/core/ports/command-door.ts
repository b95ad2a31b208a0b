import type { Command, CommandOutcome } from '../watch/command.ts';

/**
 * The way from outside to the function that carries out an operator's commands.
 * Who only stands at the door needs no access to any secret.
 *
 * @throws CommandNotCarriedOut with a sentence, where no answer came or the function failed.
 */
export interface CommandDoor {
  send(command: Command): Promise<CommandOutcome>;
}
