import { createHash } from 'node:crypto';
import {
  type LabelMove,
  labelled,
  type NewVersion,
  type SecretDescription,
  type SecretRead,
  type SecretStore,
} from '../../../lib/core/ports/secret-store.ts';
import { Redacted } from '../../../lib/core/redacted.ts';

interface Secret {
  readonly name: string;
  readonly arn: string;
  rotationEnabled: boolean;
  /** ISO 8601; a test says it where it matters. */
  lastChangedAt: string | undefined;
  /** Why a reader finds nothing. */
  absent: string | undefined;
  /** Text by version id; `undefined` is the empty placeholder of a rotation. */
  readonly versions: Map<string, string | undefined>;
  /** Version id by label. */
  readonly labels: Map<string, string>;
}

/** Secrets Manager in memory, in the words of the port. */
export class MemorySecretStore implements SecretStore {
  readonly #secrets = new Map<string, Secret>();
  /** Called before each operation; a test makes it fail or interfere. */
  before: (operation: string, secret: string) => void = () => undefined;

  create(name: string, text: string, rotationEnabled = false): Secret {
    const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
    const secret: Secret = {
      name,
      arn: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-${suffix}`,
      rotationEnabled,
      lastChangedAt: undefined,
      absent: undefined,
      versions: new Map(),
      labels: new Map(),
    };
    this.#secrets.set(name, secret);
    this.edit(name, text);
    return secret;
  }

  /** A person's write: a new version becomes current. Returns its id. */
  edit(name: string, text: string): string {
    const secret = this.#get(name);
    const versionId = `edit-${String(secret.versions.size + 1).padStart(31, '0')}`;
    this.#store(secret, { versionId, text: Redacted.of(text) });
    return versionId;
  }

  /** Gives a placeholder its value, without a label moving. */
  fill(name: string, versionId: string, text: string): void {
    this.#get(name).versions.set(versionId, text);
  }

  /** From now on a reader finds nothing, and is told why. */
  hide(name: string, problem: string): void {
    this.#get(name).absent = problem;
  }

  /** When anything of it was changed last, as `describe` tells. */
  changedAt(name: string, lastChangedAt: string): void {
    this.#get(name).lastChangedAt = lastChangedAt;
  }

  /** The text under a label. */
  text(name: string, label = 'AWSCURRENT'): string | undefined {
    const { labels, versions } = this.#get(name);
    return versions.get(labels.get(label) ?? '');
  }

  labelsOf(name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#get(name).labels);
  }

  async readCurrent(secrets: readonly string[]): Promise<ReadonlyMap<string, SecretRead>> {
    this.before('readCurrent', secrets.join());
    return new Map(secrets.map((id) => [id, this.#read(id, (secret) => secret.labels.get('AWSCURRENT'))]));
  }

  async readVersion(secret: string, versionId: string): Promise<SecretRead> {
    this.before('readVersion', secret);
    return this.#read(secret, () => versionId);
  }

  async describe(id: string): Promise<SecretDescription | undefined> {
    this.before('describe', id);
    const secret = this.#find(id);
    if (secret === undefined || secret.absent === 'it is marked for deletion') return undefined;
    const { arn, name, rotationEnabled, lastChangedAt } = secret;
    const versions = new Map<string, string[]>();
    for (const [label, versionId] of secret.labels)
      versions.set(versionId, [...(versions.get(versionId) ?? []), label]);
    return {
      arn,
      name,
      rotationEnabled,
      versions,
      ...(lastChangedAt === undefined ? {} : { lastChangedAt }),
    };
  }

  async write(id: string, version: NewVersion): Promise<'written' | 'conflict'> {
    this.before('write', id);
    const secret = this.#get(id);
    const known = secret.versions.get(version.versionId);
    if (known !== undefined) return version.text.open((text) => text === known) ? 'written' : 'conflict';
    this.#store(secret, version);
    return 'written';
  }

  async moveLabel(id: string, move: LabelMove): Promise<'moved' | 'lost'> {
    this.before('moveLabel', id);
    const secret = this.#get(id);
    const at = secret.labels.get(move.label);
    if (at === move.to) return 'moved';
    if (at !== move.from) return 'lost';
    if (move.to === undefined) secret.labels.delete(move.label);
    else this.#label(secret, move.label, move.to);
    return 'moved';
  }

  async rotate(id: string, requestToken: string): Promise<'started' | 'busy' | 'used'> {
    this.before('rotate', id);
    const secret = this.#get(id);
    const description = await this.describe(id);
    const pending = description && labelled(description, 'AWSPENDING');
    if (pending !== undefined && pending !== secret.labels.get('AWSCURRENT')) return 'busy';
    if (requestToken === secret.labels.get('AWSCURRENT')) return 'started';
    if (secret.versions.has(requestToken)) return 'used';
    secret.versions.set(requestToken, undefined);
    secret.labels.set('AWSPENDING', requestToken);
    return 'started';
  }

  #store(secret: Secret, { versionId, text, labels = ['AWSCURRENT'] }: NewVersion): void {
    text.open((value) => secret.versions.set(versionId, value));
    for (const label of labels) this.#label(secret, label, versionId);
  }

  /** `AWSPREVIOUS` follows `AWSCURRENT` by itself. */
  #label(secret: Secret, label: string, versionId: string): void {
    const before = secret.labels.get(label);
    secret.labels.set(label, versionId);
    if (label === 'AWSCURRENT' && before !== undefined) secret.labels.set('AWSPREVIOUS', before);
  }

  #read(id: string, versionOf: (secret: Secret) => string | undefined): SecretRead {
    const secret = this.#find(id);
    const versionId = secret && versionOf(secret);
    const text = secret?.versions.get(versionId ?? '');
    if (secret?.absent !== undefined) return { kind: 'absent', problem: secret.absent };
    if (secret === undefined || versionId === undefined || text === undefined)
      return { kind: 'absent', problem: 'it does not exist or has no current version' };
    return { kind: 'found', versionId, text: Redacted.of(text), arn: secret.arn };
  }

  #get(id: string): Secret {
    const secret = this.#find(id);
    if (secret === undefined) throw new Error(`there is no secret "${id}"`);
    return secret;
  }

  #find(id: string): Secret | undefined {
    return this.#secrets.get(id) ?? [...this.#secrets.values()].find((secret) => secret.arn === id);
  }
}
