import type { Command } from 'commander';
import type { CommandOutcome } from '../core/watch/command.ts';
import { type CommonOptions, credentialIn, serviceCommand } from './command.ts';
import { openDoor } from './door.ts';
import { EXIT } from './exit-codes.ts';
import { converse, type Ending } from './run.ts';

/** `sfrotate start`: presses Start without the prompt page. */
export function startCommand(): Command {
  return simple('start', 'starts a rotation that people were invited to', ({ status }) => {
    if (status.phase === 'idle')
      return {
        exitCode: EXIT.declined,
        text: 'Nobody was invited to start a rotation, so none was started.',
      };
    return { exitCode: EXIT.done, text: `Started. It waits for ${status.waitingFor.text}.` };
  });
}

/** `sfrotate prompt`: another message with another link. */
export function promptCommand(): Command {
  return simple(
    'prompt',
    'sends another link to the prompt page; those before it stop working',
    ({ status }) => {
      if (status.phase === 'idle' || status.phase === 'verified' || status.phase === 'committing')
        return {
          exitCode: EXIT.declined,
          text: 'Nobody is asked for anything now, so there is no link to renew.',
        };
      return {
        exitCode: EXIT.done,
        text: 'A message with a new link is on its way. The links before it no longer work.',
      };
    },
  );
}

function simple(
  action: 'start' | 'prompt',
  description: string,
  endingOf: (outcome: CommandOutcome) => Ending,
): Command {
  return serviceCommand(action, description).action(
    async (_credential: string, options: CommonOptions, command: Command) => {
      process.exitCode = await converse(options, async ({ by }) => {
        const credential = credentialIn(command.args);
        const door = await openDoor(options, process.env);
        const outcome = await door.send({ action, credential, by });
        return withState(outcome, credential, endingOf);
      });
    },
  );
}

/** What keeps a rotation from going on is more than what a command has to say. */
function withState(
  outcome: CommandOutcome,
  credential: string,
  endingOf: (outcome: CommandOutcome) => Ending,
): Ending {
  const { phase, message, remedy } = outcome.status;
  const details = { credential, phase };
  if (phase !== 'blocked') return { ...endingOf(outcome), details };
  const text = ['The rotation is stopped.', message, remedy].filter((part) => part !== undefined).join(' ');
  return { exitCode: EXIT.declined, text, details };
}
