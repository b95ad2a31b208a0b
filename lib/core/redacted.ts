import { inspect } from 'node:util';

const MASK = '[redacted]';

/**
 * A secret value that cannot be printed by accident: string conversion, JSON,
 * template literals, `console.log` and `util.inspect` all show `[redacted]`.
 *
 * There are two ways to the value. `reveal()` hands it to an SDK and is called
 * in `lib/adapters` (and by the sandbox's proof) only. `open()` computes
 * something from it inside core; its result must be another `Redacted` or
 * something that says nothing about the value. A test counts both.
 */
export class Redacted<T = string> {
  readonly #value: T;

  private constructor(value: T) {
    this.#value = value;
  }

  static of<T>(value: T): Redacted<T> {
    return new Redacted(value);
  }

  /** The value itself, for an SDK call. Adapters only. */
  reveal(): T {
    return this.#value;
  }

  /** Computes with the value. The result must not carry it, unless wrapped again. */
  open<R>(compute: (value: T) => R): R {
    return compute(this.#value);
  }

  /** Derives another secret from this one. */
  map<R>(derive: (value: T) => R): Redacted<R> {
    return new Redacted(derive(this.#value));
  }

  equals(other: Redacted<T>): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
