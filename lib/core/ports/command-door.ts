import type { Command, CommandOutcome } from '../watch/command.ts';
import type { Query, Reports } from '../watch/query.ts';

/**
 * The way from outside to the function that carries out an operator's commands.
 * Who only stands at the door needs no access to any secret.
 *
 * @throws CommandNotCarriedOut with a sentence, where no answer came or the function failed.
 */
export interface CommandDoor {
  send(command: Command): Promise<CommandOutcome>;
}

/** The same door for who wants to be shown something as well. */
export interface OperatorDoor extends CommandDoor {
  /** @throws CommandNotCarriedOut as above; nothing was changed then. */
  ask<Asked extends Query>(query: Asked): Promise<Reports[Asked['action']]>;
}
