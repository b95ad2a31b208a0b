import type {
  CancelRotateSecretRequest,
  CancelRotateSecretResponse,
  RotateSecretRequest,
  RotateSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter, invalidRequest } from '../exceptions.ts';
import { randomUuid } from '../randomness.ts';
import { checkRequest } from '../requests.ts';
import { reattempted, scheduledFrom, startedRotation, startedTest } from '../runs.ts';
import { checkedRules } from '../schedule.ts';
import { CURRENT, type RotationConfiguration, type Secret, unfinishedVersion, versionOf } from '../secret.ts';
import { type Context, identityOf, timeOf } from './context.ts';

export function rotateSecret(context: Context, input: RotateSecretRequest): RotateSecretResponse {
  checkRequest('RotateSecret', input);
  const secret = context.store.writable(input.SecretId ?? '');
  const rotation = configured(secret, input, timeOf(context));
  const id = input.ClientRequestToken ?? randomUuid(context.random);
  if (unfinishedVersion(secret)) throw refuseSecondRotation(context, secret);
  const known = versionOf(secret, id);
  if (known?.labels.includes(CURRENT)) return { ...identityOf(secret), VersionId: id };
  if (known) throw invalidRequest(`The ClientRequestToken ${id} is already in use for a version.`);
  const started = (input.RotateImmediately ?? true) ? startedRotation : startedTest;
  context.store.commit(started({ ...secret, rotation }, id, context.random, timeOf(context)));
  context.driver.due(secret.arn);
  return { ...identityOf(secret), VersionId: id };
}

export function cancelRotateSecret(
  context: Context,
  input: CancelRotateSecretRequest,
): CancelRotateSecretResponse {
  checkRequest('CancelRotateSecret', input);
  const secret = context.store.writable(input.SecretId ?? '');
  if (!secret.rotation) throw invalidRequest('The secret has no rotation to cancel.');
  const pending = unfinishedVersion(secret);
  const rotation = { ...secret.rotation, enabled: false, windowOpensAt: undefined, rotateBy: undefined };
  context.store.commit({ ...secret, run: undefined, rotation });
  return { ...identityOf(secret), ...(pending ? { VersionId: pending.id } : {}) };
}

/** The configuration after this call, which is checked before anything else happens. */
function configured(secret: Secret, input: RotateSecretRequest, now: number): RotationConfiguration {
  if (
    input.ExternalSecretRotationRoleArn !== undefined ||
    input.ExternalSecretRotationMetadata !== undefined
  ) {
    throw invalidRequest('The sandbox has no managed external secrets.');
  }
  const functionArn = input.RotationLambdaARN ?? secret.rotation?.functionArn;
  if (functionArn === undefined || functionArn === '') {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  }
  if (!/^arn:[^:]+:lambda:/.test(functionArn)) {
    throw invalidParameter('RotationLambdaARN must be the ARN of a Lambda function.');
  }
  const rules = input.RotationRules ? checkedRules(input.RotationRules) : secret.rotation?.rules;
  const rotation = { ...secret.rotation, enabled: true, functionArn, rules };
  const reschedule = input.RotationRules !== undefined || secret.rotation?.enabled !== true;
  return reschedule ? scheduledFrom(rotation, now) : rotation;
}

/**
 * While a pending version is not current, every call is refused, this one's
 * configuration with it. If rotation is on, the unfinished rotation is tried
 * again at once.
 */
function refuseSecondRotation(context: Context, secret: Secret): Error {
  if (secret.rotation?.enabled && !context.driver.isRunning(secret.arn)) {
    context.store.commit(reattempted(secret, context.random, timeOf(context)));
    context.driver.due(secret.arn);
  }
  return invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
}
