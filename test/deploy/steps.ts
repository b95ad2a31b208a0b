/** Milliseconds by step, in the order of the steps. */
export type Timings = Readonly<Record<string, number>>;

/** A step that did not end well; the cause says why. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(`The step "${step}" failed.`, { cause });
    this.step = step;
  }
}

/** Runs steps one after the other, and says on standard error how long each took. */
export class Steps {
  readonly #timings: Record<string, number> = {};

  get timings(): Timings {
    return this.#timings;
  }

  /** @throws StepFailed */
  async run<Result>(name: string, about: string, work: () => Promise<Result>): Promise<Result> {
    process.stderr.write(`${name.padEnd(10)} ${about}\n`);
    const startedAt = performance.now();
    try {
      return await work();
    } catch (cause) {
      throw new StepFailed(name, cause);
    } finally {
      const milliseconds = Math.round(performance.now() - startedAt);
      this.#timings[name] = milliseconds;
      process.stderr.write(`${' '.repeat(10)} ${(milliseconds / 1_000).toFixed(1)} s\n`);
    }
  }
}
