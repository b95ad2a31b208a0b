import type { Invocation } from './function-processes.ts';
import { WRITES_PER_SECOND } from './metered-wire.ts';

/** Moments on the clock of `performance.now()`, durations in milliseconds. */
export interface Timeline {
  readonly passwordSetAt: number;
  /** When `AWSCURRENT` of each integration secret moved, in order. */
  readonly flips: readonly number[];
  readonly invocations: readonly Invocation[];
}

/** From the first flip to the last: the time in which integration secrets differ. */
export function windowOf(flips: readonly number[]): number {
  return (flips.at(-1) ?? Number.NaN) - (flips[0] ?? Number.NaN);
}

/**
 * What the window cannot be shorter than, at the rate of the quota: N flips are
 * N - 1 intervals of 20 ms apart, and one interval is as long as one call here.
 * `undefined` for one flip, which has no window.
 *
 * The quota is documented as a rate; what burst the service admits after a pause
 * is not, so the bound counts on none. If it were a whole second's worth, 400
 * flips could be made in 7.0 s instead of 8.0 s. The product itself counts on a
 * burst of five, by which a sweep of few secrets comes out below the bound.
 */
export function quotaBound(flips: number): number | undefined {
  return flips < 2 ? undefined : ((flips - 1) * 1_000) / WRITES_PER_SECOND;
}

export interface Outage {
  /** From the password set until the last flip, without `tokenWaitMs`. */
  readonly outageMs: number;
  /** From the password set until the token's mail is there, as far as no function ran meanwhile. */
  readonly tokenWaitMs: number;
  /** What `outageMs` is made of. */
  readonly outageParts: {
    /** Noting that the password is set, trying the old token, reading the mail, the login that verifies. */
    readonly token: number;
    /** Commits that failed, and the wait for the next: 0 where the first succeeds. */
    readonly failedCommits: number;
    readonly createSecret: number;
    /** Stages every integration secret: one write each. */
    readonly setSecret: number;
    /** Reads every staged version back: one read each. */
    readonly testSecret: number;
    /** Until the last flip: one write each. Labels are taken off after it. */
    readonly finishSecret: number;
  };
}

/** What did not happen; a duration that needs it prints as `null`. */
const NEVER = { startedAt: Number.NaN, endedAt: Number.NaN };

/** How long no integration could log in, and why. */
export function outageOf({ passwordSetAt, flips, invocations }: Timeline): Outage {
  const lastFlipAt = flips.at(-1) ?? Number.NaN;
  const [firstCreate = NEVER, ...laterCreates] = stepsOf(invocations, 'createSecret');
  const create = laterCreates.at(-1) ?? firstCreate;
  const step = (name: string) => stepsOf(invocations, name).at(-1) ?? NEVER;
  const mail =
    invocations.find(({ name, startedAt }) => name === 'mail' && startedAt > passwordSetAt) ?? NEVER;
  const tokenWaitMs = idleBetween(passwordSetAt, mail.startedAt, invocations);
  return {
    outageMs: lastFlipAt - passwordSetAt - tokenWaitMs,
    tokenWaitMs,
    outageParts: {
      token: firstCreate.startedAt - passwordSetAt - tokenWaitMs,
      failedCommits: create.startedAt - firstCreate.startedAt,
      createSecret: lasted(create),
      setSecret: lasted(step('setSecret')),
      testSecret: lasted(step('testSecret')),
      finishSecret: lastFlipAt - step('finishSecret').startedAt,
    },
  };
}

/** The rotate function's invocations with one of the four steps. */
function stepsOf(invocations: readonly Invocation[], step: string): readonly Invocation[] {
  return invocations.filter(({ event }) => (event as { readonly Step?: string }).Step === step);
}

function lasted({ startedAt, endedAt }: Pick<Invocation, 'startedAt' | 'endedAt'>): number {
  return endedAt - startedAt;
}

/** How much of a span of time no function ran in. They run one at a time. */
function idleBetween(from: number, to: number, invocations: readonly Invocation[]): number {
  const busy = invocations.map(({ startedAt, endedAt }) => Math.min(endedAt, to) - Math.max(startedAt, from));
  return to - from - busy.reduce((sum, span) => sum + Math.max(0, span), 0);
}
