import type {
  APIErrorType,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter, invalidRequest, notFound, SecretsManagerException } from '../exceptions.ts';
import { matchesFilters } from '../filters.ts';
import { pageOf } from '../paging.ts';
import { enforcePolicy } from '../policies.ts';
import { refuseDeleted } from '../regional-store.ts';
import { checkRequest } from '../requests.ts';
import { CURRENT, holderOf, type Secret, type Version, versionOf } from '../secret.ts';
import { type Context, identityOf, timeOf } from './context.ts';

const DAY = 24 * 3600 * 1000;
const BATCH_SIZE = 20;

export function getSecretValue(context: Context, input: GetSecretValueRequest): GetSecretValueResponse {
  checkRequest('GetSecretValue', input);
  return readValue(context, input.SecretId ?? '', input);
}

export function batchGetSecretValue(
  context: Context,
  input: BatchGetSecretValueRequest,
): BatchGetSecretValueResponse {
  checkRequest('BatchGetSecretValue', input);
  const { SecretIdList, Filters } = input;
  if ((SecretIdList === undefined) === (Filters === undefined)) {
    throw invalidParameter('Give either SecretIdList or Filters.');
  }
  if (SecretIdList && input.MaxResults !== undefined) {
    throw invalidParameter('MaxResults can be used with Filters only.');
  }
  if (SecretIdList) return readAll(context, SecretIdList);
  const found = context.store
    .all()
    .filter((secret) => secret.deletesAt === undefined && matchesFilters(secret, Filters ?? []))
    .map((secret) => secret.arn);
  const page = pageOf(found, (arn) => arn, input, BATCH_SIZE);
  return { ...readAll(context, page.items), ...(page.nextToken ? { NextToken: page.nextToken } : {}) };
}

/** Reads each secret by itself: one that fails is told in `Errors`, and the others are answered. */
function readAll(context: Context, secretIds: readonly string[]): BatchGetSecretValueResponse {
  const values: GetSecretValueResponse[] = [];
  const errors: APIErrorType[] = [];
  for (const secretId of secretIds) {
    try {
      values.push(readValue(context, secretId, {}));
    } catch (error) {
      if (!(error instanceof SecretsManagerException)) throw error;
      errors.push({ SecretId: secretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues: values, Errors: errors };
}

function readValue(
  context: Context,
  secretId: string,
  wanted: Pick<GetSecretValueRequest, 'VersionId' | 'VersionStage'>,
): GetSecretValueResponse {
  const secret = refuseDeleted(context.store.seen(secretId));
  enforcePolicy(secret);
  const version = selectVersion(secret, wanted);
  refuseUndecryptable(secret);
  markAccessed(context, secret.arn, version.id);
  return {
    ...identityOf(secret),
    VersionId: version.id,
    ...valueMembers(version),
    VersionStages: [...version.labels],
    CreatedDate: new Date(version.createdAt),
  };
}

function selectVersion(
  secret: Secret,
  wanted: Pick<GetSecretValueRequest, 'VersionId' | 'VersionStage'>,
): Version {
  const { VersionId, VersionStage } = wanted;
  if (VersionId !== undefined) {
    const version = withValue(versionOf(secret, VersionId), `VersionId: ${VersionId}`);
    if (VersionStage === undefined || version.labels.includes(VersionStage)) return version;
    throw invalidRequest('The given VersionStage is not attached to the given VersionId.');
  }
  const label = VersionStage ?? CURRENT;
  return withValue(holderOf(secret, label), `staging label: ${label}`);
}

/** The empty placeholder of a rotation is no version yet. */
function withValue(version: Version | undefined, what: string): Version {
  if (version?.value) return version;
  throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
}

function valueMembers(version: Version): Pick<GetSecretValueResponse, 'SecretString' | 'SecretBinary'> {
  const value = version.value;
  if (!value) return {};
  return 'text' in value
    ? { SecretString: value.text }
    : { SecretBinary: Uint8Array.from(Buffer.from(value.base64, 'base64')) };
}

function refuseUndecryptable(secret: Secret): void {
  if (!secret.decryptDenied) return;
  const message =
    secret.decryptDenied === 'AccessDeniedException'
      ? 'Access to KMS is not allowed'
      : "Secrets Manager can't decrypt the protected secret text using the provided KMS key.";
  throw new SecretsManagerException(secret.decryptDenied, message);
}

/** Accesses are recorded by the day, so that most reads write nothing. */
function markAccessed(context: Context, arn: string, versionId: string): void {
  const secret = context.store.byArn(arn);
  const now = timeOf(context);
  const today = now - (now % DAY);
  if (!secret || versionOf(secret, versionId)?.accessedOn === today) return;
  const versions = secret.versions.map((version) =>
    version.id === versionId ? { ...version, accessedOn: today } : version,
  );
  context.store.commitQuietly({ ...secret, accessedOn: today, versions });
}
