import type { RotationRulesType } from '@aws-sdk/client-secrets-manager';
import { parseCron } from './cron.ts';
import { invalidParameter } from './exceptions.ts';
import type { RotationRules } from './secret.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIN_INTERVAL_HOURS = 4;
const MAX_INTERVAL_DAYS = 1000;

/** When a scheduled rotation may run, in epoch milliseconds. */
export interface RotationWindow {
  readonly opensAt: number;
  /** The end of the window, never past the UTC day. */
  readonly closesAt: number;
}

/** An interval in whole hours or days, or the hours of a day. */
type Schedule =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'hours'; readonly hours: number }
  | { readonly kind: 'cron'; readonly hours: readonly number[]; next(after: number): number };

/**
 * Checks rotation rules: one of `AutomaticallyAfterDays` and
 * `ScheduleExpression`, an interval from 4 hours to 1,000 days, and a window
 * that ends before the next one opens and before the UTC day does.
 *
 * @throws InvalidParameterException
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
 */
export function checkedRules(input: RotationRulesType): RotationRules {
  const { AutomaticallyAfterDays, Duration, ScheduleExpression } = input;
  if ((AutomaticallyAfterDays === undefined) === (ScheduleExpression === undefined)) {
    throw invalidParameter('RotationRules takes either AutomaticallyAfterDays or ScheduleExpression.');
  }
  const rules = { AutomaticallyAfterDays, Duration, ScheduleExpression };
  checkDuration(rules);
  return rules;
}

/**
 * The first window after a moment. A rate counts from the day of the last
 * rotation and opens at midnight; a rate in hours opens on the hours counted
 * from that day's midnight.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function nextWindow(rules: RotationRules, after: number): RotationWindow {
  const schedule = scheduleOf(rules);
  const opensAt = nextOpening(schedule, after);
  const endOfDay = midnight(opensAt) + DAY;
  const open = durationHours(rules) ?? (isHourly(schedule) ? 1 : 24);
  return { opensAt, closesAt: Math.min(opensAt + open * HOUR, endOfDay) };
}

/** A manual new value counts as a rotation, unless the calendar says when to rotate. */
export function countsFromLastRotation(rules: RotationRules): boolean {
  return !rules.ScheduleExpression?.startsWith('cron');
}

/** The interval in days that DescribeSecret shows after a successful rotation. */
export function intervalDays(rules: RotationRules, after: number): number {
  return (
    rules.AutomaticallyAfterDays ?? Math.max(1, Math.ceil((nextWindow(rules, after).opensAt - after) / DAY))
  );
}

function nextOpening(schedule: Schedule, after: number): number {
  switch (schedule.kind) {
    case 'cron':
      return schedule.next(after);
    case 'days':
      return midnight(after) + schedule.days * DAY;
    case 'hours': {
      const interval = schedule.hours * HOUR;
      const passed = Math.floor((after - midnight(after)) / interval);
      return midnight(after) + (passed + 1) * interval;
    }
  }
}

function scheduleOf(rules: RotationRules): Schedule {
  if (rules.AutomaticallyAfterDays !== undefined) return { kind: 'days', days: rules.AutomaticallyAfterDays };
  const expression = rules.ScheduleExpression ?? '';
  if (expression.startsWith('cron')) return cronSchedule(expression);
  const rate = /^rate\((\d{1,5}) (hours?|days?)\)$/.exec(expression);
  if (!rate) throw invalidParameter(`The schedule expression ${expression} isn't valid.`);
  const value = Number(rate[1]);
  const hours = rate[2]?.startsWith('hour') ? value : value * 24;
  checkInterval(hours);
  return rate[2]?.startsWith('hour') ? { kind: 'hours', hours } : { kind: 'days', days: value };
}

function cronSchedule(expression: string): Schedule {
  const { hours, next } = parseCron(expression);
  checkInterval(smallestGap(hours));
  next(0);
  return { kind: 'cron', hours, next };
}

function checkInterval(hours: number): void {
  if (hours >= MIN_INTERVAL_HOURS && hours <= MAX_INTERVAL_DAYS * 24) return;
  throw invalidParameter('A rotation interval is at least 4 hours and at most 1000 days.');
}

function checkDuration(rules: RotationRules): void {
  const schedule = scheduleOf(rules);
  const hours = durationHours(rules);
  if (hours === undefined) return;
  if (hours < 1 || hours > longestWindow(schedule)) {
    throw invalidParameter('The rotation window must not extend into the next window or the next UTC day.');
  }
}

function durationHours(rules: RotationRules): number | undefined {
  if (rules.Duration === undefined) return undefined;
  const hours = /^(\d{1,2})h$/.exec(rules.Duration)?.[1];
  if (!hours) throw invalidParameter('Duration is a number of hours, such as 3h.');
  return Number(hours);
}

function longestWindow(schedule: Schedule): number {
  switch (schedule.kind) {
    case 'days':
      return 24;
    case 'hours':
      return Math.min(24, schedule.hours);
    case 'cron':
      return Math.min(smallestGap(schedule.hours), 24 - (schedule.hours.at(-1) ?? 0));
  }
}

function smallestGap(hours: readonly number[]): number {
  return Math.min(...hours.map((hour, index) => (hours[index + 1] ?? (hours[0] ?? 0) + 24) - hour));
}

function isHourly(schedule: Schedule): boolean {
  return schedule.kind === 'hours' || (schedule.kind === 'cron' && schedule.hours.length > 1);
}

function midnight(moment: number): number {
  return moment - (moment % DAY);
}
