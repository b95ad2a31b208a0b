import type { Credential } from '../config/load.ts';
import { parseConnection } from '../domain/connection.ts';
import { type CredentialValue, type Draft, parseCredential, parseDraft } from '../domain/credential-value.ts';
import type { ParsedValue } from '../domain/secret-fields.ts';
import type { Ports } from '../ports/ports.ts';
import type { OrgConnection } from '../ports/salesforce.ts';
import type { SecretRead } from '../ports/secret-store.ts';

/**
 * The secrets that a run has in hand. Each is read once a run at most, in one
 * batch where several are needed; what the run writes replaces what it read.
 */
export class Workbench {
  readonly ports: Ports;
  readonly credential: Credential;
  readonly #read = new Map<string, SecretRead>();

  constructor(ports: Ports, credential: Credential) {
    this.ports = ports;
    this.credential = credential;
  }

  /** Reads what is not in hand yet: one call per 20 secrets. */
  async fetch(secrets: readonly string[]): Promise<void> {
    const missing = secrets.filter((secret) => !this.#read.has(secret));
    if (missing.length === 0) return;
    for (const [secret, read] of await this.ports.secrets.readCurrent(missing)) this.#read.set(secret, read);
  }

  async read(secret: string): Promise<SecretRead> {
    await this.fetch([secret]);
    return this.#read.get(secret) ?? { kind: 'absent', problem: 'it was not returned' };
  }

  /** Drops what is in hand, so that the next look sees what others wrote. */
  forget(): void {
    this.#read.clear();
  }

  async draft(): Promise<ParsedValue<Draft>> {
    const read = await this.read(this.credential.draftSecret);
    return read.kind === 'found' ? parseDraft(read.text) : { kind: 'unusable', problem: read.problem };
  }

  async current(): Promise<ParsedValue<CredentialValue>> {
    const read = await this.read(this.credential.secret);
    return read.kind === 'found' ? parseCredential(read.text) : { kind: 'unusable', problem: read.problem };
  }

  async connection(): Promise<ParsedValue<OrgConnection>> {
    const { loginUrl, connection } = this.credential.orgConfig;
    const read = await this.read(connection.secret);
    return read.kind === 'found'
      ? parseConnection(read.text, loginUrl, connection)
      : { kind: 'unusable', problem: read.problem };
  }

  /** Notes that a secret was written, in place of reading it again. */
  wrote(secret: string, read: SecretRead): void {
    this.#read.set(secret, read);
  }
}
