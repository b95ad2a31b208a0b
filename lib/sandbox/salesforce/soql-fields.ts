import { ApiError } from './api-error.ts';
import type { FieldType, Table } from './tables.ts';

/** The field's own spelling; an unknown one throws INVALID_FIELD. */
export function fieldName(table: Table, asked: string): string {
  const found = Object.keys(table.fields).find((name) => name.toLowerCase() === asked.toLowerCase());
  if (found !== undefined) return found;
  const dot = asked.indexOf('.');
  throw new ApiError(
    'INVALID_FIELD',
    dot === -1
      ? `No such column '${asked}' on entity '${table.name}'. If you are attempting to use a custom field, ` +
          "be sure to append the '__c' after the custom field name."
      : `Didn't understand relationship '${asked.slice(0, dot)}' in field path.`,
  );
}

/** Text compares without regard to case; date-times by the moment they mean. */
export function compareValues(type: FieldType, left: string | boolean, right: string | boolean): number {
  if (type === 'dateTime') return moment(left) - moment(right);
  const [a, b] = [String(left).toLowerCase(), String(right).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

function moment(value: string | boolean): number {
  return Date.parse(String(value).replace('+0000', 'Z'));
}
