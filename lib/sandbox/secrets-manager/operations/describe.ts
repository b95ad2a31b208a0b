import type {
  DescribeSecretRequest,
  DescribeSecretResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  SecretListEntry,
  SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager';
import { matchesFilters } from '../filters.ts';
import { pageOf } from '../paging.ts';
import { checkRequest } from '../requests.ts';
import { intervalDays } from '../schedule.ts';
import type { RotationConfiguration, Secret, Version } from '../secret.ts';
import { type Context, identityOf } from './context.ts';
import { statusOf } from './replicate.ts';

const PAGE_SIZE = 100;

export function describeSecret(context: Context, input: DescribeSecretRequest): DescribeSecretResponse {
  checkRequest('DescribeSecret', input);
  const secret = context.store.seen(input.SecretId ?? '');
  return {
    ...detailsOf(context, secret),
    VersionIdsToStages: stagesOf(secret),
    ReplicationStatus: statusOf(context, secret).ReplicationStatus,
  };
}

export function listSecrets(context: Context, input: ListSecretsRequest): ListSecretsResponse {
  checkRequest('ListSecrets', input);
  const found = context.store
    .all()
    .filter((secret) => input.IncludePlannedDeletion || secret.deletesAt === undefined)
    .filter((secret) => matchesFilters(secret, input.Filters ?? []))
    .sort(by(input.SortBy ?? 'created-date'));
  const ordered = input.SortOrder === 'desc' ? found.reverse() : found;
  const page = pageOf(ordered, (secret) => secret.arn, input, PAGE_SIZE);
  const list: SecretListEntry[] = page.items.map((secret) => ({
    ...detailsOf(context, secret),
    SecretVersionsToStages: stagesOf(secret),
  }));
  return { SecretList: list, ...(page.nextToken ? { NextToken: page.nextToken } : {}) };
}

export function listSecretVersionIds(
  context: Context,
  input: ListSecretVersionIdsRequest,
): ListSecretVersionIdsResponse {
  checkRequest('ListSecretVersionIds', input);
  const secret = context.store.seen(input.SecretId ?? '');
  const listed = secret.versions.filter((version) => input.IncludeDeprecated || version.labels.length > 0);
  const page = pageOf(listed, (version) => version.id, input, PAGE_SIZE);
  return {
    ...identityOf(secret),
    Versions: page.items.map((version) => entryOf(secret, version)),
    ...(page.nextToken ? { NextToken: page.nextToken } : {}),
  };
}

function detailsOf(context: Context, secret: Secret): DescribeSecretResponse {
  return {
    ...identityOf(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    ...(secret.rotation ? rotationOf(secret.rotation) : {}),
    LastChangedDate: new Date(secret.changedAt),
    LastAccessedDate: dateOf(secret.accessedOn),
    DeletedDate: dateOf(secret.deletesAt),
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    CreatedDate: new Date(secret.createdAt),
    PrimaryRegion: secret.primaryRegion ?? context.region,
  };
}

/** Rules and function stay visible after rotation is turned off; the two dates do not. */
function rotationOf(rotation: RotationConfiguration): DescribeSecretResponse {
  const { enabled, functionArn, rules, lastRotatedAt, rotateBy } = rotation;
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: functionArn,
    ...(rules ? { RotationRules: shownRules(rotation) } : {}),
    LastRotatedDate: enabled ? dateOf(lastRotatedAt) : undefined,
    NextRotationDate: enabled ? dateOf(rotateBy) : undefined,
  };
}

function shownRules(rotation: RotationConfiguration): DescribeSecretResponse['RotationRules'] {
  const { rules, lastRotatedAt } = rotation;
  if (!rules || lastRotatedAt === undefined) return rules;
  return { ...rules, AutomaticallyAfterDays: intervalDays(rules, lastRotatedAt) };
}

function stagesOf(secret: Secret): Record<string, string[]> {
  const labelled = secret.versions.filter((version) => version.labels.length > 0);
  return Object.fromEntries(labelled.map((version) => [version.id, [...version.labels]]));
}

function entryOf(secret: Secret, version: Version): SecretVersionsListEntry {
  return {
    VersionId: version.id,
    ...(version.labels.length > 0 ? { VersionStages: [...version.labels] } : {}),
    LastAccessedDate: dateOf(version.accessedOn),
    CreatedDate: new Date(version.createdAt),
    KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
  };
}

function by(key: string): (a: Secret, b: Secret) => number {
  switch (key) {
    case 'name':
      return (a, b) => (a.name < b.name ? -1 : 1);
    case 'last-changed-date':
      return (a, b) => a.changedAt - b.changedAt;
    case 'last-accessed-date':
      return (a, b) => (a.accessedOn ?? 0) - (b.accessedOn ?? 0);
    default:
      return (a, b) => a.createdAt - b.createdAt;
  }
}

function dateOf(moment: number | undefined): Date | undefined {
  return moment === undefined ? undefined : new Date(moment);
}
