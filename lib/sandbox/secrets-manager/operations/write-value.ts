import type {
  CreateSecretRequest,
  CreateSecretResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter, invalidRequest, SecretsManagerException } from '../exceptions.ts';
import { secretArn } from '../lookup.ts';
import { randomArnSuffix, randomUuid } from '../randomness.ts';
import { withReplicas } from '../replication.ts';
import { checkRequest } from '../requests.ts';
import { abandonedRotation, scheduledFrom } from '../runs.ts';
import { countsFromLastRotation } from '../schedule.ts';
import {
  CURRENT,
  holderOf,
  PENDING,
  type Secret,
  type SecretValue,
  sameValue,
  versionOf,
} from '../secret.ts';
import { withVersion } from '../versions.ts';
import { type Context, identityOf, timeOf } from './context.ts';
import { withTags } from './metadata.ts';
import { statusOf } from './replicate.ts';

export function createSecret(context: Context, input: CreateSecretRequest): CreateSecretResponse {
  checkRequest('CreateSecret', input);
  refuseUnsupported(input);
  const value = givenValue(input);
  const name = input.Name ?? '';
  const id = input.ClientRequestToken ?? randomUuid(context.random);
  const known = context.store.all().find((secret) => secret.name === name);
  if (known) return createdBefore(known, id, value);
  const at = timeOf(context);
  const empty: Secret = {
    arn: newArn(context, name),
    name,
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    tags: withTags({}, input.Tags ?? []),
    createdAt: at,
    changedAt: at,
    versions: [],
  };
  const secret = value ? withVersion(empty, { id, value, labels: [], writtenBy: 'caller', at }) : empty;
  const wanted = input.AddReplicaRegions ?? [];
  const overwrite = input.ForceOverwriteReplicaSecret ?? false;
  const created = context.store.commit(
    wanted.length === 0 ? secret : withReplicas(secret, wanted, context.store.everywhere(), overwrite),
  );
  return {
    ...identityOf(secret),
    ...(value ? { VersionId: id } : {}),
    ReplicationStatus: statusOf(context, created).ReplicationStatus,
  };
}

export function putSecretValue(context: Context, input: PutSecretValueRequest): PutSecretValueResponse {
  checkRequest('PutSecretValue', input);
  context.quota?.take();
  const secret = context.store.writable(input.SecretId ?? '');
  const value = givenValue(input);
  if (!value) throw invalidParameter('You must provide either SecretString or SecretBinary.');
  const id = input.ClientRequestToken ?? randomUuid(context.random);
  const existing = versionOf(secret, id);
  if (existing?.value && !sameValue(existing.value, value)) throw tokenInUse(secret, id);
  if (input.RotationToken !== undefined && input.RotationToken !== secret.run?.rotationToken) {
    throw invalidRequest('The RotationToken is not that of a rotation in progress.');
  }
  const after = existing?.value
    ? secret
    : written(context, secret, { id, value, labels: input.VersionStages ?? [CURRENT] }, input.RotationToken);
  return { ...identityOf(after), VersionId: id, VersionStages: [...(versionOf(after, id)?.labels ?? [])] };
}

export function updateSecret(context: Context, input: UpdateSecretRequest): UpdateSecretResponse {
  checkRequest('UpdateSecret', input);
  refuseUnsupported(input);
  context.quota?.take();
  const { store } = context;
  const secret = changesKeyOnly(input)
    ? store.active(input.SecretId ?? '')
    : store.writable(input.SecretId ?? '');
  const value = givenValue(input);
  const id = input.ClientRequestToken ?? randomUuid(context.random);
  if (value && versionOf(secret, id)) throw tokenInUse(secret, id);
  const described: Secret = {
    ...secret,
    description: input.Description ?? secret.description,
    kmsKeyId: input.KmsKeyId === '' ? undefined : (input.KmsKeyId ?? secret.kmsKeyId),
  };
  if (value) written(context, described, { id, value, labels: [CURRENT] });
  else store.commit(described);
  return { ...identityOf(secret), ...(value ? { VersionId: id } : {}) };
}

/** Adds the version, with what a new current value means for a rotating secret. */
function written(
  context: Context,
  secret: Secret,
  version: { readonly id: string; readonly value: SecretValue; readonly labels: readonly string[] },
  rotationToken?: string,
): Secret {
  const at = timeOf(context);
  const writtenBy = context.driver.writerOf(secret, version.id, rotationToken);
  const added = withVersion(secret, { ...version, writtenBy, at });
  const manual = writtenBy === 'caller' && holderOf(added, CURRENT)?.id === version.id;
  if (!manual) return context.store.commit(added);
  const abandons = holderOf(added, PENDING) !== undefined && isRotating(secret);
  const committed = context.store.commit(countedAsRotation(abandons ? abandonedRotation(added) : added, at));
  if (abandons) context.events.rotation('RotationAbandoned', secret.arn);
  return committed;
}

function isRotating(secret: Secret): boolean {
  return secret.rotation?.enabled === true || secret.run !== undefined;
}

function countedAsRotation(secret: Secret, at: number): Secret {
  const rotation = secret.rotation;
  if (!rotation?.enabled || !rotation.rules || !countsFromLastRotation(rotation.rules)) return secret;
  return { ...secret, rotation: scheduledFrom(rotation, at) };
}

function createdBefore(secret: Secret, id: string, value: SecretValue | undefined): CreateSecretResponse {
  if (secret.deletesAt !== undefined) {
    throw invalidRequest('A secret with this name is already scheduled for deletion.');
  }
  const version = versionOf(secret, id);
  if (value && version && sameValue(version.value, value)) return { ...identityOf(secret), VersionId: id };
  throw new SecretsManagerException('ResourceExistsException', `The secret ${secret.name} already exists.`);
}

function givenValue(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined {
  if (input.SecretString != null && input.SecretBinary != null) {
    throw invalidParameter('You must provide either SecretString or SecretBinary, not both.');
  }
  if (input.SecretString != null) return { text: input.SecretString };
  if (input.SecretBinary != null) return { base64: Buffer.from(input.SecretBinary).toString('base64') };
  return undefined;
}

function refuseUnsupported(input: CreateSecretRequest | UpdateSecretRequest): void {
  if (input.Type !== undefined) throw invalidRequest('The sandbox has no managed external secrets.');
}

/** The one thing that may differ between a replica and its primary. */
function changesKeyOnly(input: UpdateSecretRequest): boolean {
  const { KmsKeyId, Description, SecretString, SecretBinary } = input;
  return KmsKeyId !== undefined && Description == null && SecretString == null && SecretBinary == null;
}

function newArn(context: Context, name: string): string {
  const arn = secretArn(context.region, context.accountId, name, randomArnSuffix(context.random));
  return context.store.byArn(arn) ? newArn(context, name) : arn;
}

function tokenInUse(secret: Secret, id: string): SecretsManagerException {
  return new SecretsManagerException(
    'ResourceExistsException',
    `The ClientRequestToken ${id} is already in use for a version of secret ${secret.arn}.`,
  );
}
