import type { Command } from 'commander';
import { readPastedToken } from '../core/token-mail/paste.ts';
import type { CommandOutcome, Command as ServiceCommand } from '../core/watch/command.ts';
import { answerTo } from './answer.ts';
import { type Brought, readBrought } from './brought.ts';
import { type CommonOptions, credentialIn, serviceCommand } from './command.ts';
import { openDoor } from './door.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { follow } from './follow.ts';
import { type Conversation, converse, type Ending } from './run.ts';
import { swapCourse } from './swap-course.ts';

interface TokenOptions extends CommonOptions {
  readonly withPassword?: boolean;
  /** False with `--no-wait`. */
  readonly wait: boolean;
}

const INTERRUPTED = {
  before: 'Nothing was sent. The rotation goes on waiting; run the command again when you have the token.',
  sent: 'What you brought is on its way and may be accepted all the same. Nothing is lost; look before you bring it again.',
  accepted: 'It was accepted, and the swap goes on without this command.',
} as const;

/** `sfrotate token`: brings a security token, as the prompt page does. */
export function tokenCommand(): Command {
  return serviceCommand('token', 'brings a security token that Salesforce has mailed')
    .option('--with-password', 'after a password was changed outside of this service: brings both')
    .option('--no-wait', 'return when Salesforce has accepted it, without following the swap')
    .addHelpText(
      'after',
      `
The token is asked for without being shown, or read from standard input; it is
never an argument. The whole mail will do. With --with-password, the first line
of standard input is the password and the rest the token.

  sfrotate token billing
  pbpaste | sfrotate token billing --profile production`,
    )
    .action(async (_credential: string, options: TokenOptions, command: Command) => {
      process.exitCode = await converse(options, (conversation) =>
        bringToken(credentialIn(command.args), options, conversation),
      );
    });
}

async function bringToken(
  credential: string,
  options: TokenOptions,
  conversation: Conversation,
): Promise<Ending> {
  const { by, say, ifInterrupted } = conversation;
  const door = await openDoor(options, process.env);
  ifInterrupted(INTERRUPTED.before);
  const brought = await readBrought(process, credential, options.withPassword === true);
  const unusable = unusableBecause(brought, credential);
  if (unusable !== undefined) return unusable;
  ifInterrupted(INTERRUPTED.sent);
  const outcome = await door.send(commandFor(brought, { credential, by }));
  const ending = endingOf(outcome, credential);
  if (ending.exitCode !== EXIT.done || !options.wait) return ending;
  ifInterrupted(INTERRUPTED.accepted);
  say(ending.text);
  const followed = await follow(swapCourse, door, { credential, by }, outcome.status, { say });
  return { ...ending, ...followed, details: { ...ending.details, phase: followed.phase } };
}

/** What can be no token costs no call. A user who needs no token has none. */
function unusableBecause({ pasted, password }: Brought, credential: string): Ending | undefined {
  const read = readPastedToken(pasted);
  if (read.kind === 'token' || (password !== undefined && read.problem === 'empty')) return undefined;
  const submission = { kind: 'unusable', problem: read.problem } as const;
  return { ...answerTo(submission, credential), details: { credential, submission } };
}

function commandFor(
  { password, pasted }: Brought,
  asked: { readonly credential: string; readonly by: string },
): ServiceCommand {
  return password === undefined
    ? { action: 'submit-token', ...asked, pasted }
    : { action: 'submit-credential', ...asked, password, pasted };
}

function endingOf({ submission, status }: CommandOutcome, credential: string): Ending {
  if (submission === undefined)
    throw new CliError(
      EXIT.noAnswer,
      'The function answered, but not what became of the token. Is it of this version?',
    );
  return { ...answerTo(submission, credential), details: { credential, submission, phase: status.phase } };
}
