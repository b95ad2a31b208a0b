import { type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { isArn } from './secret-arn.ts';
import type { SecretDirectory } from './secret-directory.ts';
import { inPatterns, lengthIn, patternOf } from './secret-patterns.ts';

/** Quotation marks and a comma. */
const AROUND_A_NAME = 3;

/**
 * Patterns of the events by which Secrets Manager says that another version of a
 * credential secret is current, whoever made it so. It says it by itself, without
 * CloudTrail, and only on the account's default bus. It says as much of any other
 * label, but for `AWSPENDING` and `AWSPREVIOUS`; those are left out.
 *
 * A name is compared as a whole, so that no other secret is meant. Where only an
 * ARN without its suffix is known, a secret whose name goes on with a hyphen comes,
 * too, and so does what the service itself has moved: the function tells them apart.
 *
 * @param secrets What the configuration has: names, ARNs, placeholders.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
 */
export function editPatterns(
  directory: SecretDirectory,
  secrets: readonly string[],
): readonly EventPattern[] {
  const names = secrets.filter((secret) => !isArn(secret));
  const arns = secrets.filter(isArn).map((secret) => directory.policyArn(secret));
  const lengthOfArn = (arn: string) => lengthIn(arn, (each) => directory.length(each));
  return [
    ...inPatterns(names, ({ length }) => length + AROUND_A_NAME).map((some) => labelMoved({ name: some })),
    ...inPatterns(arns, lengthOfArn).map((some) => labelMoved({ arns: some })),
  ];
}

function labelMoved({
  name,
  arns,
}: {
  readonly name?: readonly string[];
  readonly arns?: readonly string[];
}): EventPattern {
  return {
    source: ['aws.secretsmanager'],
    detailType: ['Secret Label Updated'],
    ...(arns === undefined ? {} : { resources: Match.anyOf(...arns.map(patternOf)) }),
    detail: { labelUpdated: ['AWSCURRENT'], ...(name === undefined ? {} : { name }) },
  };
}
