import type { ReplicationStatusType } from '@aws-sdk/client-secrets-manager';
import { invalidParameter } from './exceptions.ts';
import { arnIn, placeOf, samePlace } from './place.ts';
import type { Replica, Secret } from './secret.ts';

/** The documented message of a replication that found another secret in its way. */
const NAME_TAKEN = 'Secret with this name already exists in this region';

export interface WantedReplica {
  readonly Region?: string | undefined;
  readonly KmsKeyId?: string | undefined;
}

/**
 * Adds Regions to what a secret is replicated to. Where another secret has the
 * name already, the replication fails for that Region, unless it may be overwritten.
 *
 * @throws InvalidParameterException for the Region that the secret is in.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
export function withReplicas(
  secret: Secret,
  wanted: readonly WantedReplica[],
  others: readonly Secret[],
  overwrite: boolean,
): Secret {
  const { accountId, region: home } = placeOf(secret.arn);
  const replicas = new Map((secret.replicas ?? []).map((replica) => [replica.region, replica]));
  for (const { Region: region = '', KmsKeyId: kmsKeyId } of wanted) {
    if (region === home) throw invalidParameter(`Invalid replica region ${region}: the secret is in it.`);
    const known = others.find(
      (other) => other.name === secret.name && samePlace(placeOf(other.arn), { accountId, region }),
    );
    const taken = known !== undefined && !isReplicaOf(known, secret) && !overwrite;
    replicas.set(region, { region, kmsKeyId, problem: taken ? NAME_TAKEN : undefined });
  }
  return { ...secret, replicas: [...replicas.values()] };
}

/**
 * What is stored when a secret is: itself, and its replicas as they follow it.
 * Replicas that it no longer has are gone, and so is what a replica overwrites.
 */
export function withFollowers(secrets: readonly Secret[], changed: Secret): readonly Secret[] {
  const followers = (changed.replicas ?? [])
    .filter((replica) => replica.problem === undefined)
    .map((replica) => follower(changed, replica, secrets));
  const kept = secrets.filter(
    (other) => !isReplicaOf(other, changed) && !followers.some((replica) => sameName(replica, other)),
  );
  const known = kept.some((other) => other.arn === changed.arn);
  const stored = known
    ? kept.map((other) => (other.arn === changed.arn ? changed : other))
    : [...kept, changed];
  return [...stored, ...followers];
}

export function isReplicaOf(secret: Secret, primary: Secret): boolean {
  const { region } = placeOf(primary.arn);
  return secret.primaryRegion === region && arnIn(region, secret.arn) === primary.arn;
}

/** As DescribeSecret shows it; `undefined` for a secret that was never replicated. */
export function replicationStatus(
  secret: Secret,
  replicas: readonly Secret[],
): ReplicationStatusType[] | undefined {
  return secret.replicas?.map(({ region, kmsKeyId, problem }) => {
    const replica = replicas.find((other) => placeOf(other.arn).region === region);
    const accessedOn = replica?.accessedOn;
    return {
      Region: region,
      KmsKeyId: replica?.kmsKeyId ?? kmsKeyId ?? 'alias/aws/secretsmanager',
      Status: problem === undefined ? 'InSync' : 'Failed',
      StatusMessage: problem ?? 'Replication succeeded',
      LastAccessedDate: accessedOn === undefined ? undefined : new Date(accessedOn),
    };
  });
}

/** The same value, labels and metadata, under a key of its own; rotation is the primary's. */
function follower(primary: Secret, { region, kmsKeyId }: Replica, secrets: readonly Secret[]): Secret {
  const arn = arnIn(region, primary.arn);
  const before = secrets.find((other) => other.arn === arn && isReplicaOf(other, primary));
  return {
    arn,
    name: primary.name,
    description: primary.description,
    kmsKeyId: before ? before.kmsKeyId : kmsKeyId,
    tags: primary.tags,
    resourcePolicy: primary.resourcePolicy,
    createdAt: before?.createdAt ?? primary.changedAt,
    changedAt: primary.changedAt,
    accessedOn: before?.accessedOn,
    versions: primary.versions,
    decryptDenied: before?.decryptDenied,
    primaryRegion: placeOf(primary.arn).region,
  };
}

function sameName(a: Secret, b: Secret): boolean {
  return a.name === b.name && samePlace(placeOf(a.arn), placeOf(b.arn));
}
