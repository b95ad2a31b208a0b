/** Salesforce keeps date-times of these objects by the second. */
export function toSecond(date: Date): string {
  return new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString();
}

/** The REST form of a date-time: `2026-11-01T00:00:00.000+0000`. */
export function restDateTime(iso: string): string {
  return new Date(iso).toISOString().replace('Z', '+0000');
}
