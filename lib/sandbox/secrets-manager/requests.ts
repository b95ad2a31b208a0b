import {
  blob,
  flag,
  integer,
  list,
  oneOf,
  optional,
  type Rule,
  required,
  structure,
  text,
  utf8,
} from './shapes.ts';

const MAX_VALUE_BYTES = 65_536;

const secretId = text(1, 2048);
const token = text(32, 64);
const label = text(1, 256);
const page = { MaxResults: optional(integer(1, 100)), NextToken: optional(text(1, 4096)) };
const value = {
  SecretString: optional(utf8(MAX_VALUE_BYTES)),
  SecretBinary: optional(blob(MAX_VALUE_BYTES)),
};
const details = {
  ClientRequestToken: optional(token),
  Description: optional(text(0, 2048)),
  KmsKeyId: optional(text(0, 2048)),
  Type: optional(text(1, 256)),
  ...value,
};
const tags = list(structure({ Key: required(text(1, 128)), Value: required(text(0, 256)) }), 0, 50);
const region = text(1, 128, /^([a-z]+-)+\d+$/);
const replicaRegion = structure({ Region: required(region), KmsKeyId: optional(text(0, 2048)) });
const filters = list(
  structure({
    Key: required(
      oneOf('all', 'description', 'name', 'owning-service', 'primary-region', 'tag-key', 'tag-value'),
    ),
    Values: required(list(text(0, 512), 1, 10)),
  }),
  0,
  10,
);
const rules = structure({
  AutomaticallyAfterDays: optional(integer(1, 1000)),
  Duration: optional(text(2, 3)),
  ScheduleExpression: optional(text(1, 256)),
});

/**
 * What each operation takes: the constraints of the API reference, for a
 * caller inside the process as well as for one on the wire.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
const REQUESTS = {
  BatchGetSecretValue: {
    SecretIdList: optional(list(secretId, 1, 20)),
    Filters: optional(filters),
    ...page,
    MaxResults: optional(integer(1, 20)),
  },
  CancelRotateSecret: { SecretId: required(secretId) },
  CreateSecret: {
    Name: required(text(1, 512, /^[A-Za-z0-9/_+=.@-]+$/)),
    Tags: optional(tags),
    AddReplicaRegions: optional(list(replicaRegion, 1, 50)),
    ForceOverwriteReplicaSecret: optional(flag),
    ...details,
  },
  DeleteResourcePolicy: { SecretId: required(secretId) },
  DeleteSecret: {
    SecretId: required(secretId),
    RecoveryWindowInDays: optional(integer(7, 30)),
    ForceDeleteWithoutRecovery: optional(flag),
  },
  DescribeSecret: { SecretId: required(secretId) },
  GetRandomPassword: {
    PasswordLength: optional(integer(1, 4096)),
    ExcludeCharacters: optional(text(0, 4096)),
    ExcludeNumbers: optional(flag),
    ExcludePunctuation: optional(flag),
    ExcludeUppercase: optional(flag),
    ExcludeLowercase: optional(flag),
    IncludeSpace: optional(flag),
    RequireEachIncludedType: optional(flag),
  },
  GetResourcePolicy: { SecretId: required(secretId) },
  GetSecretValue: {
    SecretId: required(secretId),
    VersionId: optional(token),
    VersionStage: optional(label),
  },
  ListSecretVersionIds: { SecretId: required(secretId), IncludeDeprecated: optional(flag), ...page },
  ListSecrets: {
    IncludePlannedDeletion: optional(flag),
    Filters: optional(filters),
    SortOrder: optional(oneOf('asc', 'desc')),
    SortBy: optional(oneOf('created-date', 'last-accessed-date', 'last-changed-date', 'name')),
    ...page,
  },
  PutResourcePolicy: {
    SecretId: required(secretId),
    ResourcePolicy: required(text(1, 20_480)),
    BlockPublicPolicy: optional(flag),
  },
  PutSecretValue: {
    SecretId: required(secretId),
    ClientRequestToken: optional(token),
    VersionStages: optional(list(label, 1, 20)),
    RotationToken: optional(text(36, 256, /^[A-Za-z0-9-]+$/)),
    ...value,
  },
  RemoveRegionsFromReplication: {
    SecretId: required(secretId),
    RemoveReplicaRegions: required(list(region, 1, 50)),
  },
  ReplicateSecretToRegions: {
    SecretId: required(secretId),
    AddReplicaRegions: required(list(replicaRegion, 1, 50)),
    ForceOverwriteReplicaSecret: optional(flag),
  },
  RestoreSecret: { SecretId: required(secretId) },
  RotateSecret: {
    SecretId: required(secretId),
    ClientRequestToken: optional(token),
    RotationLambdaARN: optional(text(0, 2048)),
    RotationRules: optional(rules),
    RotateImmediately: optional(flag),
    ExternalSecretRotationRoleArn: optional(text(20, 2048)),
  },
  StopReplicationToReplica: { SecretId: required(secretId) },
  TagResource: { SecretId: required(secretId), Tags: required(tags) },
  UntagResource: { SecretId: required(secretId), TagKeys: required(list(text(1, 128), 0, 50)) },
  UpdateSecret: { SecretId: required(secretId), ...details },
  UpdateSecretVersionStage: {
    SecretId: required(secretId),
    VersionStage: required(label),
    RemoveFromVersionId: optional(token),
    MoveToVersionId: optional(token),
  },
} as const;

export type OperationName = keyof typeof REQUESTS;

export const OPERATION_NAMES = Object.keys(REQUESTS) as readonly OperationName[];

const RULES = new Map<OperationName, Rule>(
  OPERATION_NAMES.map((name) => [name, structure({ ...REQUESTS[name] })]),
);

/**
 * Refuses a request that breaks a documented constraint, before any state is looked at.
 *
 * @throws InvalidParameterException, SerializationException for a member of the wrong type
 */
export function checkRequest(operation: OperationName, input: object): void {
  RULES.get(operation)?.(input, '');
}
