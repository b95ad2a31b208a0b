import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { COMMAND_PATH } from './paths.ts';
import { endWithThisProcess, ownGroup, signalGroup } from './process-group.ts';
import type { VirtualEnvironment } from './virtual-environment.ts';

const LAUNCHER = fileURLToPath(new URL('./emulator/serve.py', import.meta.url));
const START_TIMEOUT_SECONDS = 60;
const STOP_TIMEOUT_SECONDS = 10;

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
/** An account's id as the access key is the account's root user there. */
const ROOT_KEY = { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'of-the-emulator' } as const;

/** AWS on one loopback port: MiniStack, which authorizes each request, with our Secrets Manager behind it. */
export class Emulator {
  readonly #child: ChildProcess;
  readonly endpoint: string;
  /** What the AWS CLI, the CDK CLI and the AWS SDKs need to find it, and nothing of the machine's own AWS settings. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(child: ChildProcess, port: number, certificate: string) {
    this.#child = child;
    this.endpoint = `https://127.0.0.1:${port}`;
    this.environment = {
      PATH: COMMAND_PATH,
      HOME: dirname(certificate),
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_CA_BUNDLE: certificate,
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...ROOT_KEY,
    };
  }

  /**
   * Resolves when it accepts connections.
   *
   * @param runDirectory where its state, its certificate and its log go.
   * @throws Error with the end of its log when it does not start.
   */
  static async start(
    { python }: VirtualEnvironment,
    runDirectory: string,
    secretsManagerUrl: string,
  ): Promise<Emulator> {
    const home = join(runDirectory, 'emulator');
    mkdirSync(home);
    // The emulator's own scripts are CommonJS; they must not take this project's word for what they are.
    writeFileSync(join(home, 'package.json'), '{ "type": "commonjs" }');
    const logFile = join(runDirectory, 'emulator.log');
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(python, [LAUNCHER], {
      cwd: home,
      // The functions inherit it, so that nothing may be here that they must get from their deployment.
      env: {
        PATH: COMMAND_PATH,
        TMPDIR: home,
        STATE_DIR: join(home, 'state'),
        S3_DATA_DIR: join(home, 's3'),
        PYTHONDONTWRITEBYTECODE: '1',
        AUTH: 'true',
        USE_SSL: '1',
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        MINISTACK_REGION: REGION,
        MINISTACK_HOST: '127.0.0.1',
        SECRETS_MANAGER_URL: secretsManagerUrl,
        ...ROOT_KEY,
      },
      // Its standard input ends with this process, whichever way this process ends; then it ends, too.
      stdio: ['pipe', 'pipe', log],
      // Stopping it ends the functions' processes, too.
      ...ownGroup,
    });
    endWithThisProcess(child);
    closeSync(log);
    const started = await firstLine(child);
    if (started === undefined) {
      signalGroup(child, 'SIGKILL');
      throw new Error(`The emulator did not start:\n${lastLines(logFile)}`);
    }
    const { port, certificate } = JSON.parse(started) as { port: number; certificate: string };
    return new Emulator(child, port, certificate);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'exit');
    const killing = setTimeout(() => signalGroup(this.#child, 'SIGKILL'), STOP_TIMEOUT_SECONDS * 1_000);
    signalGroup(this.#child, 'SIGTERM');
    await closed;
    clearTimeout(killing);
    signalGroup(this.#child, 'SIGKILL');
  }
}

/** The first line on standard output; `undefined` when it ends, or says nothing in time. */
async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  const lines = createInterface({ input: child.stdout });
  const signal = AbortSignal.timeout(START_TIMEOUT_SECONDS * 1_000);
  return Promise.race([
    once(lines, 'line', { signal }).then(([line]) => String(line)),
    once(lines, 'close', { signal }).then(() => undefined),
  ]).catch(() => undefined);
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}
