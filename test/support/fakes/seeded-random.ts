import { createHash } from 'node:crypto';
import type { RandomSource } from '../../../lib/core/ports/random-source.ts';

/** Uniform bytes that are the same in every run of a test. */
export class SeededRandom implements RandomSource {
  readonly #seed: string;
  #block = 0;

  constructor(seed = 'seed') {
    this.#seed = seed;
  }

  bytes(count: number): Uint8Array {
    const blocks = Array.from({ length: Math.ceil(count / 32) }, () =>
      createHash('sha256')
        .update(`${this.#seed}:${this.#block++}`)
        .digest(),
    );
    return new Uint8Array(Buffer.concat(blocks).subarray(0, count));
  }
}
