const REWRITE = '\r\x1b[K';

/** How far it is, on standard error: one line that is rewritten on a terminal, else a line each tenth. */
export class Progress {
  readonly #total: number;
  readonly #startedAt = performance.now();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** What must not get lost among the progress. */
  say(line: string): void {
    process.stderr.write(`${process.stderr.isTTY ? REWRITE : ''}${line}\n`);
  }

  add(count: number): void {
    const tenthBefore = Math.floor((10 * this.#done) / this.#total);
    this.#done += count;
    const line = `${this.#done} of ${this.#total} points, ${this.#seconds()} s`;
    if (process.stderr.isTTY) process.stderr.write(`${REWRITE}${line}`);
    else if (Math.floor((10 * this.#done) / this.#total) > tenthBefore) process.stderr.write(`${line}\n`);
  }

  /** Leaves the line that was rewritten. */
  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  #seconds(): number {
    return Math.round((performance.now() - this.#startedAt) / 1_000);
  }
}
