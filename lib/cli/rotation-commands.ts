import type { Command } from 'commander';
import { type CommonOptions, credentialIn, serviceCommand } from './command.ts';
import { confirmed } from './confirm.ts';
import { openDoor } from './door.ts';
import { type RotationTask, resume, rollback, rotate } from './rotation.ts';
import { type Conversation, converse, type Ending } from './run.ts';

interface RotationOptions extends CommonOptions {
  readonly yes?: boolean;
  /** False with `--no-wait`. */
  readonly wait: boolean;
}

const YES = ['--yes', 'do not ask; without a terminal, nobody could be'] as const;

/** `sfrotate rotate`: asks for a rotation and follows it. */
export function rotateCommand(): Command {
  return rotationCommand('rotate', 'asks for a rotation, and follows it', rotate)
    .option(...YES)
    .addHelpText(
      'after',
      `
It says first what a rotation means for the integrations, and asks. Then it
follows until every integration has the new credential, or until a person has
to do something.

  sfrotate rotate billing
  sfrotate rotate billing --yes --no-wait --profile production`,
    );
}

/** `sfrotate rollback`: back to the credential before the last swap. */
export function rollbackCommand(): Command {
  return rotationCommand(
    'rollback',
    'goes back to the credential before the last swap, in all secrets or in none; for users that take turns',
    rollback,
  ).option(...YES);
}

/** `sfrotate resume`: after the remedy of a refusal was applied. */
export function resumeCommand(): Command {
  return rotationCommand('resume', 'goes on after a refusal whose remedy you applied', resume);
}

function rotationCommand(
  name: string,
  description: string,
  run: (task: RotationTask) => Promise<Ending>,
): Command {
  return serviceCommand(name, description)
    .option('--wait', 'follow it until it is done or has to wait (default)', true)
    .option('--no-wait', 'return when it was asked for')
    .action(async (_credential: string, options: RotationOptions, command: Command) => {
      process.exitCode = await converse(options, async (conversation) => {
        const credential = credentialIn(command.args);
        return run({
          credential,
          door: await openDoor(options, process.env),
          confirm: confirmation(options, conversation),
          wait: options.wait,
          ...conversation,
        });
      });
    });
}

/** With `--yes` it is said what it means, and nobody is asked. */
function confirmation({ yes }: RotationOptions, { say }: Conversation): RotationTask['confirm'] {
  return async (question, consequence) => {
    if (yes !== true) return confirmed(`${consequence} ${question}`, process);
    say(consequence);
    return true;
  };
}
