/** What a cron expression of Secrets Manager says of the hours of a day, in UTC. */
export interface Cron {
  /** The hours at which a window opens, in order. */
  readonly hours: readonly number[];
}

interface Field {
  readonly lowest: number;
  readonly highest: number;
  readonly names: readonly string[];
}

const HOURS: Field = { lowest: 0, highest: 23, names: [] };
const MONTH_DAYS: Field = { lowest: 1, highest: 31, names: [] };
const MONTHS: Field = {
  lowest: 1,
  highest: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const WEEK_DAYS: Field = {
  lowest: 1,
  highest: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

/**
 * Reads the six fields of a cron expression: minutes, hours, day of the month,
 * month, day of the week, year. Secrets Manager opens its windows on the hour, so
 * the minutes are 0, and the year is `*`; one of the two days is `?`.
 *
 * @returns `undefined` where Secrets Manager would not take it.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function parseCron(text: string): Cron | undefined {
  const [minutes, hours = '', monthDay = '', month = '', weekDay = '', year, ...more] = text.split(' ');
  if (minutes !== '0' || year !== '*' || more.length > 0) return undefined;
  if ((monthDay === '?') === (weekDay === '?')) return undefined;
  if (valuesOf(month, MONTHS) === undefined) return undefined;
  if (monthDay === '?' ? !isWeekDay(weekDay) : !isMonthDay(monthDay)) return undefined;
  const opens = valuesOf(hours, HOURS);
  return opens === undefined ? undefined : { hours: opens };
}

/** Hours from each opening to the next one, the shortest of them, if every day matched. */
export function shortestGapHours({ hours }: Cron): number {
  const first = hours[0] ?? 0;
  return Math.min(...hours.map((hour, index) => (hours[index + 1] ?? first + 24) - hour));
}

function isMonthDay(field: string): boolean {
  return field === 'L' || valuesOf(field, MONTH_DAYS) !== undefined;
}

/** `L` is Saturday, `6L` the last Friday of the month, `6#3` its third. */
function isWeekDay(field: string): boolean {
  if (field === 'L') return true;
  const [, day] = /^(\w+?)(?:L|#[1-5])$/.exec(field) ?? [];
  return day === undefined
    ? valuesOf(field, WEEK_DAYS) !== undefined
    : numberOf(day, WEEK_DAYS) !== undefined;
}

/** The values that a list of `*`, `3`, `1-5`, `0/8` and names stands for, in order. */
function valuesOf(list: string, field: Field): readonly number[] | undefined {
  const parts = list.split(',').map((part) => rangeOf(part, field));
  const values = new Set<number>();
  for (const part of parts) {
    if (part === undefined) return undefined;
    for (let value = part.from; value <= part.to; value += part.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

function rangeOf(part: string, field: Field): Range | undefined {
  const [range = '', steps, ...more] = part.split('/');
  const step = steps === undefined ? 1 : positive(steps);
  if (step === undefined || more.length > 0) return undefined;
  if (range === '*') return { from: field.lowest, to: field.highest, step };
  const [first = '', last, ...others] = range.split('-');
  const from = numberOf(first, field);
  const open = steps === undefined ? from : field.highest;
  const to = last === undefined ? open : numberOf(last, field);
  if (from === undefined || to === undefined || from > to || others.length > 0) return undefined;
  return { from, to, step };
}

function numberOf(text: string, { lowest, highest, names }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + 1;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= lowest && value <= highest ? value : undefined;
}

function positive(text: string): number | undefined {
  return /^[1-9]\d?$/.test(text) ? Number(text) : undefined;
}
