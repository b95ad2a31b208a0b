import {
  BatchGetSecretValueCommand,
  DecryptionFailure,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SecretStoreFault } from '../core/errors.ts';
import {
  type LabelMove,
  labelled,
  type NewVersion,
  type SecretDescription,
  type SecretRead,
  type SecretStore,
} from '../core/ports/secret-store.ts';
import { Redacted } from '../core/redacted.ts';
import { RoleDenied } from './assumed-role.ts';
import { RecentVersions } from './recent-versions.ts';
import { WritePace } from './write-pace.ts';

/** What BatchGetSecretValue takes in one call. */
const BATCH_SIZE = 20;

/** What the per-secret errors of a batch mean for a reader. Anything else is a fault, never an absence. */
const ABSENT: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'it does not exist or has no current version',
  InvalidRequestException: 'it is marked for deletion',
  AccessDeniedException: 'access is denied',
  DecryptionFailure: 'its KMS key denies decryption',
};

/**
 * The secret store on AWS Secrets Manager.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export class SecretsManagerStore implements SecretStore {
  readonly #client: Pick<SecretsManagerClient, 'send'>;
  readonly #pace: WritePace;
  readonly #roleArn: string | undefined;
  readonly #recent = new RecentVersions();

  /** @param roleArn the role that the client acts as, where it is not the function's own */
  constructor(client: Pick<SecretsManagerClient, 'send'>, pace = new WritePace(), roleArn?: string) {
    this.#client = client;
    this.#pace = pace;
    this.#roleArn = roleArn;
  }

  async readCurrent(secrets: readonly string[]): Promise<ReadonlyMap<string, SecretRead>> {
    const batches = Array.from({ length: Math.ceil(secrets.length / BATCH_SIZE) }, (_, index) =>
      secrets.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
    );
    const read = await Promise.all(batches.map((batch) => this.#readBatch(batch)));
    return new Map(read.flat());
  }

  async readVersion(secret: string, versionId: string, options = { fresh: false }): Promise<SecretRead> {
    const known = options.fresh ? undefined : this.#recent.get(secret, versionId);
    if (known !== undefined) return known;
    try {
      const found = await this.#client.send(
        new GetSecretValueCommand({ SecretId: secret, VersionId: versionId }),
      );
      const read = toRead(found);
      if (read.kind === 'found' && !options.fresh) this.#recent.add(secret, read);
      return read;
    } catch (error) {
      const problem = absence(error);
      if (problem !== undefined) return { kind: 'absent', problem };
      throw fault('GetSecretValue', secret, error);
    }
  }

  async describe(secret: string): Promise<SecretDescription | undefined> {
    try {
      const found = await this.#client.send(new DescribeSecretCommand({ SecretId: secret }));
      if (found.DeletedDate !== undefined) return undefined;
      return {
        arn: found.ARN ?? secret,
        name: found.Name ?? secret,
        rotationEnabled: found.RotationEnabled ?? false,
        versions: new Map(Object.entries(found.VersionIdsToStages ?? {})),
        ...(found.LastChangedDate === undefined
          ? {}
          : { lastChangedAt: found.LastChangedDate.toISOString() }),
      };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw fault('DescribeSecret', secret, error);
    }
  }

  /**
   * Why a secret that can be read in this Region cannot be written: it is a
   * replica, or it may not even be described. `undefined` for any other.
   */
  async replicaProblem(secret: string, region: string): Promise<string | undefined> {
    try {
      const { PrimaryRegion: primary = region } = await this.#client.send(
        new DescribeSecretCommand({ SecretId: secret }),
      );
      if (primary === region) return undefined;
      return `it is a replica of the secret in ${primary}, and a replica cannot be written; name the primary, its replicas follow`;
    } catch (error) {
      if (isDenied(error)) return 'DescribeSecret is denied';
      throw fault('DescribeSecret', secret, error);
    }
  }

  async write(secret: string, version: NewVersion): Promise<'written' | 'conflict'> {
    await this.#pace.turn();
    try {
      const written = await this.#client.send(
        new PutSecretValueCommand({
          SecretId: secret,
          ClientRequestToken: version.versionId,
          SecretString: version.text.reveal(),
          VersionStages: version.labels === undefined ? undefined : [...version.labels],
          RotationToken: version.rotationToken,
        }),
      );
      const { text, versionId } = version;
      // Of what is written, only the pending version is read again, by the steps that follow.
      if (version.labels?.includes('AWSPENDING')) {
        this.#recent.add(secret, { kind: 'found', versionId, text, arn: written.ARN ?? secret });
      }
      return 'written';
    } catch (error) {
      if (error instanceof ResourceExistsException) return 'conflict';
      throw fault('PutSecretValue', secret, error);
    }
  }

  async moveLabel(secret: string, move: LabelMove): Promise<'moved' | 'lost'> {
    await this.#pace.turn();
    try {
      await this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secret,
          VersionStage: move.label,
          RemoveFromVersionId: move.from,
          MoveToVersionId: move.to,
        }),
      );
      return 'moved';
    } catch (error) {
      if (!(error instanceof InvalidParameterException || error instanceof InvalidRequestException)) {
        throw fault('UpdateSecretVersionStage', secret, error);
      }
      return this.#whoMovedIt(secret, move, error);
    }
  }

  async rotate(secret: string, requestToken: string): Promise<'started' | 'busy' | 'used'> {
    try {
      await this.#client.send(
        new RotateSecretCommand({
          SecretId: secret,
          ClientRequestToken: requestToken,
          RotateImmediately: true,
        }),
      );
      return 'started';
    } catch (error) {
      // Secrets Manager has one exception for several states; only the text tells this one.
      if (error instanceof InvalidRequestException) {
        if (/previous rotation/i.test(error.message)) return 'busy';
        if (/ClientRequestToken/.test(error.message) || (await this.#isVersion(secret, requestToken)))
          return 'used';
      }
      throw fault('RotateSecret', secret, error);
    }
  }

  /** What AWS says of a used token is not documented, so the secret itself is asked, too. */
  async #isVersion(secret: string, versionId: string): Promise<boolean> {
    const read = await this.readVersion(secret, versionId, { fresh: true });
    return read.kind === 'found';
  }

  /** The compare-and-swap was refused: because the move is made already, because another was, or for another reason. */
  async #whoMovedIt(secret: string, move: LabelMove, error: unknown): Promise<'moved' | 'lost'> {
    const description = await this.describe(secret);
    const at = description === undefined ? undefined : labelled(description, move.label);
    if (at === move.to) return 'moved';
    if (at !== move.from) return 'lost';
    throw fault('UpdateSecretVersionStage', secret, error);
  }

  /** What is wrong with a configured role, which an operator must mend; any other failure is none of that. */
  #roleProblem(error: unknown): string | undefined {
    if (error instanceof RoleDenied) return error.message;
    return this.#roleArn !== undefined && isDenied(error)
      ? `the role ${this.#roleArn} may not call BatchGetSecretValue`
      : undefined;
  }

  async #readBatch(batch: readonly string[]): Promise<(readonly [string, SecretRead])[]> {
    const command = new BatchGetSecretValueCommand({ SecretIdList: [...batch] });
    const answer = await this.#client.send(command).catch((error: unknown) => {
      const problem = this.#roleProblem(error);
      if (problem === undefined) throw fault('BatchGetSecretValue', batch.join(', '), error);
      return problem;
    });
    return batch.map((id) => {
      if (typeof answer === 'string') return [id, { kind: 'absent', problem: answer }] as const;
      const value = answer.SecretValues?.find((secret) => secret.Name === id || isArn(secret.ARN, id));
      if (value !== undefined) return [id, toRead(value)] as const;
      const refused = answer.Errors?.find((item) => item.SecretId === id || isArn(item.SecretId, id));
      const problem = ABSENT[refused?.ErrorCode ?? ''];
      if (problem === undefined) {
        throw new SecretStoreFault(
          `Secrets Manager did not return "${id}": ${refused?.ErrorCode ?? 'no answer for it'}.`,
        );
      }
      return [id, { kind: 'absent', problem }] as const;
    });
  }
}

