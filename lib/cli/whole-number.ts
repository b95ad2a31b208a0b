import { CliError, EXIT } from './exit-codes.ts';

/**
 * The number that an option was given.
 *
 * @throws CliError where it is none, or out of bounds.
 */
export function wholeNumber(
  option: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new CliError(EXIT.badInput, `${option} takes a whole number from ${from} to ${to}.`);
}
