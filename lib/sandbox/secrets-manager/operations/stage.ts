import type {
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter, notFound } from '../exceptions.ts';
import { withLabel, withoutLabel } from '../labels.ts';
import { checkRequest } from '../requests.ts';
import { CURRENT, holderOf, type Secret, versionOf } from '../secret.ts';
import { type Context, identityOf } from './context.ts';

export function updateSecretVersionStage(
  context: Context,
  input: UpdateSecretVersionStageRequest,
): UpdateSecretVersionStageResponse {
  checkRequest('UpdateSecretVersionStage', input);
  context.quota?.take();
  const secret = context.store.writable(input.SecretId ?? '');
  const label = input.VersionStage ?? '';
  const { MoveToVersionId: to, RemoveFromVersionId: from } = input;
  if (to === undefined && from === undefined) {
    throw invalidParameter('Give MoveToVersionId, RemoveFromVersionId or both.');
  }
  checkTarget(secret, to);
  compare(secret, label, to, from);
  context.store.commit(to === undefined ? removed(secret, label) : withLabel(secret, label, to));
  return identityOf(secret);
}

/** An id without a value is no version yet, so no label can be moved to it. */
function checkTarget(secret: Secret, to: string | undefined): void {
  if (to !== undefined && !versionOf(secret, to)?.value) {
    throw notFound(`Secrets Manager can't find the specified secret version: ${to}.`);
  }
}

/** The comparison of the compare-and-swap: the caller must know where the label is. */
function compare(secret: Secret, label: string, to: string | undefined, from: string | undefined): void {
  const holder = holderOf(secret, label);
  if (from === undefined) {
    if (!holder || holder.id === to) return;
    throw invalidParameter(
      `The staging label ${label} is currently attached to version ${holder.id}, ` +
        'so you must name that version in RemoveFromVersionId.',
    );
  }
  if (holder?.id !== from) {
    throw invalidParameter(
      `RemoveFromVersionId must be the version that currently has the staging label ${label}.`,
    );
  }
}

function removed(secret: Secret, label: string): Secret {
  if (label === CURRENT) {
    throw invalidParameter(`The staging label ${CURRENT} can be moved to another version, but not removed.`);
  }
  return withoutLabel(secret, label);
}
