import type * as Api from '@aws-sdk/client-secrets-manager';
import type { Context } from './operations/context.ts';
import { deleteSecret, restoreSecret } from './operations/deletion.ts';
import { describeSecret, listSecrets, listSecretVersionIds } from './operations/describe.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  tagResource,
  untagResource,
} from './operations/metadata.ts';
import { batchGetSecretValue, getSecretValue } from './operations/read-value.ts';
import {
  removeRegionsFromReplication,
  replicateSecretToRegions,
  stopReplicationToReplica,
} from './operations/replicate.ts';
import { cancelRotateSecret, rotateSecret } from './operations/rotate.ts';
import { updateSecretVersionStage } from './operations/stage.ts';
import { createSecret, putSecretValue, updateSecret } from './operations/write-value.ts';
import { randomPassword } from './password.ts';
import { checkRequest } from './requests.ts';

/**
 * The operations of Secrets Manager for the callers of one account in one Region.
 *
 * Each takes and returns the plain objects of the AWS SDK and throws a
 * `SecretsManagerException` with the documented code. Unlike on the wire, a
 * missing `ClientRequestToken` is made up, as the SDK does.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export class RegionalSecretsManager {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  createSecret(input: Api.CreateSecretRequest): Api.CreateSecretResponse {
    return createSecret(this.#context, input);
  }

  describeSecret(input: Api.DescribeSecretRequest): Api.DescribeSecretResponse {
    return describeSecret(this.#context, input);
  }

  getSecretValue(input: Api.GetSecretValueRequest): Api.GetSecretValueResponse {
    return getSecretValue(this.#context, input);
  }

  batchGetSecretValue(input: Api.BatchGetSecretValueRequest): Api.BatchGetSecretValueResponse {
    return batchGetSecretValue(this.#context, input);
  }

  putSecretValue(input: Api.PutSecretValueRequest): Api.PutSecretValueResponse {
    return putSecretValue(this.#context, input);
  }

  updateSecret(input: Api.UpdateSecretRequest): Api.UpdateSecretResponse {
    return updateSecret(this.#context, input);
  }

  updateSecretVersionStage(input: Api.UpdateSecretVersionStageRequest): Api.UpdateSecretVersionStageResponse {
    return updateSecretVersionStage(this.#context, input);
  }

  listSecretVersionIds(input: Api.ListSecretVersionIdsRequest): Api.ListSecretVersionIdsResponse {
    return listSecretVersionIds(this.#context, input);
  }

  listSecrets(input: Api.ListSecretsRequest = {}): Api.ListSecretsResponse {
    return listSecrets(this.#context, input);
  }

  deleteSecret(input: Api.DeleteSecretRequest): Api.DeleteSecretResponse {
    return deleteSecret(this.#context, input);
  }

  restoreSecret(input: Api.RestoreSecretRequest): Api.RestoreSecretResponse {
    return restoreSecret(this.#context, input);
  }

  tagResource(input: Api.TagResourceRequest): Record<string, never> {
    return tagResource(this.#context, input);
  }

  untagResource(input: Api.UntagResourceRequest): Record<string, never> {
    return untagResource(this.#context, input);
  }

  getRandomPassword(input: Api.GetRandomPasswordRequest = {}): Api.GetRandomPasswordResponse {
    checkRequest('GetRandomPassword', input);
    return { RandomPassword: randomPassword(input, this.#context.random) };
  }

  getResourcePolicy(input: Api.GetResourcePolicyRequest): Api.GetResourcePolicyResponse {
    return getResourcePolicy(this.#context, input);
  }

  putResourcePolicy(input: Api.PutResourcePolicyRequest): Api.PutResourcePolicyResponse {
    return putResourcePolicy(this.#context, input);
  }

  deleteResourcePolicy(input: Api.DeleteResourcePolicyRequest): Api.DeleteResourcePolicyResponse {
    return deleteResourcePolicy(this.#context, input);
  }

  /** Returns at once: the rotation runs in `runDueRotations`, or by itself with `autoRun`. */
  rotateSecret(input: Api.RotateSecretRequest): Api.RotateSecretResponse {
    return rotateSecret(this.#context, input);
  }

  cancelRotateSecret(input: Api.CancelRotateSecretRequest): Api.CancelRotateSecretResponse {
    return cancelRotateSecret(this.#context, input);
  }

  replicateSecretToRegions(input: Api.ReplicateSecretToRegionsRequest): Api.ReplicateSecretToRegionsResponse {
    return replicateSecretToRegions(this.#context, input);
  }

  removeRegionsFromReplication(
    input: Api.RemoveRegionsFromReplicationRequest,
  ): Api.RemoveRegionsFromReplicationResponse {
    return removeRegionsFromReplication(this.#context, input);
  }

  stopReplicationToReplica(input: Api.StopReplicationToReplicaRequest): Api.StopReplicationToReplicaResponse {
    return stopReplicationToReplica(this.#context, input);
  }

  /**
   * Makes the secret's KMS key refuse to decrypt: reads then fail with
   * AccessDeniedException (the caller may not use the key), or with
   * DecryptionFailure (the key is unusable).
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
   */
  denyDecrypt(
    secretId: string,
    on: boolean,
    code: 'AccessDeniedException' | 'DecryptionFailure' = 'AccessDeniedException',
  ): void {
    const secret = this.#context.store.existing(secretId);
    this.#context.store.commitQuietly({ ...secret, decryptDenied: on ? code : undefined });
  }
}
