import type { Clock } from '../core/ports/clock.ts';
import type { Journal } from './journal.ts';

interface ClockState {
  readonly offsetMilliseconds: number;
}

/**
 * The sandbox's clock: the system's, moved forward by what `advance` added; or
 * one that stands still between advances, for tests.
 */
export class SandboxClock implements Clock {
  readonly #journal: Journal<ClockState>;
  readonly #base: () => number;
  #offset: number;

  constructor(journal: Journal<ClockState>, base: () => number = Date.now) {
    this.#journal = journal;
    this.#base = base;
    this.#offset = journal.load()?.offsetMilliseconds ?? 0;
  }

  now(): Date {
    return new Date(this.#base() + this.#offset);
  }

  /** Moves the clock forward; it never goes back. */
  advance(milliseconds: number): void {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      throw new RangeError('the clock moves forward only');
    this.#offset += milliseconds;
    this.#journal.save({ offsetMilliseconds: this.#offset });
  }
}
