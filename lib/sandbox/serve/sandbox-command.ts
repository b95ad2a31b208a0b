import { Command } from 'commander';
import type { RawOptions } from './run-sandbox.ts';

const DEFAULT_DATA = '.sandbox';
const DEFAULT_PORT = '8787';

/** `sfrotate sandbox`, which is `npm run sandbox`: runs until SIGINT or SIGTERM. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description(
      'runs an org, Secrets Manager, DynamoDB and a mailbox on this machine, with the service on them',
    )
    .option('--data <dir>', 'where everything is kept; the same folder goes on where it was', DEFAULT_DATA)
    .option(
      '--port <n>',
      'port of /sandbox.json; the services take the seven after it, 0 takes free ones',
      DEFAULT_PORT,
    )
    .option('--integrations <n>', 'how many integration secrets a new folder gets', '3')
    .option('--strategy <kind>', 'of a new folder: single-user or alternating-users', 'single-user')
    .option(
      '--source <kind>',
      'who brings the token in a new folder: operator, mailbox or unchanged; an operator is asked at once',
      'operator',
    )
    .option('--delivery <kind>', 'of a new folder: separate, or one envelope', 'separate')
    .option(
      '--on-outside-change <policy>',
      'of a new folder, when somebody else changes the password: prompt, take-over or alert',
      'prompt',
    )
    .option('--json', 'print what /sandbox.json says as one JSON object when it is up')
    .action(async (raw: RawOptions) => {
      // The other commands of the program do without all that a sandbox loads.
      const { runSandbox } = await import('./run-sandbox.ts');
      process.exitCode = await runSandbox(raw);
    });
}
