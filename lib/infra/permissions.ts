import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Configuration } from '../core/config/load.ts';
import { secretArn } from './secret-arn.ts';

/** ARNs of the configured secrets, by what they are for. */
export interface SecretArns {
  readonly credentials: readonly string[];
  readonly drafts: readonly string[];
  readonly connections: readonly string[];
  /** Those that the functions reach by themselves. */
  readonly integrations: readonly string[];
  /** Roles that reach the others; what is allowed there is their account's affair. */
  readonly roles: readonly string[];
}

export function secretArns(scope: Construct, { credentials }: Configuration): SecretArns {
  const all = [...credentials.values()];
  const integrations = all.flatMap((credential) => credential.integrations);
  const arns = (secrets: readonly string[]) =>
    [...new Set(secrets)].map((secret) => secretArn(scope, secret));
  return {
    credentials: arns(all.map(({ secret }) => secret)),
    drafts: arns(all.map(({ draftSecret }) => draftSecret)),
    connections: arns(all.map(({ orgConfig }) => orgConfig.connection.secret)),
    integrations: arns(
      integrations.filter(({ roleArn }) => roleArn === undefined).map(({ secret }) => secret),
    ),
    roles: [...new Set(integrations.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn])))],
  };
}

/** What the four steps do to secrets: fill the pending version, stage, and swap. */
export function allowCommit(grantee: IGrantable, secrets: SecretArns): void {
  const { credentials, drafts, integrations, roles } = secrets;
  allow(grantee, ['sts:AssumeRole'], roles);
  allow(grantee, ['secretsmanager:DescribeSecret'], [...credentials, ...integrations]);
  allowReading(grantee, [...credentials, ...drafts, ...integrations]);
  allow(grantee, ['secretsmanager:PutSecretValue'], [...credentials, ...drafts, ...integrations]);
  allow(grantee, ['secretsmanager:UpdateSecretVersionStage'], [...credentials, ...integrations]);
}

/**
 * What a reconcile does to secrets: prepare in the draft, ask for the commit, and
 * finish a commit that died half-way. It never writes a credential secret.
 */
export function allowReconciliation(
  grantee: IGrantable,
  secrets: SecretArns,
  rotateFunction: IFunction,
): void {
  const { credentials, drafts, connections, integrations, roles } = secrets;
  allow(grantee, ['sts:AssumeRole'], roles);
  allow(grantee, ['secretsmanager:DescribeSecret'], [...credentials, ...integrations]);
  allowReading(grantee, [...credentials, ...drafts, ...connections, ...integrations]);
  allow(grantee, ['secretsmanager:PutSecretValue'], [...drafts, ...integrations]);
  allow(grantee, ['secretsmanager:UpdateSecretVersionStage'], [...credentials, ...integrations]);
  allow(grantee, ['secretsmanager:RotateSecret'], credentials);
  // Who calls RotateSecret must be allowed to invoke the function that it starts.
  allow(grantee, ['lambda:InvokeFunction'], [rotateFunction.functionArn]);
}

/** State and history: single items, no scans, no deletes. */
export function allowLedger(grantee: IGrantable, tableArn: string): void {
  allow(grantee, ['dynamodb:GetItem', 'dynamodb:PutItem'], [tableArn]);
}

export function allowPoking(grantee: IGrantable, queueArn: string): void {
  allow(grantee, ['sqs:SendMessage'], [queueArn]);
}

/** What Lambda needs to take messages on the function's behalf. */
export function allowTakingPokes(grantee: IGrantable, queueArn: string): void {
  allow(grantee, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queueArn]);
}

export function allowAnnouncing(
  grantee: IGrantable,
  { eventBusArn, topicArn }: { readonly eventBusArn: string; readonly topicArn: string },
): void {
  allow(grantee, ['events:PutEvents'], [eventBusArn]);
  allow(grantee, ['sns:Publish'], [topicArn]);
}

function allowReading(grantee: IGrantable, secrets: readonly string[]): void {
  allow(grantee, ['secretsmanager:GetSecretValue'], secrets);
  // Has no resource level; GetSecretValue decides for each secret of a batch.
  allow(grantee, ['secretsmanager:BatchGetSecretValue'], ['*']);
}

function allow(grantee: IGrantable, actions: string[], resources: readonly string[]): void {
  if (resources.length === 0) return;
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [...resources] }));
}
