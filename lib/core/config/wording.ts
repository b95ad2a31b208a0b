import type { z } from 'zod';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * What is wrong with a value, in one sentence that says what belongs there, for
 * everything that the schema has no words of its own for.
 */
export function wording(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = KINDS[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `this is missing; it must be ${wanted}.`
        : `this must be ${wanted}, not ${issue.expected === 'int' ? 'a fraction' : kindOf(issue.input)}.`;
    }
    case 'invalid_value':
      return `this must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}.`;
    case 'too_small':
      return `this must be at least ${issue.minimum}${unitOf(issue.origin)}.`;
    case 'too_big':
      return `this must be at most ${issue.maximum}${unitOf(issue.origin)}.`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'one that is too large';
  return KINDS[Array.isArray(value) ? 'array' : typeof value] ?? typeof value;
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters long' : '';
}
