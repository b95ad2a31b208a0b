import { Command } from 'commander';
import { DEFAULT_COMMAND_FUNCTION } from '../core/config/deployed-names.ts';
import { entryName } from '../core/config/parts.ts';
import { DEFAULT_SANDBOX, type PlaceOptions } from './door.ts';
import { CliError, EXIT, EXIT_CODES_HELP } from './exit-codes.ts';

/** What every command that is sent to the service takes. */
export interface CommonOptions extends PlaceOptions {
  readonly json?: boolean;
}

const CREDENTIAL = entryName('a credential');

/** Of which credential a command is: of one, or of all where none is named. */
type CredentialArgument = 'required' | 'optional';

const ARGUMENT: Readonly<Record<CredentialArgument, readonly [string, string]>> = {
  required: ['<credential>', 'its name in the configuration'],
  optional: ['[credential]', 'its name in the configuration (default: all of them)'],
};

/** A command that is sent to the service, with the options that say where that is. */
export function serviceCommand(
  name: string,
  description: string,
  credential: CredentialArgument = 'required',
): Command {
  return (
    new Command(name)
      .description(description)
      .argument(...ARGUMENT[credential])
      .option('--profile <name>', "profile of the AWS CLI's configuration")
      .option('--region <name>', 'Region of the service, where the profile does not say it')
      .option(
        '--function <name|arn>',
        `the function that takes commands (default: SFROTATE_FUNCTION, else ${DEFAULT_COMMAND_FUNCTION})`,
      )
      .option('--sandbox [url]', `a sandbox on this machine instead of AWS (default: ${DEFAULT_SANDBOX})`)
      .option('--json', 'print one JSON object and nothing else')
      .addHelpText('after', EXIT_CODES_HELP)
      // What does not belong here is refused below, because an error of the parser would repeat it.
      .allowExcessArguments()
      .allowUnknownOption()
      .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.badInput))
  );
}

/**
 * The one argument that there may be. Whatever else was given is not shown: it
 * may be a token.
 *
 * @throws CliError
 */
export function credentialIn(args: readonly string[]): string {
  const [credential = '', ...others] = args;
  if (others.length === 0 && CREDENTIAL.safeParse(credential).success) return credential;
  throw new CliError(
    EXIT.badInput,
    `${others.length === 0 ? 'That is no name of a credential' : 'Give the name of one credential, and no option that is not in --help'}. ` +
      'A password or a token is never given as an argument: other users of this machine can see it there, and the shell keeps it in its history. ' +
      'If one was given now, take it out of that history and ask Salesforce for a new token. Nothing was sent.',
  );
}

/**
 * The same where no credential need be named.
 *
 * @throws CliError
 */
export function optionalCredentialIn(args: readonly string[]): string | undefined {
  return args.length === 0 ? undefined : credentialIn(args);
}
