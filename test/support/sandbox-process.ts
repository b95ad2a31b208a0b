import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TokenSource } from '../../lib/core/config/schema.ts';
import type { SandboxDescription } from '../../lib/sandbox/serve/description.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Without what this machine knows of AWS. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:AWS|SFROTATE)_/.test(name)),
);

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `sfrotate` to its end, with something on its standard input where it reads that.
 *
 * @param environment what it knows beside what every process does.
 */
export async function runSfrotate(
  args: readonly string[],
  input = '',
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = spawn(process.execPath, ['bin/sfrotate.ts', ...args], {
    cwd: ROOT,
    env: { ...ENVIRONMENT, ...environment },
  });
  // A command that does not read ends before all is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** `sfrotate sandbox` as a process of its own, followed by what it prints. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = once(child, 'close');
    if (child.stdout === null) throw new Error('the process has no output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      for (const wake of this.#waiting) wake();
    });
  }

  /** Resolves when it is up. */
  static async start(
    dataDirectory: string,
    source: TokenSource | 'default' = 'mailbox',
    options: readonly string[] = [],
  ): Promise<SandboxProcess> {
    const args = ['bin/sfrotate.ts', 'sandbox', '--data', dataDirectory, '--port', '0', ...options];
    if (source !== 'default') args.push('--source', source);
    const started = new SandboxProcess(
      spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    await started.line('Watch it:');
    return started;
  }

  /** The first line that contains the text, printed already or later. */
  line(text: string): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.#lines.find((line) => line.includes(text));
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The address of its control server. */
  async url(): Promise<string> {
    return /http:\S+(?=\/sandbox\.json)/.exec(await this.line('/sandbox.json'))?.[0] ?? '';
  }

  async description(): Promise<SandboxDescription> {
    return (await (await fetch(`${await this.url()}/sandbox.json`)).json()) as SandboxDescription;
  }

  async post(action: string, query = '', json?: unknown): Promise<{ status: number; body: unknown }> {
    const { actions } = await this.description();
    const response = await fetch(`${actions[action]?.url}${query}`, {
      method: 'POST',
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** Asks it to stop, and gives its exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    await this.#closed;
    return this.#child.exitCode;
  }
}

/** `sfrotate` while it runs: the lines that it prints, as they come. */
export class RunningSfrotate {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, ['bin/sfrotate.ts', ...args], {
      cwd: ROOT,
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#closed = once(this.#child, 'close');
    if (this.#child.stdout === null) throw new Error('the process has no output');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** `undefined` at the end. */
  async nextLine(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  /** Presses Ctrl-C, and gives what it still printed and its exit code. */
  async interrupt(): Promise<{ readonly rest: readonly string[]; readonly code: number | null }> {
    this.#child.kill('SIGINT');
    const rest: string[] = [];
    for (let line = await this.nextLine(); line !== undefined; line = await this.nextLine()) rest.push(line);
    await this.#closed;
    return { rest, code: this.#child.exitCode };
  }
}
