const SECONDS = new Map<string, number>([
  ['s', 1],
  ['second', 1],
  ['seconds', 1],
  ['m', 60],
  ['min', 60],
  ['minute', 60],
  ['minutes', 60],
  ['h', 3_600],
  ['hour', 3_600],
  ['hours', 3_600],
  ['d', 86_400],
  ['day', 86_400],
  ['days', 86_400],
]);

/** Reads `"30 days"`, `"4h"`, `"90 minutes"` as seconds; `undefined` where it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})\s*([a-z]+)$/.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const unit = SECONDS.get(match[2] ?? '');
  return unit === undefined ? undefined : Number(match[1]) * unit;
}
