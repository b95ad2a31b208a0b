import type { Language } from '../language.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/**
 * A moment in UTC, to the minute, in an order that no reader can mistake.
 *
 * @param iso ISO 8601.
 * @example '2026-11-24 20:33 UTC'
 */
export function momentText(iso: string, language: Language): string {
  const [date = '', time = ''] = new Date(iso).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const clock = time.slice(0, 5);
  if (language === 'en') return `${date} ${clock} UTC`;
  return `${year}年${Number(month)}月${Number(day)}日 ${clock}(UTC)`;
}

/**
 * How far away a moment is, in one unit.
 *
 * @example 'in 3 hours', '20 minutes ago', '3 時間後'
 */
export function distanceText(iso: string, now: Date, language: Language): string {
  const seconds = Math.round((Date.parse(iso) - now.getTime()) / 1_000);
  const [amount, unit] = inOneUnit(seconds);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(amount, unit);
}

function inOneUnit(seconds: number): readonly [number, 'day' | 'hour' | 'minute' | 'second'] {
  const size = Math.abs(seconds);
  if (size >= 2 * DAY) return [Math.trunc(seconds / DAY), 'day'];
  if (size >= 2 * HOUR) return [Math.trunc(seconds / HOUR), 'hour'];
  if (size >= MINUTE) return [Math.trunc(seconds / MINUTE), 'minute'];
  return [seconds, 'second'];
}
