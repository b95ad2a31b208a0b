import { invalidParameter } from './exceptions.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SEARCHED_DAYS = 8 * 366;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A cron schedule of hours in UTC; windows open on the hour. */
export interface Cron {
  /** The hours at which a window opens on a matching day, in order. */
  readonly hours: readonly number[];
  /** The first opening after a moment, both in epoch milliseconds. */
  next(after: number): number;
}

type DayTest = (day: Date) => boolean;

/**
 * Reads `cron(0 hours day-of-month month day-of-week *)`: minutes must be 0,
 * the year `*`, and one of the two day fields `?`.
 *
 * @throws InvalidParameterException
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function parseCron(expression: string): Cron {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minutes, hourField, monthDay, month, weekDay, year] = fields;
  if (fields.length !== 6 || !hourField || !monthDay || !month || !weekDay) throw invalidCron(expression);
  if (minutes !== '0' || year !== '*') throw invalidCron(expression);
  if ((monthDay === '?') === (weekDay === '?')) throw invalidCron(expression);
  const hours = numbers(hourField, 0, 23, [], expression);
  const months = new Set(numbers(month, 1, 12, MONTHS, expression));
  const onDay = monthDay === '?' ? weekDayTest(weekDay, expression) : monthDayTest(monthDay, expression);
  const opens: DayTest = (day) => months.has(day.getUTCMonth() + 1) && onDay(day);
  return { hours, next: (after) => nextOpening(after, hours, opens, expression) };
}

function nextOpening(after: number, hours: readonly number[], opens: DayTest, expression: string): number {
  const today = after - (after % DAY);
  for (let midnight = today; midnight < today + SEARCHED_DAYS * DAY; midnight += DAY) {
    if (!opens(new Date(midnight))) continue;
    const opening = hours.map((hour) => midnight + hour * HOUR).find((moment) => moment > after);
    if (opening !== undefined) return opening;
  }
  throw invalidCron(expression);
}

function monthDayTest(field: string, expression: string): DayTest {
  if (field === 'L') return (day) => day.getUTCDate() === daysInMonth(day);
  const days = new Set(numbers(field, 1, 31, [], expression));
  return (day) => days.has(day.getUTCDate());
}

function weekDayTest(field: string, expression: string): DayTest {
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth?.[1] && nth[2]) {
    const weekDay = single(nth[1], 1, 7, WEEKDAYS, expression);
    const week = Number(nth[2]);
    return (day) => day.getUTCDay() + 1 === weekDay && Math.ceil(day.getUTCDate() / 7) === week;
  }
  if (field === 'L') return (day) => day.getUTCDay() === 6;
  const last = /^(\w+)L$/.exec(field);
  if (last?.[1]) {
    const weekDay = single(last[1], 1, 7, WEEKDAYS, expression);
    return (day) => day.getUTCDay() + 1 === weekDay && day.getUTCDate() > daysInMonth(day) - 7;
  }
  const days = new Set(numbers(field, 1, 7, WEEKDAYS, expression));
  return (day) => days.has(day.getUTCDay() + 1);
}

/** Lists, ranges and increments: `1,5`, `MON-FRI`, `0/8`, `/8`, `*`. */
function numbers(
  field: string,
  min: number,
  max: number,
  names: readonly string[],
  expression: string,
): number[] {
  const found = field.split(',').flatMap((part) => {
    const [range = '', step] = part.split('/');
    const [from, to] = bounds(range, step !== undefined, min, max, names, expression);
    const by = step === undefined ? 1 : single(step, 1, max, [], expression);
    if (from > to) throw invalidCron(expression);
    return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function bounds(
  range: string,
  stepped: boolean,
  min: number,
  max: number,
  names: readonly string[],
  expression: string,
): [number, number] {
  if (range === '*' || (range === '' && stepped)) return [min, max];
  const [first = '', last] = range.split('-');
  const from = single(first, min, max, names, expression);
  if (last !== undefined) return [from, single(last, min, max, names, expression)];
  return [from, stepped ? max : from];
}

function single(
  text: string,
  min: number,
  max: number,
  names: readonly string[],
  expression: string,
): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + 1 : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < min || value > max) throw invalidCron(expression);
  return value;
}

function daysInMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

function invalidCron(expression: string): Error {
  return invalidParameter(`The schedule expression ${expression} isn't valid.`);
}
