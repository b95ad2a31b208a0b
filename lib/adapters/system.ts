import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/ports/clock.ts';
import type { RandomSource } from '../core/ports/random-source.ts';

/** The system's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** The operating system's cryptographic randomness. */
export const systemRandom: RandomSource = { bytes: (count) => randomBytes(count) };
