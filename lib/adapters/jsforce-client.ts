import type { Connection } from 'jsforce';

/** Salesforce's REST and SOAP version for everything but `login()`, which has its own. */
export const API_VERSION = '64.0';
/** Until the first byte of an answer. */
export const CALL_TIMEOUT_MILLISECONDS = 15_000;

export type ConnectionClass = typeof Connection;

let loaded: Promise<ConnectionClass> | undefined;

/**
 * Loads jsforce at the first use, because most invocations log in nowhere, and
 * sets what its defaults leave open: no retries (a repeated login may lock a
 * user), a timeout (30 minutes otherwise), no redirects (they would carry the
 * credential along).
 */
export function loadJsforce(): Promise<ConnectionClass> {
  loaded ??= importJsforce();
  return loaded;
}

async function importJsforce(): Promise<ConnectionClass> {
  const { Connection, setDefaults } = await import('./jsforce.ts');
  setDefaults({ timeout: CALL_TIMEOUT_MILLISECONDS, retry: { maxRetries: 0 }, followRedirect: false });
  return Connection;
}
