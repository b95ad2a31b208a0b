import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Emulator } from './emulator.ts';
import { EventBus } from './event-bus.ts';
import { CACHE } from './paths.ts';
import { Shell } from './shell.ts';
import { type Surroundings, startSurroundings } from './surroundings.ts';
import type { VirtualEnvironment } from './virtual-environment.ts';

const RUN = 'run-';
const KEPT_MILLISECONDS = 86_400_000;

/**
 * A folder of its own for each run: the operator's files, the emulator's state,
 * the logs. Those of runs that failed stay for a day.
 */
export function createRunDirectory(): string {
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE).filter((entry) => entry.startsWith(RUN))) {
    const folder = join(CACHE, name);
    const age = Date.now() - statSync(folder).mtimeMs;
    if (age > KEPT_MILLISECONDS) rmSync(folder, { recursive: true, force: true });
  }
  return mkdtempSync(join(CACHE, RUN));
}

/** Everything that a deployment needs around it, up and running. */
export interface Stage extends AsyncDisposable {
  readonly shell: Shell;
  readonly emulator: Emulator;
  readonly surroundings: Surroundings;
  readonly runDirectory: string;
}

export async function openStage(environment: VirtualEnvironment, runDirectory: string): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  let shell: Shell | undefined;
  let bus: EventBus | undefined;
  const surroundings = opened.use(
    await startSurroundings(
      async (functionArn, event) => {
        if (shell === undefined) throw new Error('a function was called before there was one');
        await invokeFunction(shell, functionArn, event);
      },
      async (event) => bus?.put(event),
    ),
  );
  for (const [name, content] of Object.entries(surroundings.world.files)) {
    writeFileSync(join(runDirectory, name), content, { mode: 0o600 });
  }
  const emulator = await Emulator.start(environment, runDirectory, surroundings.secretsManagerUrl);
  opened.defer(() => emulator.stop());
  bus = opened.use(new EventBus(emulator));
  shell = new Shell(emulator, environment, runDirectory);
  const resources = opened.move();
  return {
    shell,
    emulator,
    surroundings,
    runDirectory,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** As Secrets Manager does for each step. @throws Error when the function failed. */
async function invokeFunction(shell: Shell, functionArn: string, event: unknown): Promise<void> {
  const payload = JSON.stringify(event);
  const answer = await shell.run(
    `aws lambda invoke --function-name <Function> --payload '${payload}' /dev/stdout`,
    { Function: functionArn },
  );
  readInvocation(answer);
}

/**
 * What a function answered, from what `aws lambda invoke … /dev/stdout` prints:
 * the answer, and after it what the CLI says of the call.
 *
 * @throws Error with the function's own error.
 */
export function readInvocation(printed: string): unknown {
  const end = printed.lastIndexOf('{\n    "StatusCode"');
  const answer: unknown = JSON.parse(printed.slice(0, end) || 'null');
  const { FunctionError } = JSON.parse(printed.slice(end)) as { FunctionError?: string };
  if (FunctionError !== undefined) throw new Error(`The function failed: ${JSON.stringify(answer)}`);
  return answer;
}
