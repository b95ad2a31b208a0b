import { Redacted } from '../redacted.ts';

/** A secret's content, read; `problem` never quotes it. */
export type ParsedValue<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unusable'; readonly problem: string };

/** The fields of a JSON object, each still a secret. */
export function readFields(text: Redacted): ParsedValue<Record<string, Redacted<unknown>>> {
  return text.open((json) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(json);
    } catch {
      return { kind: 'unusable', problem: 'it is no JSON' };
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return { kind: 'unusable', problem: 'it is no JSON object' };
    }
    const entries = Object.entries(parsed).map(([key, field]) => [key, Redacted.of<unknown>(field)] as const);
    return { kind: 'value', value: Object.fromEntries(entries) };
  });
}

/** The field where it is text that is not empty. */
export function optionalText(field: Redacted<unknown> | undefined): string | undefined {
  return field?.open((value) => (typeof value === 'string' && value !== '' ? value : undefined));
}

/** As `optionalText`, for a field whose text stays a secret. */
export function secretText(field: Redacted<unknown> | undefined): Redacted | undefined {
  const text = optionalText(field);
  return text === undefined ? undefined : Redacted.of(text);
}
