import * as z from 'zod';
import { parseDuration } from './duration.ts';

/** A duration as text, such as `"30 days"` or `"4h"`; leaves the schema as seconds. */
export const duration = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no duration. Write for example "30 days" or "4h".`,
  });
  return z.NEVER;
});
