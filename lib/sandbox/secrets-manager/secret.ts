/** The labels that the service moves by itself. Any other label belongs to the caller. */
export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

/** Either text or bytes; bytes travel as base64, in the journal as on the wire. */
export type SecretValue = { readonly text: string } | { readonly base64: string };

/**
 * One version of a secret. Without a value it is the empty placeholder that
 * RotateSecret makes; it becomes a version when the rotation function fills it.
 */
export interface Version {
  readonly id: string;
  readonly createdAt: number;
  readonly value?: SecretValue | undefined;
  readonly labels: readonly string[];
  readonly writtenBy: Writer;
  /** Midnight UTC of the last day on which the value was read. */
  readonly accessedOn?: number | undefined;
}

/** Only the rotation function may write the pending version of a rotating secret. */
export type Writer = 'caller' | 'rotation-function';

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly Duration?: string | undefined;
  readonly ScheduleExpression?: string | undefined;
}

export interface RotationConfiguration {
  readonly enabled: boolean;
  readonly functionArn: string;
  readonly rules?: RotationRules | undefined;
  /** When the next scheduled rotation starts. Moves on when it has started. */
  readonly windowOpensAt?: number | undefined;
  /** What `NextRotationDate` shows: stays in the past while rotations fail. */
  readonly rotateBy?: number | undefined;
  readonly lastRotatedAt?: number | undefined;
}

/** A rotation, or a test of one, that has been started and is not over. */
export interface Run {
  readonly kind: 'rotation' | 'test';
  readonly versionId: string;
  /** Proves to PutSecretValue that the caller is this run's function; names the run as well. */
  readonly rotationToken: string;
  readonly failures: number;
  /** `undefined`: out of retries, and waiting for RotateSecret or the next window. */
  readonly dueAt?: number | undefined;
}

/** A Region that the secret is, or should be, replicated to. */
export interface Replica {
  readonly region: string;
  readonly kmsKeyId?: string | undefined;
  /** Why there is none. */
  readonly problem?: string | undefined;
}

/** A secret with all that is known about it. Times are epoch milliseconds. Never mutated. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly resourcePolicy?: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly accessedOn?: number | undefined;
  /** The end of the recovery window. Present while the secret is scheduled for deletion. */
  readonly deletesAt?: number | undefined;
  /** Oldest first. */
  readonly versions: readonly Version[];
  readonly rotation?: RotationConfiguration | undefined;
  readonly run?: Run | undefined;
  readonly replicas?: readonly Replica[] | undefined;
  /** Where the primary is. Present on a replica only. */
  readonly primaryRegion?: string | undefined;
  /** The sandbox's switch for a KMS key that refuses. */
  readonly decryptDenied?: 'AccessDeniedException' | 'DecryptionFailure' | undefined;
}

export function versionOf(secret: Secret, versionId: string): Version | undefined {
  return secret.versions.find((version) => version.id === versionId);
}

export function holderOf(secret: Secret, label: string): Version | undefined {
  return secret.versions.find((version) => version.labels.includes(label));
}

/** The version of a rotation that has not ended: pending, and not current. */
export function unfinishedVersion(secret: Secret): Version | undefined {
  const pending = holderOf(secret, PENDING);
  return pending?.labels.includes(CURRENT) ? undefined : pending;
}

export function sameValue(a: SecretValue | undefined, b: SecretValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('text' in a) return 'text' in b && a.text === b.text;
  return 'base64' in b && a.base64 === b.base64;
}
