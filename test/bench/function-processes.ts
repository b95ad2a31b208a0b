import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundleHandler, handlerOf } from '../../lib/infra/bundle.ts';
import { SDK_ENVIRONMENT } from '../../lib/runtime/environment.ts';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';
import { COMMAND_FUNCTION, type FunctionName } from '../../lib/sandbox/function-host.ts';
import type { Sandbox } from '../../lib/sandbox/sandbox.ts';

/** Answers each event with what the handler returned or threw, and with the most memory that the process ever held. */
const HOST = `
import { pathToFileURL } from 'node:url';
const { handler } = await import(pathToFileURL(process.argv[1]).href);
process.on('message', async (event) => {
  const answer = await handler(event, { awsRequestId: 'r', functionName: 'f' }).then(
    (result) => ({ result }),
    (error) => ({ failed: error.name }),
  );
  process.send({ ...answer, peakKilobytes: process.resourceUsage().maxRSS });
});
process.send({});
`;

const FUNCTIONS: readonly FunctionName[] = ['rotate', 'advance', 'watch', 'mail', 'intake'];

interface Answer {
  readonly result?: unknown;
  readonly failed?: string;
  readonly peakKilobytes?: number;
}

export interface Invocation {
  readonly name: FunctionName;
  readonly event: unknown;
  /** On the clock of `performance.now()`, as `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Bundles every function as it is deployed, each into a folder of its name. */
export function bundleFunctions(directory: string): void {
  for (const name of FUNCTIONS)
    bundleHandler({ handler: handlerOf(name), outputDirectory: join(directory, name) });
}

/**
 * Runs the bundled functions in place of the sandbox's own: each in a process
 * that starts cold at its first event, stays warm, and finds the sandbox by its
 * environment as it would find AWS.
 */
export class FunctionProcesses {
  readonly invocations: Invocation[] = [];
  readonly #bundles: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #warm = new Map<FunctionName, Promise<ChildProcess>>();
  #peakKilobytes = 0;

  constructor(bundles: string, sandbox: Sandbox) {
    this.#bundles = bundles;
    this.#environment = environmentOf(sandbox);
    sandbox.functions.invoke = (name, event) => this.#invoke(name, event);
  }

  /** The most memory that any of the processes ever held: its resident set, with Node itself. */
  get peakMegabytes(): number {
    return this.#peakKilobytes / 1_024;
  }

  async close(): Promise<void> {
    for (const child of this.#warm.values()) (await child).kill();
  }

  /** @throws Error with the name of the fault when the function fails. */
  async #invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const startedAt = performance.now();
    const starting = this.#warm.get(name) ?? this.#start(name);
    this.#warm.set(name, starting);
    const child = await starting;
    const answering = answerOf(child);
    child.send(event as object);
    const { result, failed, peakKilobytes = 0 } = await answering;
    this.#peakKilobytes = Math.max(this.#peakKilobytes, peakKilobytes);
    this.invocations.push({ name, event, startedAt, endedAt: performance.now() });
    if (failed !== undefined) throw new Error(`The function "${name}" failed: ${failed}.`);
    return result;
  }

  async #start(name: FunctionName): Promise<ChildProcess> {
    const bundle = join(this.#bundles, name, 'index.mjs');
    const child = spawn(
      process.execPath,
      ['--no-deprecation', '--input-type=module', '--eval', HOST, bundle],
      {
        cwd: this.#bundles,
        env: this.#environment,
        // The log of the functions; on standard output it would stand between the lines of the benchmark.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    await answerOf(child);
    return child;
  }
}

function answerOf(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a function's process ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as Answer);
    });
  });
}

function environmentOf({ endpoints, region, ledgerTable, dataDirectory }: Sandbox): NodeJS.ProcessEnv {
  return {
    ...SDK_ENVIRONMENT,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: SANDBOX_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: SANDBOX_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.messaging,
    AWS_ENDPOINT_URL_SNS: endpoints.messaging,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.messaging,
    AWS_ENDPOINT_URL_SESV2: endpoints.messaging,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    COMMAND_FUNCTION,
    PROMPT_URL: endpoints.intake,
    ROTATION_CONFIG: join(dataDirectory, 'rotation.config.json'),
    LEDGER_TABLE: ledgerTable,
    QUEUE_URL: `${endpoints.messaging}/000000000000/advance`,
    TOPIC_ARN: `arn:aws:sns:${region}:000000000000:rotation`,
  };
}