function isDenied(error: unknown): boolean {
  // The service has no exception class for this one, only its code.
  return error instanceof Error && error.name === 'AccessDeniedException';
}

/** A secret may be named by its ARN without the six random characters at its end. */
function isArn(arn: string | undefined, id: string): boolean {
  return arn !== undefined && (arn === id || (id.startsWith('arn:') && arn.startsWith(`${id}-`)));
}

function toRead(found: {
  readonly ARN?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly SecretString?: string | undefined;
}): SecretRead {
  if (found.SecretString === undefined) return { kind: 'absent', problem: 'it is binary, not text' };
  return {
    kind: 'found',
    versionId: found.VersionId ?? '',
    text: Redacted.of(found.SecretString),
    arn: found.ARN ?? '',
  };
}

function absence(error: unknown): string | undefined {
  if (error instanceof ResourceNotFoundException) return ABSENT['ResourceNotFoundException'];
  if (error instanceof InvalidRequestException) return ABSENT['InvalidRequestException'];
  if (error instanceof DecryptionFailure) return ABSENT['DecryptionFailure'];
  return undefined;
}

/** Names the call and what it failed of; the SDK's message is kept as the cause, for logs. */
function fault(operation: string, secret: string, error: unknown): SecretStoreFault {
  return new SecretStoreFault(
    `${operation} on "${secret}" failed: ${reasonOf(error)}. Nothing of it is assumed done.`,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof RoleDenied) return error.message;
  // One exception for every invalid parameter; only the text tells this one.
  if (error instanceof InvalidParameterException && /replica secret/i.test(error.message))
    return 'it is a replica, which cannot be written; name the primary, its replicas follow';
  return error instanceof Error ? error.name : 'unknown error';
}
