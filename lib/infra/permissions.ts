import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Configuration } from '../core/config/load.ts';
import type { SecretDirectory } from './secret-directory.ts';
import type { Grant } from './secret-policies.ts';

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

export function secretArns(directory: SecretDirectory, { credentials }: Configuration): SecretArns {
  const all = [...credentials.values()];
  const integrations = all.flatMap((credential) => credential.integrations);
  const arns = (secrets: readonly string[]) =>
    [...new Set(secrets)].map((secret) => directory.policyArn(secret));
  return {
    credentials: arns(all.map(({ secret }) => secret)),
    drafts: arns(all.map(({ draftSecret }) => draftSecret)),
    connections: arns(all.map(({ orgConfig }) => orgConfig.connection.secret)),
    integrations: arns(
      integrations.filter(({ roleArn }) => roleArn === undefined).map(({ secret }) => secret),
    ),
    roles: [
      ...new Set(
        integrations.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [directory.deployed(roleArn)])),
      ),
    ],
  };
}

const READ = 'secretsmanager:GetSecretValue';
const WRITE = 'secretsmanager:PutSecretValue';
const DESCRIBE = 'secretsmanager:DescribeSecret';
const MOVE_LABELS = 'secretsmanager:UpdateSecretVersionStage';
const ROTATE = 'secretsmanager:RotateSecret';
const ASSUME = 'sts:AssumeRole';

/** What the four steps do to secrets: fill the pending version, stage, and swap. */
export function commitGrants({ credentials, drafts, integrations, roles }: SecretArns): readonly Grant[] {
  return [
    { actions: [READ, WRITE], resources: drafts },
    { actions: [DESCRIBE, READ, WRITE, MOVE_LABELS], resources: [...credentials, ...integrations] },
    { actions: [ASSUME], resources: roles },
  ];
}

/**
 * What a reconcile does to secrets: prepare in the draft, ask for the commit, and
 * finish a commit that died half-way. It never writes a credential secret.
 */
export function reconciliationGrants(secrets: SecretArns): readonly Grant[] {
  const { credentials, drafts, connections, integrations, roles } = secrets;
  return [
    { actions: [READ], resources: connections },
    { actions: [READ, WRITE], resources: drafts },
    { actions: [DESCRIBE, READ, MOVE_LABELS, ROTATE], resources: credentials },
    { actions: [DESCRIBE, READ, WRITE, MOVE_LABELS], resources: integrations },
    { actions: [ASSUME], resources: roles },
  ];
}

/** Has no resource level; GetSecretValue decides for each secret of a batch. */
export function allowReadingInBatches(grantee: IGrantable): void {
  allow(grantee, ['secretsmanager:BatchGetSecretValue'], ['*']);
}

/** Who calls RotateSecret must be allowed to invoke the function that it starts. */
export function allowInvoking(grantee: IGrantable, functionArns: readonly string[]): void {
  allow(grantee, ['lambda:InvokeFunction'], functionArns);
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

/**
 * Lets a function use the service's own key, through the services that keep its
 * data. DynamoDB asks for the most.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export function allowOwnKey(grantee: IGrantable, keyArn: string, region: string): void {
  const services = ['dynamodb', 'secretsmanager', 'sns', 'sqs'];
  const actions = [
    ...USE_OF_SECRETS_KEY,
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ];
  allowKey(grantee, keyArn, actions, endpointsOf(services, region));
}

/** Lets a function use the key of secrets, through Secrets Manager, wherever that is. */
export function allowSecretsKey(grantee: IGrantable, keyArn: string): void {
  allowKey(grantee, keyArn, USE_OF_SECRETS_KEY, endpointsOf(['secretsmanager'], '*'));
}

const USE_OF_SECRETS_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];

function endpointsOf(services: readonly string[], region: string): readonly string[] {
  return services.map((service) => `${service}.${region}.amazonaws.com`);
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
function allowKey(
  grantee: IGrantable,
  keyArn: string,
  actions: readonly string[],
  endpoints: readonly string[],
): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [keyArn],
      conditions: { StringLike: { 'kms:ViaService': endpoints } },
    }),
  );
}

function allow(grantee: IGrantable, actions: string[], resources: readonly string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [...resources] }));
}
