import { Console } from 'node:console';
import { appendFileSync } from 'node:fs';
import { Writable } from 'node:stream';

/** The functions' log lines and metrics: in a file, and in memory for those who check them. */
export interface FunctionLog {
  readonly console: Console;
  readonly lines: readonly string[];
  /** Calls with each line as it is written, until the returned function is called. */
  listen(onLine: (line: string) => void): () => void;
}

export function logTo(path: string): FunctionLog {
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      const line = chunk.toString('utf8').trimEnd();
      lines.push(line);
      appendFileSync(path, chunk, { mode: 0o600 });
      for (const listener of listeners) listener(line);
      callback();
    },
  });
  return {
    console: new Console({ stdout: stream, stderr: stream }),
    lines,
    listen: (onLine) => {
      listeners.add(onLine);
      return () => listeners.delete(onLine);
    },
  };
}
