import * as z from 'zod';
import { nearest } from './nearest.ts';

/** An object in which an unknown key is an error that names the key and the nearest known one. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return (issue.keys as string[])
        .map((key) => {
          const meant = nearest(key, known);
          const hint = meant === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
          return `unknown key "${key}". ${hint}`;
        })
        .join(' ');
    },
  });
}

/** The name of an org or a credential. It becomes a part of names in AWS. */
export function entryName(owner: string) {
  return z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      `the name of ${owner} is 1 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen. Rename it.`,
    );
}

export const LONGEST_SECRET_NAME = 512;

/** The name or ARN of a secret. */
export const secretId = z
  .string({
    error: (issue) =>
      issue.input === undefined ? 'a secret is missing. Give the name or ARN of a secret.' : undefined,
  })
  .min(1, { error: 'the name of the secret is empty. Give the name or ARN of a secret.', abort: true })
  .regex(
    /^(?:[A-Za-z0-9/_+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,519})$/,
    { error: ({ input }) => secretProblem(String(input)) },
  );

function secretProblem(text: string): string {
  if (text.startsWith('arn:'))
    return 'this is no ARN of a secret. Write for example "arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm/salesforce-AbCdEf".';
  return text.length > LONGEST_SECRET_NAME
    ? `the name of a secret has at most ${LONGEST_SECRET_NAME} characters, and this has ${text.length}. Shorten it.`
    : 'this is no name or ARN of a Secrets Manager secret. Use ASCII letters, digits and / _ + = . @ - only.';
}

/** A role that reaches a secret in another account. */
export const roleArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    'this is no ARN of a role. Write for example "arn:aws:iam::123456789012:role/salesforce-rotation".',
  );
