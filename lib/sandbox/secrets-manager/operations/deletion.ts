import type {
  DeleteSecretRequest,
  DeleteSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter } from '../exceptions.ts';
import { secretArn } from '../lookup.ts';
import { randomArnSuffix } from '../randomness.ts';
import { refuseReplica } from '../regional-store.ts';
import { checkRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import { type Context, identityOf, timeOf } from './context.ts';

const DAY = 24 * 3600 * 1000;
const DEFAULT_WINDOW_DAYS = 30;

export function deleteSecret(context: Context, input: DeleteSecretRequest): DeleteSecretResponse {
  checkRequest('DeleteSecret', input);
  if (input.ForceDeleteWithoutRecovery && input.RecoveryWindowInDays !== undefined) {
    throw invalidParameter('ForceDeleteWithoutRecovery and RecoveryWindowInDays exclude each other.');
  }
  if (input.ForceDeleteWithoutRecovery) return deletedAtOnce(context, input.SecretId ?? '');
  const secret = refuseReplicated(context.store.writable(input.SecretId ?? ''));
  const deletesAt = timeOf(context) + (input.RecoveryWindowInDays ?? DEFAULT_WINDOW_DAYS) * DAY;
  context.store.commit({ ...secret, deletesAt, run: undefined });
  return { ...identityOf(secret), DeletionDate: new Date(deletesAt) };
}

export function restoreSecret(context: Context, input: RestoreSecretRequest): RestoreSecretResponse {
  checkRequest('RestoreSecret', input);
  const secret = refuseReplica(context.store.existing(input.SecretId ?? ''));
  return identityOf(context.store.commit({ ...secret, deletesAt: undefined }));
}

/** Answers in the same way for a secret that isn't there. */
function deletedAtOnce(context: Context, secretId: string): DeleteSecretResponse {
  const secret = context.store.find(secretId);
  const DeletionDate = new Date(timeOf(context));
  if (secret) {
    context.store.remove(refuseReplicated(refuseReplica(secret)).arn);
    return { ...identityOf(secret), DeletionDate };
  }
  const ARN = secretId.startsWith('arn:')
    ? secretId
    : secretArn(context.region, context.accountId, secretId, randomArnSuffix(context.random));
  return { ARN, Name: secretId, DeletionDate };
}

/** @throws InvalidParameterException while the secret has replicas. */
function refuseReplicated(secret: Secret): Secret {
  const regions = (secret.replicas ?? []).map(({ region }) => region);
  if (regions.length === 0) return secret;
  throw invalidParameter(
    `You can't delete secret ${secret.arn} that still has replica regions [${regions.join(', ')}].`,
  );
}
