import { randomBytes } from 'node:crypto';
import type * as Api from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/ports/clock.ts';
import type { Journal } from '../journal.ts';
import { EventFeed, type SecretsManagerEvent } from './events.ts';
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
import { cancelRotateSecret, rotateSecret } from './operations/rotate.ts';
import { updateSecretVersionStage } from './operations/stage.ts';
import { createSecret, putSecretValue, updateSecret } from './operations/write-value.ts';
import { randomPassword } from './password.ts';
import { type QuotaOptions, WriteQuota } from './quotas.ts';
import type { RandomBytes } from './randomness.ts';
import { checkRequest } from './requests.ts';
import { type InvokeRotation, RotationDriver } from './rotation.ts';
import type { RetryOptions } from './runs.ts';
import { StaleReads, type StaleReadsOptions } from './stale-reads.ts';
import { SecretStore, type SecretsManagerState } from './store.ts';

export interface SecretsManagerEngineOptions {
  /** Every date, window, backoff and quota goes by this clock. */
  readonly clock: Clock;
  /** Written before a change is acknowledged. Holds secret values in the clear. */
  readonly journal: Journal<SecretsManagerState>;
  readonly region: string;
  readonly accountId: string;
  readonly invokeRotation: InvokeRotation;
  /** Rotation events and label changes, after they are saved. @default none */
  readonly onEvent?: (event: SecretsManagerEvent) => void;
  /** @default node:crypto */
  readonly random?: RandomBytes;
  /** Enforces request quotas. @default unlimited */
  readonly quotas?: QuotaOptions;
  /** @default 5 retries, the first after 60 seconds */
  readonly retry?: Partial<RetryOptions>;
  /** Runs a rotation in the background right after RotateSecret. @default false */
  readonly autoRun?: boolean;
  /**
   * The function assumes a role or runs in another account, so that only a
   * PutSecretValue with its RotationToken counts as the function's. @default false
   */
  readonly requireRotationToken?: boolean;
  /** Lets reads lag behind writes. @default reads are consistent */
  readonly staleReads?: StaleReadsOptions;
}

const DEFAULT_RETRY: RetryOptions = { attempts: 5, backoffSeconds: 60 };

/**
 * AWS Secrets Manager as its API reference and user guide describe it, for one
 * account and Region, without identities, replication and managed secrets.
 *
 * Each operation takes and returns the plain objects of the AWS SDK and throws
 * a `SecretsManagerException` with the documented code. Unlike on the wire, a
 * missing `ClientRequestToken` is made up, as the SDK does.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export class SecretsManagerEngine {
  readonly #context: Context;
  readonly #driver: RotationDriver;
  readonly #stale: StaleReads;

  constructor(options: SecretsManagerEngineOptions) {
    const { clock, region, accountId } = options;
    const random = options.random ?? randomBytes;
    const events = new EventFeed({
      clock,
      random,
      region,
      accountId,
      onEvent: options.onEvent ?? (() => undefined),
    });
    this.#stale = new StaleReads(options.staleReads);
    const store = new SecretStore(options.journal, { clock, events, stale: this.#stale });
    this.#driver = new RotationDriver({
      store,
      clock,
      random,
      events,
      invokeRotation: options.invokeRotation,
      retry: { ...DEFAULT_RETRY, ...options.retry },
      autoRun: options.autoRun ?? false,
      requireRotationToken: options.requireRotationToken ?? false,
    });
    const quota = options.quotas ? new WriteQuota(clock, options.quotas) : undefined;
    this.#context = { store, driver: this.#driver, events, quota, clock, random, region, accountId };
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

  /**
   * Runs every rotation that is asked for, scheduled or to be repeated by now,
   * and resolves when none is left that is due. A failed rotation is an event,
   * not a rejection; it is due again after its backoff.
   */
  runDueRotations(): Promise<void> {
    return this.#driver.runDue();
  }

  /** When `runDueRotations` will next have work: now or in the past if it has. */
  nextRotationDueAt(): Date | undefined {
    return this.#driver.nextDueAt();
  }

  /** Resolves when no rotation is running. Does not start or wait for a repetition. */
  settled(): Promise<void> {
    return this.#driver.settled();
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

  /** Changes the staleness of reads at run time. `{ reads: 0 }` makes them consistent again. */
  setStaleReads(options: StaleReadsOptions): void {
    this.#stale.set(options);
  }
}
