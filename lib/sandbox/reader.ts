import { setTimeout as pause } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadJsforce } from '../adapters/jsforce-client.ts';
import { readFault } from '../adapters/salesforce-faults.ts';
import { mapConcurrently } from '../core/commit/map-concurrently.ts';
import type { ReadableLogin } from '../core/formats/format.ts';
import { Redacted } from '../core/redacted.ts';
import type { Consumer } from './consumers.ts';
import type { Sandbox } from './sandbox.ts';

/** The application id of the integrations in their user agent: a wire tells their calls from the functions'. */
export const INTEGRATIONS_CALLER = 'integrations';

const ACCESS_KEY = { accessKeyId: 'integrations', secretAccessKey: 'integrations' } as const;
const API_VERSION = '64.0';
const AT_ONCE = 4;
const SHORTEST_PAUSE_MILLISECONDS = 20;

/** A login with what a secret held, refused. */
export interface RefusedRead {
  readonly consumer: string;
  /** The version of the secret that was read. */
  readonly versionId: string;
  /** By the sandbox's clock: before the secret was asked for, and after the org had answered. */
  readonly askedAt: Date;
  readonly answeredAt: Date;
  /** Salesforce's code, or `UNREADABLE` where the secret gave this integration no login. */
  readonly code: string;
}

/**
 * Plays all integrations of a sandbox at once: each reads its secret again and
 * again, with an AWS client of its own, and logs in to the org by SOAP with what
 * it has read, with an unmodified jsforce.
 *
 * An integration that was refused does not try the same version again: it waits
 * until its secret has another one, as an integration must that does not want to
 * lock its user out. What it reads while it waits is not counted.
 */
export class BackgroundReader {
  readonly refused: RefusedRead[] = [];
  readonly #sandbox: Pick<Sandbox, 'clock' | 'endpoints'>;
  readonly #consumers: readonly Consumer[];
  readonly #client: SecretsManagerClient;
  readonly #refusedVersions = new Map<string, string | undefined>();
  #reads = 0;
  #logins = 0;
  #running: { readonly ended: Promise<unknown>; readonly stop: AbortController } | undefined;

  constructor(sandbox: Pick<Sandbox, 'clock' | 'endpoints' | 'region'>, consumers: readonly Consumer[]) {
    this.#sandbox = sandbox;
    this.#consumers = consumers;
    this.#client = new SecretsManagerClient({
      endpoint: sandbox.endpoints.secretsManager,
      region: sandbox.region,
      credentials: ACCESS_KEY,
      userAgentAppId: INTEGRATIONS_CALLER,
    });
  }

  /** How many reads of a secret were followed by a login, or would have been had they given one. */
  get reads(): number {
    return this.#reads;
  }

  /** How many requests for a login the org got from here; nothing else is asked of it. */
  get logins(): number {
    return this.#logins;
  }

  /** Plays them in the background until `stop`, a few at a time, each after a rest as long as its work. */
  start(): void {
    if (this.#running !== undefined) return;
    const stop = new AbortController();
    const parts = Array.from({ length: AT_ONCE }, (_, part) =>
      this.#consumers.filter((_consumer, index) => index % AT_ONCE === part),
    );
    const ended = mapConcurrently(parts, AT_ONCE, (part) => this.#playOn(part, stop.signal));
    // Told by `stop`.
    ended.catch(() => undefined);
    this.#running = { ended, stop };
  }

  /**
   * Ends the background reading. The reads that are under way are finished first.
   *
   * @throws what kept a read or a login from being answered at all.
   */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stop.abort();
    await running?.ended;
  }

  /** Lets each integration read its secret and log in once. */
  async round(): Promise<void> {
    await mapConcurrently(this.#consumers, AT_ONCE, (consumer) => this.#play(consumer));
  }

  async close(): Promise<void> {
    await this.stop().finally(() => this.#client.destroy());
  }

  async #playOn(consumers: readonly Consumer[], signal: AbortSignal): Promise<void> {
    for (let turn = 0; consumers.length > 0 && !signal.aborted; turn += 1) {
      const begunAt = performance.now();
      await this.#play(consumers[turn % consumers.length] as Consumer);
      await rest(performance.now() - begunAt, signal);
    }
  }

  async #play(consumer: Consumer): Promise<void> {
    const askedAt = this.#sandbox.clock.now();
    const secret = await this.#client.send(new GetSecretValueCommand({ SecretId: consumer.secret }));
    const { VersionId: versionId = '', SecretString: text = '' } = secret;
    if (this.#refusedVersions.get(consumer.name) === versionId) return;
    this.#reads += 1;
    const reading = consumer.read(Redacted.of(text));
    const code = reading.kind === 'login' ? await this.#logIn(reading.login) : 'UNREADABLE';
    if (code === undefined) return;
    this.#refusedVersions.set(consumer.name, versionId);
    const answeredAt = this.#sandbox.clock.now();
    this.refused.push({ consumer: consumer.name, versionId, askedAt, answeredAt, code });
  }

  /** The code of the refusal; `undefined` for a login that was accepted. */
  async #logIn({ loginUrl, username, combinedPassword }: ReadableLogin): Promise<string | undefined> {
    const Connection = await loadJsforce();
    const connection = new Connection({
      // An integration that has no login URL in its secret knows it from elsewhere.
      loginUrl: loginUrl ?? this.#sandbox.endpoints.salesforce,
      version: API_VERSION,
      logLevel: 'FATAL',
    });
    this.#logins += 1;
    try {
      await combinedPassword.open((password) => connection.login(username, password));
      return undefined;
    } catch (error) {
      const { code } = readFault(error);
      if (code === undefined) throw error;
      return code;
    }
  }
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(Math.max(SHORTEST_PAUSE_MILLISECONDS, milliseconds), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
