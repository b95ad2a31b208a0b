import type { Redacted } from '../redacted.ts';

/**
 * Secrets Manager in the words of this service. One call of a method is one
 * call of the service, but for `readCurrent` (one per 20 secrets).
 *
 * Expected outcomes are results. Everything else (throttling that outlasted the
 * retries, a denied call, a broken connection) is thrown by the adapter as
 * `SecretStoreFault`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export interface SecretStore {
  /** The current version of many secrets, by the ids that were asked for. */
  readCurrent(secrets: readonly string[]): Promise<ReadonlyMap<string, SecretRead>>;
  /**
   * One version. An empty placeholder, as RotateSecret creates it, reads as
   * `absent`. Versions are immutable, so one that was read or written before may
   * come from memory, unless `fresh` asks for what the service holds.
   */
  readVersion(secret: string, versionId: string, options?: { readonly fresh: boolean }): Promise<SecretRead>;
  /** Labels and rotation settings; no value. */
  describe(secret: string): Promise<SecretDescription | undefined>;
  /**
   * Writes a version under labels (`AWSCURRENT` when none is given). Writing the
   * same content under the same id again is `written`; other content is `conflict`.
   */
  write(secret: string, version: NewVersion): Promise<'written' | 'conflict'>;
  /** Compare-and-swap: moves or removes a label only if it is where `from` says. */
  moveLabel(secret: string, move: LabelMove): Promise<'moved' | 'lost'>;
  /**
   * Starts the commit. `busy` while an earlier rotation of the secret is not
   * complete. `used`: the token is a version already, of a commit that was given up.
   */
  rotate(secret: string, requestToken: string): Promise<'started' | 'busy' | 'used'>;
}

export type SecretRead =
  | { readonly kind: 'found'; readonly versionId: string; readonly text: Redacted; readonly arn: string }
  | { readonly kind: 'absent'; readonly problem: string };

export interface SecretDescription {
  readonly arn: string;
  readonly name: string;
  readonly rotationEnabled: boolean;
  /** Labels of each version, by version id. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** ISO 8601: when anything of the secret was changed last, a label or a placeholder among it. */
  readonly lastChangedAt?: string;
}

export interface NewVersion {
  readonly versionId: string;
  readonly text: Redacted;
  readonly labels?: readonly string[];
  /** Secrets Manager's proof of a rotation, passed on where the event carried one. */
  readonly rotationToken?: string | undefined;
}

export interface LabelMove {
  readonly label: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The version that carries a label. */
export function labelled(description: SecretDescription, label: string): string | undefined {
  for (const [versionId, labels] of description.versions) if (labels.includes(label)) return versionId;
  return undefined;
}
