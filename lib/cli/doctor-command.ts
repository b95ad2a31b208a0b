import type { Command } from 'commander';
import { type CommonOptions, optionalCredentialIn, serviceCommand } from './command.ts';
import { doctor } from './doctor.ts';
import { openDoor } from './door.ts';
import { converse } from './run.ts';
import { terminalWidth } from './status-command.ts';

interface DoctorOptions extends CommonOptions {
  readonly fix?: boolean;
  /** False with `--no-wait`. */
  readonly wait: boolean;
}

/** `sfrotate doctor`: what is wrong, and what to do about each thing. */
export function doctorCommand(): Command {
  return serviceCommand('doctor', 'says what is wrong, and what to do about each thing', 'optional')
    .option('--fix', 'do what is safe about it, and follow it')
    .option('--no-wait', 'with --fix: return without following what goes on')
    .addHelpText(
      'after',
      `
A look changes nothing and makes no login. With --fix, a rotation that stands
still goes on, what was mended is resumed, and labels that no rotation owns are
removed; what a person has to decide is left alone.

  sfrotate doctor
  sfrotate doctor billing --fix
  sfrotate doctor --json --profile production`,
    )
    .action(async (_credential: string | undefined, options: DoctorOptions, command: Command) => {
      process.exitCode = await converse(options, async (conversation) => {
        const credential = optionalCredentialIn(command.args);
        conversation.ifInterrupted('Nothing was changed.');
        return doctor({
          ...conversation,
          credential,
          door: await openDoor(options, process.env),
          fix: options.fix === true,
          wait: options.wait,
          width: terminalWidth(),
        });
      });
    });
}
