import * as z from 'zod';
import { type Cron, parseCron, shortestGapHours } from './cron.ts';
import { duration } from './duration-field.ts';
import { strict } from './parts.ts';

const HOUR_SECONDS = 3_600;
const DAY_HOURS = 24;
const SHORTEST_INTERVAL_HOURS = 4;

/** `0 8 1 * ? *`: the fields between the brackets of Secrets Manager's `cron(…)`. */
const cron = z.string().superRefine((text, context) => {
  const parsed = parseCron(text);
  const message = parsed === undefined ? notCron(text) : tooOften(parsed);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/**
 * When a credential is rotated: `every` so often by the service's own watch, or
 * by `cron` when Secrets Manager opens a rotation window, which then starts the
 * preparation. `window` is how long such a window stays open.
 */
export const schedule = strict({
  /** How old a password may become, from 4 hours to 1,000 days, in whole hours or days. */
  every: duration.optional(),
  /**
   * How long before the due time the idle one of alternating users is prepared;
   * shorter than `every`.
   *
   * @default - a tenth of `every`, at most 3 days
   */
  prepareAhead: duration.optional(),
  /** Instead of `every`: minutes, hours, day of the month, month, day of the week, year; in UTC. */
  cron: cron.optional(),
  /**
   * Whole hours, such as `"4h"`, in which Secrets Manager may rotate; it may not go on past midnight UTC.
   *
   * @default - Secrets Manager's own: an hour for schedules in hours, else the rest of the day
   */
  window: duration.optional(),
}).superRefine(({ every, cron: expression, prepareAhead }, context) => {
  const issue = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (every === undefined && expression === undefined)
    context.addIssue({
      code: 'custom',
      message:
        'give "every", such as "30 days", or "cron", such as "0 8 1 * ? *"; or take the schedule out, and nothing is due by itself.',
    });
  if (expression === undefined) return;
  if (every !== undefined) issue('cron', 'give either "every" or "cron", not both. Take one of them out.');
  if (prepareAhead !== undefined)
    issue(
      'prepareAhead',
      'needs "every": with "cron", the preparation starts when Secrets Manager opens its window. Take it out, or give "every" instead of "cron".',
    );
});

export type ScheduleConfig = z.output<typeof schedule>;

/** What is wrong with the window of a schedule that is otherwise right, in one sentence. */
export function windowProblem({ every, cron: expression, window }: ScheduleConfig): string | undefined {
  if (window === undefined) return undefined;
  const hours = window / HOUR_SECONDS;
  if (!Number.isInteger(hours)) return 'the window must be whole hours. Write for example "4h".';
  if (hours > DAY_HOURS)
    return 'the window is longer than a day, and may not go on past midnight UTC. Give at most "24h".';
  const parsed = expression === undefined ? undefined : parseCron(expression);
  if (parsed !== undefined) return cronWindowProblem(hours, parsed);
  return every !== undefined && window > every
    ? 'the window is longer than the interval. Give at most the interval.'
    : undefined;
}

function cronWindowProblem(hours: number, parsed: Cron): string | undefined {
  const opens = parsed.hours.at(-1) ?? 0;
  const left = DAY_HOURS - opens;
  if (hours > left)
    return `a window that opens at ${opens}:00 UTC goes on past midnight. Give at most "${left}h", or open it earlier.`;
  const gap = shortestGapHours(parsed);
  return hours > gap ? `the window lasts into the next one. Give at most "${gap}h".` : undefined;
}

function tooOften(parsed: Cron): string | undefined {
  const gap = shortestGapHours(parsed);
  if (gap >= SHORTEST_INTERVAL_HOURS) return undefined;
  return `this opens windows ${gap === 1 ? 'an hour' : `${gap} hours`} apart. Secrets Manager rotates every 4 hours at most; leave at least 4 hours between them.`;
}

function notCron(text: string): string {
  return (
    `"${text}" is no cron expression that Secrets Manager takes. Write minutes, hours, day of the month, month, day of the week and year in UTC, ` +
    'with 0 for the minutes, ? for one of the days and * for the year, for example "0 8 1 * ? *".'
  );
}
