import { Stack, Validations } from 'aws-cdk-lib';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { FunctionName } from './bundle-limits.ts';

/**
 * What a check of compliance finds in these constructs and is meant so, each with
 * its reason. The CDK keeps acknowledgements with the constructs, where cdk-nag
 * reads them from version 3 on; nothing of it is in the template.
 *
 * One is given to the construct that the finding is about, never to a whole
 * stack: what a user adds is checked as ever.
 *
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
 */

/** Why an event that a function failed to handle is not put aside. */
const NO_DEAD_LETTERS: Readonly<Record<FunctionName, string>> = {
  rotate: 'Secrets Manager repeats a failed rotation by itself, and an alarm counts the failures.',
  advance: 'Its events come from a queue, which has a dead-letter queue.',
  watch: 'The next look, five minutes later, does what a lost one would have done.',
  mail: 'A mail holds a security token, which is not to be kept; an alarm tells when one is given up.',
  intake: 'Whoever opened the page waits for its answer and tries again; nothing is lost.',
  widget: 'A dashboard waits for its answer and asks again; nothing is lost.',
};

/** A function of the service, and its role. */
export function acknowledgeFunction(
  name: FunctionName,
  { role, function: created }: { readonly role: IConstruct; readonly function: IConstruct },
): void {
  acknowledge(
    role,
    ['AwsSolutions-IAM5[Resource::*]'],
    'Only for actions to which AWS gives no resource level: reading secrets in batches, sending traces.',
  );
  acknowledgePolicy(role);
  acknowledge(
    created,
    ['NIST.800.53.R5-LambdaConcurrency', 'HIPAA.Security-LambdaConcurrency'],
    'A reservation fails where the quota of the account is low, and throttling would break rotations off.',
  );
  acknowledge(
    created,
    ['NIST.800.53.R5-LambdaInsideVPC', 'HIPAA.Security-LambdaInsideVPC', 'PCI.DSS.321-LambdaInsideVPC'],
    'Salesforce and AWS are called by TLS at their public endpoints; a VPC is for the account to choose.',
  );
  acknowledge(created, ['NIST.800.53.R5-LambdaDLQ', 'HIPAA.Security-LambdaDLQ'], NO_DEAD_LETTERS[name]);
}

/** A policy that is a part of the functions' roles, or the role that has it. */
export function acknowledgePolicy(policyOrRole: IConstruct): void {
  acknowledge(
    policyOrRole,
    ['NIST.800.53.R5-IAMNoInlinePolicy', 'HIPAA.Security-IAMNoInlinePolicy', 'PCI.DSS.321-IAMNoInlinePolicy'],
    "It names what belongs to this service and goes with its functions' roles; nobody else can use it.",
  );
}

/** What lets everybody call a function at its URL. */
export function acknowledgePublicPermission(permission: IConstruct): void {
  acknowledge(
    permission,
    [
      'NIST.800.53.R5-LambdaFunctionPublicAccessProhibited',
      'HIPAA.Security-LambdaFunctionPublicAccessProhibited',
      'PCI.DSS.321-LambdaFunctionPublicAccessProhibited',
    ],
    'People open it in a browser; a link of 256 random bits is what lets them in, and the role may do little.',
  );
}

/** An API that everybody may call. */
export function acknowledgePublicApi(api: IConstruct): void {
  acknowledge(
    api,
    ['AwsSolutions-APIG4'],
    'People open it in a browser; a link of 256 random bits is what lets them in, and the role may do little.',
  );
}

export function acknowledgeLedger(ledger: IConstruct): void {
  acknowledge(
    ledger,
    ['NIST.800.53.R5-DynamoDBInBackupPlan', 'HIPAA.Security-DynamoDBInBackupPlan'],
    'Any second of the last 35 days can be restored; a plan beyond that is for the account to choose.',
  );
}

export function acknowledgeDraft(secret: IConstruct): void {
  acknowledge(secret, NO_ROTATION, 'Every rotation of its credential writes it, and empties it at the end.');
}

export function acknowledgeConnection(secret: IConstruct): void {
  acknowledge(secret, NO_ROTATION, 'It belongs to an app in Salesforce, and is renewed there.');
}

/** Where mails with tokens are until they are handled. */
export function acknowledgeMailBucket(bucket: IConstruct): void {
  acknowledge(
    bucket,
    [
      'NIST.800.53.R5-S3BucketVersioningEnabled',
      'HIPAA.Security-S3BucketVersioningEnabled',
      'PCI.DSS.321-S3BucketVersioningEnabled',
    ],
    'A mail holds a security token: what was deleted is to be gone.',
  );
  acknowledge(
    bucket,
    [
      'NIST.800.53.R5-S3BucketReplicationEnabled',
      'HIPAA.Security-S3BucketReplicationEnabled',
      'PCI.DSS.321-S3BucketReplicationEnabled',
    ],
    'A mail is there until it is handled, a day at most, and can be asked for again.',
  );
  acknowledge(
    bucket,
    [
      'AwsSolutions-S1',
      'NIST.800.53.R5-S3BucketLoggingEnabled',
      'HIPAA.Security-S3BucketLoggingEnabled',
      'PCI.DSS.321-S3BucketLoggingEnabled',
    ],
    'Only SES may write and the mail function read; data events of CloudTrail are for the account to choose.',
  );
}

/** The role that reads them. */
export function acknowledgeStoredMails(role: IConstruct, bucket: Bucket): void {
  const { node } = bucket;
  if (!CfnBucket.isCfnBucket(node.defaultChild)) return;
  const id = Stack.of(bucket).getLogicalId(node.defaultChild);
  acknowledge(
    role,
    [`AwsSolutions-IAM5[Resource::<${id}.Arn>/*]`],
    'SES names the mails in the bucket, each by an id of its own.',
  );
}

/** A secret that one integration reads, or an envelope. */
export function acknowledgeIntegrationSecret(secret: IConstruct): void {
  acknowledge(secret, NO_ROTATION, 'Every rotation of its credential writes it.');
  acknowledge(
    secret,
    [
      'NIST.800.53.R5-SecretsManagerUsingKMSKey',
      'HIPAA.Security-SecretsManagerUsingKMSKey',
      'PCI.DSS.321-SecretsManagerUsingKMSKey',
    ],
    'Who reads it would need the key as well; a secret that you create yourself can have a key of yours.',
  );
}

const NO_ROTATION: readonly string[] = [
  'AwsSolutions-SMG4',
  'NIST.800.53.R5-SecretsManagerRotationEnabled',
  'HIPAA.Security-SecretsManagerRotationEnabled',
];

function acknowledge(construct: IConstruct, rules: readonly string[], reason: string): void {
  Validations.of(construct).acknowledge(...rules.map((id) => ({ id, reason })));
}
