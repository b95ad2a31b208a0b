import type { Sandbox } from '../sandbox.ts';

/** One line of the functions' log that tells of an event. */
export interface ProgressLine {
  readonly at: string;
  readonly event: string;
  readonly phase: string;
  readonly message: string;
}

/** Hands every event on as a function logs it, until the returned function is called. */
export function onProgress(sandbox: Pick<Sandbox, 'log'>, onLine: (line: ProgressLine) => void): () => void {
  return sandbox.log.listen((text) => {
    const line = readLine(text);
    if (line !== undefined) onLine(line);
  });
}

/** Follows the events; resolves with the one that `isLast` names, rejects when none comes in time. */
export function follow(
  sandbox: Pick<Sandbox, 'log'>,
  onLine: (line: ProgressLine) => void,
  isLast: (line: ProgressLine) => boolean,
  timeoutMilliseconds: number,
): Promise<ProgressLine> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      stop();
      reject(new Error(`the rotation did not end within ${timeoutMilliseconds / 1_000} seconds`));
    }, timeoutMilliseconds);
    // What is followed keeps the process alive by itself.
    deadline.unref();
    const stop = onProgress(sandbox, (line) => {
      onLine(line);
      if (!isLast(line)) return;
      clearTimeout(deadline);
      stop();
      resolve(line);
    });
  });
}

function readLine(text: string): ProgressLine | undefined {
  const { timestamp, event, phase, message } = JSON.parse(text) as Record<string, unknown>;
  if (typeof event !== 'string' || typeof phase !== 'string') return undefined;
  return { at: String(timestamp), event, phase, message: String(message) };
}
