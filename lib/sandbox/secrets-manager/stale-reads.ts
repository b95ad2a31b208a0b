import type { Secret } from './secret.ts';

/** How many reads of a secret after a write to it still answer from before that write. 0: none. */
export interface StaleReadsOptions {
  readonly reads: number;
}

interface Before {
  readonly secret: Secret | undefined;
  left: number;
}

/**
 * Eventual consistency that a test can count on: the service's reads may lag
 * behind its writes (aws-sdk-js-v3 issue 7701), here by a fixed number of
 * reads. Kept in memory: a restart shows the last write.
 */
export class StaleReads {
  #reads: number;
  readonly #before = new Map<string, Before>();

  constructor(options: StaleReadsOptions = { reads: 0 }) {
    this.#reads = options.reads;
  }

  /** Switching off shows the last write at once. */
  set(options: StaleReadsOptions): void {
    this.#reads = options.reads;
    if (options.reads === 0) this.#before.clear();
  }

  wrote(before: Secret | undefined, arn: string): void {
    if (this.#reads > 0) this.#before.set(arn, { secret: before, left: this.#reads });
  }

  /** The secret as one reader sees it; `undefined` while its creation has not arrived. */
  view(secret: Secret): Secret | undefined {
    const before = this.#before.get(secret.arn);
    if (!before) return secret;
    before.left -= 1;
    if (before.left === 0) this.#before.delete(secret.arn);
    return before.secret;
  }
}
