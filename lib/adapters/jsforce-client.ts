import type { Connection } from 'jsforce';
import type { SOAP } from 'jsforce/lib/soap.js';

/** Salesforce's REST and SOAP version for everything but `login()`, which has its own. */
export const API_VERSION = '64.0';
/** Until the first byte of an answer. */
export const CALL_TIMEOUT_MILLISECONDS = 15_000;

export type ConnectionClass = typeof Connection;

interface Jsforce {
  readonly Connection: ConnectionClass;
  readonly SOAP: typeof SOAP;
}

let loaded: Promise<Jsforce> | undefined;

/**
 * Loads jsforce at the first use, because most invocations log in nowhere, and
 * sets what its defaults leave open: no retries (a repeated login may lock a
 * user), a timeout (30 minutes otherwise), no redirects (they would carry the
 * credential along).
 */
export async function loadJsforce(): Promise<ConnectionClass> {
  return (await load()).Connection;
}

/** As `loadJsforce`, for the SOAP calls that jsforce has no method for. */
export function loadSoap(): Promise<Jsforce> {
  return load();
}

function load(): Promise<Jsforce> {
  loaded ??= importJsforce();
  return loaded;
}

async function importJsforce(): Promise<Jsforce> {
  const { Connection, SOAP, setDefaults } = await import('./jsforce.ts');
  setDefaults({ timeout: CALL_TIMEOUT_MILLISECONDS, retry: { maxRetries: 0 }, followRedirect: false });
  return { Connection, SOAP };
}
