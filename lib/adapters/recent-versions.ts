import type { SecretRead } from '../core/ports/secret-store.ts';

type Found = Extract<SecretRead, { kind: 'found' }>;

/** Enough for the pending version and the draft of the rotation that a warm function is working on. */
const CAPACITY = 4;

/** The last few versions that were read or written. A version never changes, so what is here is still true. */
export class RecentVersions {
  readonly #versions = new Map<string, Found>();

  get(secret: string, versionId: string): Found | undefined {
    return this.#versions.get(key(secret, versionId));
  }

  add(secret: string, version: Found): void {
    this.#versions.delete(key(secret, version.versionId));
    this.#versions.set(key(secret, version.versionId), version);
    const oldest = this.#versions.keys().next();
    if (this.#versions.size > CAPACITY && !oldest.done) this.#versions.delete(oldest.value);
  }
}

function key(secret: string, versionId: string): string {
  return `${secret}\n${versionId}`;
}
