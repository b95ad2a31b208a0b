import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The key that encrypts drafts, ledger, queues, topic and logs, unless another is given. It outlives the stack, as they do. */
export function createRotationKey(scope: Construct, id: string): Key {
  return new Key(scope, id, {
    description: 'Salesforce credential rotation: drafts, ledger, queues, topic and logs.',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Lets the AWS services that act on their own use the key: CloudWatch for alarms,
 * CloudWatch Logs for the logs, and SES for received mail. EventBridge is let in by
 * the rule that publishes to the topic; the functions have their permission by
 * their roles.
 *
 * Does nothing to a key that was imported; its owner must allow the same.
 */
export function letServicesUse(key: IKey, scope: Construct, { mail }: { readonly mail: boolean }): void {
  const { account, region } = Stack.of(scope);
  const fromHere = { StringEquals: { 'aws:SourceAccount': account } };
  key.addToResourcePolicy(publishing('Alarms', 'cloudwatch', fromHere));
  if (mail) key.addToResourcePolicy(publishing('ReceivedMail', 'ses', fromHere));
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'Logs',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroupsOf(scope) } },
    }),
  );
}

function publishing(sid: string, service: string, conditions: Record<string, unknown>): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions,
  });
}

/** CloudFormation names the log groups after the stack; the key must know them before they exist. */
function logGroupsOf(scope: Construct): string {
  const stack = Stack.of(scope);
  return stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `${stack.stackName}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
