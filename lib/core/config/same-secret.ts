/** The six characters that Secrets Manager adds to a secret's name in its ARN. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;
/** Everything of an ARN that comes before the name. */
const PLACE = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/;

/**
 * Whether two ids, each the name or the ARN of a secret, can mean the same one. An
 * ARN may lack its suffix. A name says neither account nor Region, and may end as a
 * suffix does, so that only Secrets Manager knows whether they do.
 */
export function canBeSameSecret(one: string, other: string): boolean {
  if (one === other) return true;
  if (!isArn(one)) return isArn(other) && namesIn(other).includes(one);
  if (!isArn(other)) return namesIn(one).includes(other);
  return withoutSuffix(one) === other || one === withoutSuffix(other);
}

function namesIn(arn: string): readonly string[] {
  const name = arn.replace(PLACE, '');
  return [name, withoutSuffix(name)];
}

function isArn(id: string): boolean {
  return PLACE.test(id);
}

function withoutSuffix(id: string): string {
  return id.replace(SUFFIX, '');
}
