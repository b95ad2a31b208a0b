import type { Credential } from '../config/load.ts';
import { parseConnection } from '../domain/connection.ts';
import { type CredentialValue, type Draft, parseCredential, parseDraft } from '../domain/credential-value.ts';
import type { ParsedValue } from '../domain/secret-fields.ts';
import type { Ports } from '../ports/ports.ts';
import type { OpenedSession, OrgConnection, UserSession } from '../ports/salesforce.ts';
import type { SecretRead } from '../ports/secret-store.ts';

/**
 * The secrets that a run has in hand. Each is read once a run at most, in one
 * batch where several are needed; what the run writes replaces what it read.
 */
export class Workbench {
  readonly ports: Ports;
  readonly credential: Credential;
  readonly #read = new Map<string, SecretRead>();
  /** The user's own session, with a connection of kind `self`. */
  #opened: OpenedSession | undefined;
  readonly #toClose: UserSession[] = [];

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
    this.#opened = undefined;
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
    if (connection.kind === 'self')
      return { kind: 'value', value: { kind: 'self', loginUrl, opened: this.#opened } };
    const read = await this.read(connection.secret);
    return read.kind === 'found'
      ? parseConnection(read.text, loginUrl, connection)
      : { kind: 'unusable', problem: read.problem };
  }

  get hasSession(): boolean {
    return this.#opened !== undefined;
  }

  /** From here on the connection of kind `self` has this session, until `forget` or `close`. */
  keepSession(opened: OpenedSession): void {
    this.#opened = opened;
    this.#toClose.push(opened.session);
  }

  /** Ends the sessions that were kept. */
  async close(): Promise<void> {
    this.#opened = undefined;
    for (const session of this.#toClose.splice(0)) await this.ports.login.closeSession(session);
  }

  /** Notes that a secret was written, in place of reading it again. */
  wrote(secret: string, read: SecretRead): void {
    this.#read.set(secret, read);
  }
}
