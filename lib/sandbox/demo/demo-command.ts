import { Command } from 'commander';
import { type DemoOptions, OptionError, readDemoOptions } from './options.ts';
import { progressText, reportText } from './print.ts';
import type { DemoReport } from './report.ts';

interface RawOptions {
  readonly integrations: string;
  readonly strategy: string;
  readonly source: string;
  readonly delivery: string;
  readonly connection: string;
  readonly json?: boolean;
}

/** `sfrotate demo`, which is `npm start`. Exits with 0 only when the rotation is proven; 2 is a bad option. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('performs one whole rotation in a fresh sandbox and proves it')
    .option('--integrations <n>', 'how many integrations read the credential', '3')
    .option('--strategy <kind>', 'single-user, or alternating-users: two that take turns', 'single-user')
    .option('--source <kind>', 'who brings the token: mailbox, operator or unchanged', 'mailbox')
    .option('--delivery <kind>', 'separate: a secret per integration; envelope: one for all', 'separate')
    .option(
      '--connection <kind>',
      'how the service gets in: client-credentials, jwt-bearer, or self: as the user',
      'client-credentials',
    )
    .option('--json', 'print one JSON object and nothing else')
    .action(async (raw: RawOptions) => {
      process.exitCode = await demo(raw);
    });
}

async function demo(raw: RawOptions): Promise<number> {
  const json = raw.json === true;
  let options: DemoOptions;
  try {
    options = readDemoOptions(raw);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    if (json) print(JSON.stringify({ ok: false, error: error.message }));
    else process.stderr.write(`${error.message}\n`);
    return 2;
  }
  const startedAt = Date.now();
  if (!json) print(`${introduction(options)}\n`);
  let report: DemoReport;
  try {
    // The other commands of the program do without all that a sandbox loads.
    const { runDemo } = await import('./run-demo.ts');
    report = await runDemo(options, (line) => {
      if (!json) print(progressText(line, startedAt));
    });
  } catch (error) {
    const message = `The rotation could not be shown: ${error instanceof Error ? error.message : String(error)}`;
    if (json) print(JSON.stringify({ ok: false, error: message }));
    process.stderr.write(`${error instanceof Error ? error.stack : message}\n`);
    return 1;
  }
  print(json ? JSON.stringify(report) : reportText(report));
  return report.ok ? 0 : 1;
}

function introduction({ integrations, strategy, delivery }: DemoOptions): string {
  const users = strategy === 'single-user' ? 'a single user' : 'two users that take turns';
  const secrets = delivery === 'separate' ? 'with a secret each' : 'with one secret for all';
  return (
    `Rotating one credential of ${users} in a sandbox on this machine, while its integrations ` +
    `(${integrations}, ${secrets}) keep reading and logging in.`
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
