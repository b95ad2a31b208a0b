import { createHash, createHmac } from 'node:crypto';
import type { Redacted } from '../redacted.ts';

/**
 * Version ids are derived, not drawn: the same write made again after a crash
 * carries the same id, and Secrets Manager takes it as the same version. The
 * form is that of a UUID, which `ClientRequestToken` expects (32-64 characters).
 */
export function derivedVersionId(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
}

/**
 * A short name for a secret that says nothing about it: an HMAC keyed by
 * another secret of high entropy, which never leaves Secrets Manager and memory.
 */
export function fingerprint(key: Redacted, secret: Redacted): string {
  return key.open((k) => secret.open((s) => createHmac('sha256', k).update(s).digest('hex').slice(0, 12)));
}
