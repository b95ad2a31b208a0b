import type { RegionalSecretsManager } from '../../lib/sandbox/secrets-manager/regional.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly loginUrl: string;
}

export interface StoredVersion {
  readonly labels: readonly string[];
  /** `undefined` while it is an empty placeholder. */
  readonly text: string | undefined;
}

/** Looks at the secrets behind the service's back, and changes them as a person would. */
export class SecretsProbe {
  readonly #engine: RegionalSecretsManager;

  constructor(engine: RegionalSecretsManager) {
    this.#engine = engine;
  }

  /** The text under a label, `AWSCURRENT` by default. */
  text(secret: string, label = 'AWSCURRENT'): string {
    return this.#engine.getSecretValue({ SecretId: secret, VersionStage: label }).SecretString ?? '';
  }

  json(secret: string, label = 'AWSCURRENT'): Record<string, unknown> {
    return JSON.parse(this.text(secret, label)) as Record<string, unknown>;
  }

  /** What an integration that reads this secret logs in with. */
  login(secret: string, label = 'AWSCURRENT'): Login {
    const { username, password, securityToken, loginUrl } = this.json(secret, label);
    return {
      username: String(username),
      password: String(password),
      securityToken: String(securityToken),
      loginUrl: String(loginUrl),
    };
  }

  versionWith(secret: string, label: string): string | undefined {
    return [...this.versions(secret)].find(([, { labels }]) => labels.includes(label))?.[0];
  }

  /** Every version that the service still knows, by id. */
  versions(secret: string): ReadonlyMap<string, StoredVersion> {
    const listed = this.#engine.listSecretVersionIds({
      SecretId: secret,
      IncludeDeprecated: true,
      MaxResults: 100,
    });
    return new Map(
      (listed.Versions ?? []).map(({ VersionId: id = '', VersionStages: labels = [] }) => [
        id,
        { labels: [...labels].sort(), text: this.#versionText(secret, id) },
      ]),
    );
  }

  /** The names of all secrets. */
  names(): readonly string[] {
    return (this.#engine.listSecrets({ MaxResults: 100 }).SecretList ?? []).map(({ Name }) => Name ?? '');
  }

  /** Labels, rotation settings and every value of every secret: for "nothing was changed". */
  snapshot(): unknown {
    return this.names().map((name) => {
      const { LastAccessedDate: _read, ...description } = this.#engine.describeSecret({ SecretId: name });
      return { description, versions: [...this.versions(name)] };
    });
  }

  /** Writes a value by hand; the id of its version. */
  put(secret: string, text: string): string {
    return this.#engine.putSecretValue({ SecretId: secret, SecretString: text }).VersionId ?? '';
  }

  /** Changes one field by hand, as a person in the console does. */
  edit(secret: string, fields: Readonly<Record<string, unknown>>): string {
    return this.put(secret, JSON.stringify({ ...this.json(secret), ...fields }));
  }

  #versionText(secret: string, versionId: string): string | undefined {
    try {
      return this.#engine.getSecretValue({ SecretId: secret, VersionId: versionId }).SecretString ?? '';
    } catch {
      return undefined;
    }
  }
}
