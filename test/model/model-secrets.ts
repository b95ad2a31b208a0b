import { SecretsManagerEngine } from '../../lib/sandbox/secrets-manager/engine.ts';
import type { InvokeRotation } from '../../lib/sandbox/secrets-manager/rotation.ts';
import { type Secret, type Version, versionOf } from '../../lib/sandbox/secrets-manager/secret.ts';
import type { SecretsManagerState } from '../../lib/sandbox/secrets-manager/store.ts';
import type { FixedClock } from '../support/fakes/fixed-clock.ts';
import { ACCOUNT } from './scene.ts';

/** No read is stale for longer than this after a write. */
const STALE_SECONDS = 60;

/** Secrets Manager of the model: the sandbox's engine, with a view of all that it holds and of what it held before. */
export class ModelSecrets {
  readonly engine: SecretsManagerEngine;
  readonly #clock: FixedClock;
  readonly #before = new Map<string, { readonly secret: Secret; readonly at: number }>();
  #state: SecretsManagerState;
  #notDue: { readonly state: SecretsManagerState; readonly at: number } | undefined;
  /** Counts the writes. */
  saves = 0;

  constructor(clock: FixedClock, state: SecretsManagerState, invokeRotation: InvokeRotation) {
    this.#clock = clock;
    this.#state = state;
    let drawn = 0;
    this.engine = new SecretsManagerEngine({
      ...ACCOUNT,
      clock,
      journal: { load: () => state, save: (saved) => this.#saved(saved) },
      random: (bytes) => {
        drawn += 1;
        return Uint8Array.from({ length: bytes }, (_, index) => (drawn >>> (8 * (index % 4))) & 0xff);
      },
      invokeRotation,
    });
  }

  secret(name: string): Secret {
    const secret = this.#state.secrets.find((candidate) => candidate.name === name);
    if (secret === undefined) throw new Error(`there is no secret ${name}`);
    return secret;
  }

  labelled(name: string, label: string): Version | undefined {
    return this.secret(name).versions.find(({ labels }) => labels.includes(label));
  }

  text(name: string, label = 'AWSCURRENT'): string | undefined {
    return textOf(this.labelled(name, label));
  }

  /** Whether Secrets Manager has to call the function. Asked after each call, so only where the answer may have changed. */
  rotationIsDue(): boolean {
    const now = this.#clock.now();
    if (this.#notDue?.state === this.#state && this.#notDue.at === now.getTime()) return false;
    const at = this.engine.nextRotationDueAt();
    if (at !== undefined && at <= now) return true;
    this.#notDue = { state: this.#state, at: now.getTime() };
    return false;
  }

  /** For reads as they are answered where the last writes have not arrived. */
  lagging(): SecretsManagerEngine {
    const now = this.#clock.now().getTime();
    const secrets = this.#state.secrets.map((secret) => {
      const before = this.#before.get(secret.arn);
      return before !== undefined && now - before.at < STALE_SECONDS * 1_000 ? before.secret : secret;
    });
    return new SecretsManagerEngine({
      ...ACCOUNT,
      clock: this.#clock,
      journal: { load: () => ({ secrets }), save: () => undefined },
      invokeRotation: () => Promise.reject(new Error('a reader starts no rotation')),
    });
  }

  #saved(state: SecretsManagerState): void {
    const at = this.#clock.now().getTime();
    for (const secret of state.secrets) {
      const before = this.#state.secrets.find(({ arn }) => arn === secret.arn);
      if (before !== undefined && before !== secret && differs(before, secret))
        this.#before.set(secret.arn, { secret: before, at });
    }
    this.#state = state;
    this.saves += 1;
  }
}

export function textOf(version: Version | undefined): string | undefined {
  const value = version?.value;
  return value !== undefined && 'text' in value ? value.text : undefined;
}

/** Whether a reader could tell the two apart. */
function differs(a: Secret, b: Secret): boolean {
  return (
    a.versions.length !== b.versions.length ||
    a.rotation?.enabled !== b.rotation?.enabled ||
    a.versions.some((version) => {
      const other = versionOf(b, version.id);
      return other === undefined || other.labels !== version.labels || other.value !== version.value;
    })
  );
}
