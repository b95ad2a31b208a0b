import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { Emulator } from './emulator.ts';
import { PROJECT_ROOT } from './paths.ts';
import type { VirtualEnvironment } from './virtual-environment.ts';

const AWS_TIMEOUT_SECONDS = 60;
const CDK_TIMEOUT_SECONDS = 180;
/** Of AWS CLI 2 only. What it asks for is how AWS CLI 1, which the virtual environment has, reads payloads anyway. */
const AWS_CLI_2_OPTION = ['--cli-binary-format', 'raw-in-base64-out'];
/** The output of a process that has no terminal cannot be opened by this name. */
const TERMINAL = '/dev/stdout';
/** What a person answers at a terminal, and what would ask the network. */
const CDK_OPTIONS = ['--ci', '--no-notices', '--no-color'];

/** Runs documented commands against the emulator: `npx cdk` by the project's CDK CLI, `aws` by the virtual environment's. */
export class Shell {
  readonly #emulator: Emulator;
  readonly #environment: VirtualEnvironment;
  readonly #directory: string;
  readonly #key: Readonly<Record<string, string>>;
  #commands = 0;

  /**
   * @param directory where the files are that the commands name, and where the logs go.
   * @param key who runs the commands; the account's root user by default.
   */
  constructor(
    emulator: Emulator,
    environment: VirtualEnvironment,
    directory: string,
    key: Readonly<Record<string, string>> = {},
  ) {
    this.#emulator = emulator;
    this.#environment = environment;
    this.#directory = directory;
    this.#key = key;
  }

  /** The same, run by somebody else. */
  as(accessKeyId: string, secretAccessKey: string): Shell {
    const key = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    return new Shell(this.#emulator, this.#environment, this.#directory, key);
  }

  /**
   * @param values for the placeholders: `<Name>` by name.
   * @returns what the command printed on standard output.
   */
  async run(
    documented: string,
    values: Readonly<Record<string, string>> = {},
    further: readonly string[] = [],
  ): Promise<string> {
    const words = split(documented).map((word) => filledIn(word, values));
    return words[0] === 'aws'
      ? this.#aws([...words.slice(1), ...further])
      : this.#cdk([...words.slice(2), ...further]);
  }

  async #aws(args: readonly string[]): Promise<string> {
    this.#commands += 1;
    const answerFile = join(this.#directory, `answer-${this.#commands}.json`);
    const understood = args
      .filter((arg) => !AWS_CLI_2_OPTION.includes(arg))
      .map((arg) => (arg === TERMINAL ? answerFile : arg));
    const printed = await runCommand(
      this.#environment.aws,
      // Named here, too: for SQS, AWS CLI 1 does not look into the environment.
      ['--endpoint-url', this.#emulator.endpoint, ...understood],
      {
        cwd: this.#directory,
        env: { ...this.#emulator.environment, ...this.#key },
        logFile: join(this.#directory, 'aws.log'),
        timeoutSeconds: AWS_TIMEOUT_SECONDS,
      },
    );
    return args.includes(TERMINAL) ? readFileSync(answerFile, 'utf8') + printed : printed;
  }

  #cdk(args: readonly string[]): Promise<string> {
    const [verb = '', ...rest] = args.map((arg) =>
      arg.startsWith('config=') ? `config=${join(this.#directory, arg.slice('config='.length))}` : arg,
    );
    return runCommand('cdk', [verb, ...rest, ...CDK_OPTIONS, '--output', join(this.#directory, 'cdk.out')], {
      cwd: PROJECT_ROOT,
      env: this.#emulator.environment,
      logFile: join(this.#directory, 'cdk.log'),
      timeoutSeconds: CDK_TIMEOUT_SECONDS,
    });
  }
}

/** As a shell does: at spaces, but not within single quotes. */
function split(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

function filledIn(word: string, values: Readonly<Record<string, string>>): string {
  return word.replaceAll(/<(\w+)>/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The stack has no output "${name}".`);
    return value;
  });
}
