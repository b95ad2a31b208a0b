import { systemClock, systemRandom } from '../adapters/system.ts';
import { systemTimer, type Timer } from '../adapters/write-pace.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { RandomSource } from '../core/ports/random-source.ts';

/** What a function runs on: AWS Lambda, or the sandbox, which brings its own clock and log. */
export interface Platform {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** What paces the writes to Secrets Manager. */
  readonly timer: Timer;
  /** Where log lines and metrics go. Lambda's standard output by default. */
  readonly console: Console | undefined;
  /** Set where the SDKs cannot find credentials by themselves: on the sandbox. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** AWS Lambda. */
export const lambdaPlatform: Platform = {
  variables: process.env,
  clock: systemClock,
  random: systemRandom,
  timer: systemTimer,
  console: undefined,
};
