import { ArnFormat, RemovalPolicy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../core/config/load.ts';

/** The key that encrypts the service's own secrets, its ledger, queues, topic and logs, unless another is given. It outlives the stack, as they do. */
export function createRotationKey(scope: Construct, id: string): Key {
  return new Key(scope, id, {
    description: 'Salesforce credential rotation: own secrets, ledger, queues, topic and logs.',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Refuses a key that could not encrypt what is here.
 *
 * @throws ConfigurationError
 */
export function checkKey(key: IKey, scope: Construct): void {
  const problem = keyProblem(key, scope);
  if (problem !== undefined) throw new ConfigurationError([{ path: 'encryptionKey', message: problem }]);
}

function keyProblem(key: IKey, scope: Construct): string | undefined {
  if ('aliasName' in key)
    return 'this is an alias, and permissions are on keys. Give the key itself, for example by Key.fromKeyArn.';
  const { region } = Stack.of(scope);
  return Token.compareStrings(key.env.region, region) === TokenComparison.DIFFERENT
    ? `this key is in ${key.env.region}, and what it is to encrypt is in ${region}. Give one of ${region}, or none to have one created.`
    : undefined;
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
