import type {
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse,
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse,
  StopReplicationToReplicaRequest,
  StopReplicationToReplicaResponse,
} from '@aws-sdk/client-secrets-manager';
import { invalidRequest } from '../exceptions.ts';
import { arnIn } from '../place.ts';
import { replicationStatus, withReplicas } from '../replication.ts';
import { checkRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import type { Context } from './context.ts';

/** Replicas are there when this returns, where AWS takes a moment. */
export function replicateSecretToRegions(
  context: Context,
  input: ReplicateSecretToRegionsRequest,
): ReplicateSecretToRegionsResponse {
  checkRequest('ReplicateSecretToRegions', input);
  const secret = context.store.writable(input.SecretId ?? '');
  const overwrite = input.ForceOverwriteReplicaSecret ?? false;
  const wanted = input.AddReplicaRegions ?? [];
  return statusOf(
    context,
    context.store.commit(withReplicas(secret, wanted, context.store.everywhere(), overwrite)),
  );
}

export function removeRegionsFromReplication(
  context: Context,
  input: RemoveRegionsFromReplicationRequest,
): RemoveRegionsFromReplicationResponse {
  checkRequest('RemoveRegionsFromReplication', input);
  const secret = context.store.writable(input.SecretId ?? '');
  return statusOf(context, context.store.commit(without(secret, input.RemoveReplicaRegions ?? [])));
}

/** Makes a replica a secret of its own, and its primary forget it. */
export function stopReplicationToReplica(
  context: Context,
  input: StopReplicationToReplicaRequest,
): StopReplicationToReplicaResponse {
  checkRequest('StopReplicationToReplica', input);
  const replica = context.store.active(input.SecretId ?? '');
  if (replica.primaryRegion === undefined) throw invalidRequest('The secret is no replica.');
  const primary = context.store.byArn(arnIn(replica.primaryRegion, replica.arn));
  context.store.commit({ ...replica, primaryRegion: undefined });
  if (primary) context.store.commit(without(primary, [context.region]));
  return { ARN: replica.arn };
}

/** A secret's replicas, with what DescribeSecret tells about them. */
export function statusOf(context: Context, secret: Secret): ReplicateSecretToRegionsResponse {
  const replicas = context.store.everywhere().filter(({ name }) => name === secret.name);
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret, replicas) };
}

function without(secret: Secret, regions: readonly string[]): Secret {
  return { ...secret, replicas: (secret.replicas ?? []).filter(({ region }) => !regions.includes(region)) };
}
