/** What becomes of a worker's next call. */
export type Fate =
  | 'answered'
  /** The service refuses it, beyond the SDK's own retries: nothing happens. */
  | 'throttled'
  /** It is carried out, and the caller hears nothing but a fault. */
  | 'answer-lost'
  /** It is carried out, the answer is lost, and the SDK makes the call again. */
  | 'repeated'
  /** A read answers from before the last write. */
  | 'stale'
  /** The process dies on the way to the call. */
  | 'dies-before'
  /** The process dies on the way back. */
  | 'dies-after';

/** How the world carries out one call. */
export interface Call<T> {
  readonly name: string;
  perform(stale: boolean): T | Promise<T>;
  /** What the caller gets instead of an answer. */
  fault(): Error;
  /** Whether the client makes the call again where no answer comes. */
  readonly repeatable: boolean;
}

interface Waiting {
  readonly call: Call<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One invocation of a function. Each of its calls to the world waits here until
 * the scheduler lets it go on, so that an interleaving is a list of decisions
 * and a run can be repeated exactly.
 */
export class Worker {
  readonly name: string;
  readonly #waiting: Waiting[] = [];
  readonly #over: (error: unknown) => void;
  #alive = true;
  #died = false;

  /** `over` hears how it ended: without an error, with one, or by the death of the process. */
  constructor(name: string, over: (error: unknown) => void) {
    this.name = name;
    this.#over = over;
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Its process is gone, with all that it remembered. */
  get hasDied(): boolean {
    return this.#died;
  }

  /** Names of the calls that wait, in the order in which they were made. */
  get waiting(): readonly string[] {
    return this.#waiting.map(({ call }) => call.name);
  }

  start(run: () => Promise<unknown>): void {
    run().then(
      () => this.#end(undefined),
      (error: unknown) => this.#end(error),
    );
  }

  /** Waits for its turn. The call of a dead worker is never made. */
  call<T>(call: Call<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.#alive) return;
      this.#waiting.push({ call, resolve: resolve as (answer: unknown) => void, reject });
    });
  }

  /** Lets one waiting call be made. Its answer is there when all microtasks have run. */
  release(fate: Fate): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { call, resolve, reject } = next;
    switch (fate) {
      case 'throttled':
        reject(call.fault());
        return;
      case 'dies-before':
        this.#die();
        return;
      case 'dies-after':
        perform(call).catch(() => undefined);
        this.#die();
        return;
      case 'answer-lost':
        perform(call).then(
          () => reject(call.fault()),
          () => reject(call.fault()),
        );
        return;
      case 'repeated':
        perform(call)
          .then(
            () => (call.repeatable ? perform(call) : Promise.reject(call.fault())),
            (error: unknown) => Promise.reject(error),
          )
          .then(resolve, reject);
        return;
      case 'stale':
      case 'answered':
        perform(call, fate === 'stale').then(resolve, reject);
    }
  }

  #die(): void {
    this.#waiting.length = 0;
    this.#died = true;
    this.#end(new Error(`${this.name} died`));
  }

  #end(error: unknown): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#over(error);
  }
}

/** A call that throws at once answers as one that rejects. */
async function perform<T>(call: Call<T>, stale = false): Promise<T> {
  return call.perform(stale);
}

/** Resolves when everything that waits for nobody has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
