import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The six characters that Secrets Manager adds to a secret's name in its ARN. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;
/** As a policy writes them where they are not known: any six characters, not any name that begins alike. */
const ANY_SUFFIX = '-??????';

export function isArn(secret: string): boolean {
  return secret.startsWith('arn:');
}

/**
 * The ARN, for policies, of an existing secret that the configuration names or
 * gives the ARN of. Exact where the ARN is complete.
 */
export function secretArn(scope: IConstruct, secret: string): string {
  if (isArn(secret)) return SUFFIX.test(secret) ? secret : secret + ANY_SUFFIX;
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: secret + ANY_SUFFIX,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
