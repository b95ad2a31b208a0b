import { Console } from 'node:console';
import { appendFileSync } from 'node:fs';
import { Writable } from 'node:stream';

/** The functions' log lines and metrics: in a file, and in memory for those who check them. */
export interface FunctionLog {
  readonly console: Console;
  readonly lines: readonly string[];
}

export function logTo(path: string): FunctionLog {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      lines.push(chunk.toString('utf8').trimEnd());
      appendFileSync(path, chunk, { mode: 0o600 });
      callback();
    },
  });
  return { console: new Console({ stdout: stream, stderr: stream }), lines };
}
