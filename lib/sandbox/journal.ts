import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/** Where a stand-in keeps its state, so that a killed sandbox goes on where it was. */
export interface Journal<State> {
  /** The last saved state, or `undefined` on a first start. */
  load(): State | undefined;
  /** Durable when it returns. Called before a change is acknowledged to a client. */
  save(state: State): void;
}

/** For tests: nothing outlives the process, but it outlives a stand-in that is built anew on it. */
export function memoryJournal<State>(): Journal<State> {
  let text: string | undefined;
  return {
    load: () => (text === undefined ? undefined : (JSON.parse(text) as State)),
    save: (state) => {
      text = JSON.stringify(state);
    },
  };
}

/** One JSON file, replaced atomically (write, fsync, rename) and readable by its owner only. */
export function fileJournal<State>(path: string): Journal<State> {
  return {
    load: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as State) : undefined),
    save: (state) => {
      const temporary = `${path}.tmp`;
      const file = openSync(temporary, 'w', 0o600);
      try {
        writeSync(file, JSON.stringify(state));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    },
  };
}
