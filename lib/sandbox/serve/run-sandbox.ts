import { resolve } from 'node:path';
import { ConfigurationError } from '../../core/config/load.ts';
import { OptionError, readDemoOptions } from '../demo/options.ts';
import { onProgress } from '../demo/progress.ts';
import { readLedgerState } from '../ledger-view.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { onLink } from '../told-links.ts';
import { askSomebody } from './ask-somebody.ts';
import { startControlServer } from './control-server.ts';
import { describeSandbox } from './description.ts';

/** What was written on the command line. */
export interface RawOptions {
  readonly data: string;
  readonly port: string;
  readonly integrations: string;
  readonly strategy: string;
  readonly source: string;
  readonly delivery: string;
  readonly onOutsideChange: string;
  readonly json?: boolean;
}

/** The services take the seven after it. */
const HIGHEST_PORT = 65_528;

/** Runs until SIGINT or SIGTERM. Gives the exit code: 2 for what cannot be used. */
export async function runSandbox(raw: RawOptions): Promise<number> {
  const opened = new AsyncDisposableStack();
  try {
    const { sandbox, url } = await start(raw, opened);
    const quiet = raw.json === true;
    if (!quiet) printFrom(sandbox);
    print(quiet ? JSON.stringify(describeSandbox(sandbox, url)) : await greeting(sandbox, url));
    const stopped = untilSignal();
    await askSomebody(sandbox);
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

/** Prints what happens, and every link that somebody is told. */
function printFrom(sandbox: Sandbox): void {
  onProgress(sandbox, (line) => print(`${line.at}  ${line.phase.padEnd(14)}  ${line.message}`));
  onLink(sandbox.messages, ({ credential, link }) =>
    print(`\nOpen in a browser, for ${credential}:\n  ${link}\n`),
  );
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
    `  for a browser     ${url}/`,
    `  inbox             ${url}/inbox`,
    `  for a program     ${url}/sandbox.json`,
    `  Secrets Manager   ${endpoints.secretsManager}`,
    `  DynamoDB          ${endpoints.dynamodb}   table ${sandbox.ledgerTable}`,
    `  Lambda            ${endpoints.lambda}`,
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
  if (/^\d+$/.test(text) && port <= HIGHEST_PORT) return port;
  throw new OptionError(`--port takes a number from 0 to ${HIGHEST_PORT}, not "${text}".`);
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
