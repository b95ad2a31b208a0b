import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { connectionSecrets } from '../core/config/connection-secrets.ts';
import type { Configuration } from '../core/config/load.ts';
import { loginSecrets } from '../core/config/login-secrets.ts';
import type { SecretDirectory } from './secret-directory.ts';
import type { Grant } from './secret-policies.ts';

/** ARNs of the configured secrets, by what they are for. */
export interface SecretArns {
  readonly credentials: readonly string[];
  readonly drafts: readonly string[];
  /** Apps: how the service gets into orgs, and by which integrations log in. */
  readonly connections: readonly string[];
  /** Logins of mailboxes. */
  readonly mailboxes: readonly string[];
  /** Those that the functions reach by themselves. */
  readonly integrations: readonly string[];
  /** Roles that reach the others; what is allowed there is their account's affair. */
  readonly roles: readonly string[];
}

export function secretArns(
  directory: SecretDirectory,
  { credentials, mailboxes }: Configuration,
): SecretArns {
  const all = [...credentials.values()];
  const integrations = all.flatMap((credential) => credential.integrations);
  const arns = (secrets: readonly string[]) =>
    [...new Set(secrets)].map((secret) => directory.policyArn(secret));
  return {
    credentials: arns(all.map(({ secret }) => secret)),
    drafts: arns(all.map(({ draftSecret }) => draftSecret)),
    connections: arns(
      all.flatMap((credential) => [...connectionSecrets(credential), ...loginSecrets(credential)]),
    ),
    mailboxes: arns(Object.values(mailboxes).map(({ secret }) => secret)),
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

/**
 * What the four steps do to secrets: fill the pending version, stage, and swap.
 * Where the ledger was lost, they ask the org whose password the draft holds.
 */
export function commitGrants(secrets: SecretArns): readonly Grant[] {
  const { credentials, drafts, connections, integrations, roles } = secrets;
  return [
    { actions: [READ], resources: connections },
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
  const { integrations, roles } = secrets;
  return [
    ...completionGrants(secrets),
    { actions: [DESCRIBE, READ, WRITE, MOVE_LABELS], resources: integrations },
    { actions: [ASSUME], resources: roles },
  ];
}

/**
 * What a token does to secrets that came by mail: it completes the draft, and the
 * commit is asked for. What integrations read is out of reach for a function that
 * reads what strangers send.
 */
export function completionGrants({ credentials, drafts, connections }: SecretArns): readonly Grant[] {
  return [
    { actions: [READ], resources: connections },
    { actions: [READ, WRITE], resources: drafts },
    { actions: [DESCRIBE, READ, MOVE_LABELS, ROTATE], resources: credentials },
  ];
}

/** What a look into mailboxes reads; only the function that looks gets it. */
export function mailboxGrants({ mailboxes }: SecretArns): readonly Grant[] {
  return [{ actions: [READ], resources: mailboxes }];
}

/**
 * The mails of a bucket: reading one, and deleting it when it was handled. The
 * bucket encrypts with the service's own key.
 */
export function allowStoredMails(
  grantee: IGrantable,
  {
    bucketArn,
    keyArn,
    region,
  }: { readonly bucketArn: string; readonly keyArn: string; readonly region: string },
): void {
  allow(grantee, ['s3:GetObject', 's3:DeleteObject'], [`${bucketArn}/*`]);
  allowKey(grantee, keyArn, ['kms:Decrypt'], endpointsOf(['s3'], region));
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

/** What happened to a credential, to show it to an operator. */
export function allowHistory(grantee: IGrantable, tableArn: string): void {
  allow(grantee, ['dynamodb:Query'], [tableArn]);
}

/**
 * The state of credentials one by one, and nothing else. DynamoDB decrypts it with
 * the service's own key, for which the CDK's `Table.grantReadData` grants the same.
 */
export function allowReadingLedger(
  grantee: IGrantable,
  {
    tableArn,
    keyArn,
    region,
  }: { readonly tableArn: string; readonly keyArn: string; readonly region: string },
): void {
  allow(grantee, ['dynamodb:GetItem'], [tableArn]);
  allowKey(grantee, keyArn, ['kms:Decrypt', 'kms:DescribeKey'], endpointsOf(['dynamodb'], region));
}

/**
 * What the prompt page does with the ledger: it reads links and states, and counts
 * requests. Of what is written, it reaches the counters only: whoever took the page
 * over could neither change a state nor make a link.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function allowCountingInLedger(
  grantee: IGrantable,
  {
    tableArn,
    keyArn,
    region,
  }: { readonly tableArn: string; readonly keyArn: string; readonly region: string },
): void {
  allow(grantee, ['dynamodb:GetItem'], [tableArn]);
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [COUNTERS] } },
    }),
  );
  allowKey(grantee, keyArn, USE_OF_LEDGERS_KEY, endpointsOf(['dynamodb'], region));
}

/** The partition keys of counters; see the ledger's adapter. */
const COUNTERS = 'rate#*';

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
  allowKey(grantee, keyArn, USE_OF_LEDGERS_KEY, endpointsOf(services, region));
}

/** Lets a function use the key of secrets, through Secrets Manager, wherever that is. */
export function allowSecretsKey(grantee: IGrantable, keyArn: string): void {
  allowKey(grantee, keyArn, USE_OF_SECRETS_KEY, endpointsOf(['secretsmanager'], '*'));
}

const USE_OF_SECRETS_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];

const USE_OF_LEDGERS_KEY = [
  ...USE_OF_SECRETS_KEY,
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

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
