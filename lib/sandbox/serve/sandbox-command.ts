import { resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigurationError } from '../../core/config/load.ts';
import { OptionError, readDemoOptions } from '../demo/options.ts';
import { onProgress } from '../demo/progress.ts';
import { readLedgerState } from '../ledger-view.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { startControlServer } from './control-server.ts';
import { describeSandbox } from './description.ts';

interface RawOptions {
  readonly data: string;
  readonly port: string;
  readonly integrations: string;
  readonly strategy: string;
  readonly source: string;
  readonly delivery: string;
  readonly json?: boolean;
}

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
      'port of /sandbox.json; the services take the five after it, 0 takes free ones',
      DEFAULT_PORT,
    )
    .option('--integrations <n>', 'how many integration secrets a new folder gets', '3')
    .option('--strategy <kind>', 'of a new folder: single-user or alternating-users', 'single-user')
    .option('--source <kind>', 'who brings the token in a new folder: mailbox or unchanged', 'mailbox')
    .option('--delivery <kind>', 'of a new folder: separate, or one envelope', 'separate')
    .option('--json', 'print what /sandbox.json says as one JSON object when it is up')
    .action(async (raw: RawOptions) => {
      process.exitCode = await serve(raw);
    });
}

async function serve(raw: RawOptions): Promise<number> {
  const opened = new AsyncDisposableStack();
  try {
    const { sandbox, url } = await start(raw, opened);
    const quiet = raw.json === true;
    if (!quiet) onProgress(sandbox, (line) => print(`${line.at}  ${line.phase.padEnd(14)}  ${line.message}`));
    print(quiet ? JSON.stringify(describeSandbox(sandbox, url)) : await greeting(sandbox, url));
    const stopped = untilSignal();
    sandbox.pump.run();
    await stopped;
    if (!quiet) print('Stopped. The same --data goes on from here.');
    return 0;
  } catch (error) {
    const sentence = startProblem(error);
    if (sentence === undefined) throw error;
    process.stderr.write(`${sentence}\n`);
    return 2;
  } finally {
    await opened.disposeAsync();
  }
}

async function start(
  raw: RawOptions,
  opened: AsyncDisposableStack,
): Promise<{ sandbox: Sandbox; url: string }> {
  const port = readPort(raw.port);
  const scenario = readDemoOptions(raw);
  const sandbox = await startSandbox({
    dataDirectory: resolve(raw.data),
    scenario,
    port: port === 0 ? 0 : port + 1,
  });
  opened.defer(() => sandbox.close());
  const control = await startControlServer(sandbox, port);
  opened.defer(() => control.close());
  return { sandbox, url: control.url };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function greeting(sandbox: Sandbox, url: string): Promise<string> {
  const { endpoints } = sandbox;
  const names = [...sandbox.configuration.credentials.keys()];
  const states = await Promise.all(names.map((name) => readLedgerState(sandbox, name)));
  const phases = names.map((name, index) => `${name} (${states[index]?.phase ?? 'idle'})`);
  return [
    'The sandbox is up. Everything is on this machine; stop it with Ctrl-C.',
    '',
    `  everything        ${url}/sandbox.json`,
    `  mailbox           ${url}/mailbox.json`,
    `  Secrets Manager   ${endpoints.secretsManager}`,
    `  DynamoDB          ${endpoints.dynamodb}   table ${sandbox.ledgerTable}`,
    `  Salesforce        ${endpoints.salesforce}`,
    `  SMTP              127.0.0.1:${endpoints.smtpPort}`,
    `  kept in           ${sandbox.dataDirectory}`,
    `  credentials       ${phases.join(', ')}`,
    '',
    `Rotate now:         curl -X POST ${url}/actions/rotate`,
    `Watch it:           curl ${url}/status.json`,
    '',
  ].join('\n');
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_530) return port;
  throw new OptionError(`--port takes a number from 0 to 65530, not "${text}".`);
}

function startProblem(error: unknown): string | undefined {
  if (error instanceof OptionError || error instanceof ConfigurationError) return error.message;
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE')
    return `Port ${String(port)} is taken. Stop what uses it, or choose another with --port.`;
  if (code === 'EACCES')
    return `The data folder or port ${String(port ?? '')} may not be used. Choose another with --data or --port.`;
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return 'The data folder is no folder. Choose another with --data.';
  return undefined;
}

function untilSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}
