import { HOME } from '../../support/calls/place.ts';
import type { RecordedCall } from '../../support/calls/recordings.ts';
import type { Attempt } from './policy.ts';

/** What a call needs to be allowed, and why if it is not the call itself. */
export interface Need extends Pick<Attempt, 'action' | 'resource' | 'context'> {
  readonly because?: string;
}

/** What a call's needs depend on besides itself. */
export interface Surroundings {
  /** The customer-managed key that encrypts a resource. */
  keyOf(resource: string): string | undefined;
  /** The function that rotates a secret. */
  rotationFunctionOf(secret: string): string | undefined;
}

/** What AWS documents for actions that have no resource level. */
const EVERYTHING = '*';

/** The SDKs call AWS by TLS, as they cannot call the sandbox. */
const BY_TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/** Everything that IAM asks for when a function makes a call. */
export function needsOf(call: RecordedCall, surroundings: Surroundings): readonly Need[] {
  return [
    ...permissions(call, surroundings),
    ...call.resources.flatMap((resource) => ofTheKey(call, resource, surroundings)),
  ];
}

function permissions(
  { operation, resources, itemKind }: RecordedCall,
  surroundings: Surroundings,
): readonly Need[] {
  const each = (action: string, because?: string) =>
    resources.map((resource) => need(action, resource, because));
  switch (operation) {
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
    case 'secretsmanager:BatchGetSecretValue':
      return [need(operation, EVERYTHING), ...each('secretsmanager:GetSecretValue', operation)];
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
    case 'secretsmanager:RotateSecret':
      return [...each(operation), ...invocations(resources, surroundings)];
    // https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    case 'ses:SendEmail':
      return resources.flatMap((resource) => sendings(operation, resource));
    default:
      return each(operation).map((one) => (itemKind === undefined ? one : ofItem(one, itemKind)));
  }
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
function ofItem(one: Need, itemKind: string): Need {
  return { ...one, context: { ...one.context, 'dynamodb:LeadingKeys': itemKind } };
}

/** SES asks for the identity that was verified: the address, or its domain. Nobody knows which. */
function sendings(operation: string, addressArn: string): readonly Need[] {
  const [, identities = '', address = ''] = /^(.*:identity\/)(.*)$/.exec(addressArn) ?? [];
  const domain = address.slice(address.indexOf('@') + 1);
  return [address, domain].map((identity) => ({
    action: operation,
    resource: `${identities}${identity}`,
    context: { ...BY_TLS, 'ses:FromAddress': address },
  }));
}

function invocations(secrets: readonly string[], surroundings: Surroundings): readonly Need[] {
  return secrets.map((secret) =>
    need(
      'lambda:InvokeFunction',
      surroundings.rotationFunctionOf(secret) ?? 'no rotation function',
      'secretsmanager:RotateSecret',
    ),
  );
}

const READING = ['kms:Decrypt'];
const WRITING = ['kms:Decrypt', 'kms:GenerateDataKey'];
const DYNAMODB_READING = [...READING, 'kms:DescribeKey'];
const DYNAMODB_WRITING = [
  ...WRITING,
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * What a service does with the key of a resource, in the name of whoever calls it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const USES_OF_KEY: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:GetItem': DYNAMODB_READING,
  'dynamodb:PutItem': DYNAMODB_WRITING,
  'dynamodb:Query': DYNAMODB_READING,
  'dynamodb:UpdateItem': DYNAMODB_WRITING,
  's3:GetObject': READING,
  'secretsmanager:BatchGetSecretValue': READING,
  'secretsmanager:GetSecretValue': READING,
  'secretsmanager:PutSecretValue': WRITING,
  'sns:Publish': WRITING,
  'sqs:SendMessage': WRITING,
};

/** These leave what is encrypted alone. */
const WITHOUT_KEY: readonly string[] = [
  's3:DeleteObject',
  'secretsmanager:DescribeSecret',
  'secretsmanager:RotateSecret',
  'secretsmanager:UpdateSecretVersionStage',
];

function useOfKey(operation: string): readonly string[] {
  if (WITHOUT_KEY.includes(operation)) return [];
  const uses = USES_OF_KEY[operation];
  if (uses === undefined) throw new Error(`nobody knows what ${operation} does with a key; say it here`);
  return uses;
}

function ofTheKey(
  { operation }: RecordedCall,
  resource: string,
  surroundings: Surroundings,
): readonly Need[] {
  const key = surroundings.keyOf(resource);
  if (key === undefined) return [];
  const { service, region } = placeOf(resource);
  const context = { ...BY_TLS, 'kms:ViaService': `${service}.${region}.amazonaws.com` };
  return useOfKey(operation).map((action) => ({ action, resource: key, context, because: operation }));
}

/** The ARN of an object or a bucket has no Region. */
function placeOf(arn: string): { readonly service: string; readonly region: string } {
  const [, , service = '', region = ''] = arn.split(':');
  return { service, region: region === '' ? HOME.region : region };
}

function need(action: string, resource: string, because?: string): Need {
  return { action, resource, context: BY_TLS, ...(because === undefined ? {} : { because }) };
}
