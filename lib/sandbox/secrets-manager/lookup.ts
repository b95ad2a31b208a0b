import type { Secret } from './secret.ts';

/** A hyphen and six characters: what the service appends to the name in an ARN. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;
const SUFFIX_LENGTH = 7;

export function secretArn(region: string, accountId: string, name: string, suffix: string): string {
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
}

/**
 * Finds a secret by its name, its complete ARN, or its ARN without the random
 * suffix. An ARN that ends like a complete one is never taken for a partial
 * one, so a secret whose own name ends in a hyphen and six characters cannot
 * be found by a partial ARN.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function findSecret(secrets: readonly Secret[], secretId: string): Secret | undefined {
  if (!secretId.startsWith('arn:')) return secrets.find((secret) => secret.name === secretId);
  const complete = secrets.find((secret) => secret.arn === secretId);
  if (complete || SUFFIX.test(secretId)) return complete;
  return secrets.find((secret) => secret.arn.slice(0, -SUFFIX_LENGTH) === secretId);
}
