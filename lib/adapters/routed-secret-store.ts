import { mapConcurrently } from '../core/commit/map-concurrently.ts';
import type { LabelMove, NewVersion, SecretRead, SecretStore } from '../core/ports/secret-store.ts';
import type { SecretRoute } from './secret-route.ts';
import type { SecretsManagerStore } from './secrets-manager-store.ts';

/** How many secrets are described at a time, well below the quota of DescribeSecret. */
const DESCRIBED_AT_ONCE = 10;

export interface Routing {
  /** The Region that the service is deployed in. */
  readonly region: string;
  routeOf(secret: string): SecretRoute;
  /** Called once per route, when its first secret is. */
  connect(route: SecretRoute): SecretsManagerStore;
}

/**
 * The secret store over several accounts and Regions: it hands each secret to
 * the store of its route.
 *
 * A secret in another Region is described once before it counts as readable,
 * because it may be a replica: those are read and cannot be written. In the own
 * Region nobody pays for that call; there, the refusal of the first write says it.
 */
export class RoutedSecretStore implements SecretStore {
  readonly #routing: Routing;
  readonly #stores = new Map<string, SecretsManagerStore>();
  readonly #writable = new Set<string>();

  constructor(routing: Routing) {
    this.#routing = routing;
  }

  async readCurrent(secrets: readonly string[]): Promise<ReadonlyMap<string, SecretRead>> {
    const routes = [...Map.groupBy(secrets, (secret) => this.#storeOf(secret))];
    const answers = await Promise.all(routes.map(([store, group]) => store.readCurrent(group)));
    const reads = new Map(answers.flatMap((answer) => [...answer]));
    const doubtful = secrets.filter(
      (secret) => reads.get(secret)?.kind === 'found' && this.#isDoubtful(secret),
    );
    await mapConcurrently(doubtful, DESCRIBED_AT_ONCE, async (secret) => {
      const problem = await this.#storeOf(secret).replicaProblem(
        secret,
        this.#routing.routeOf(secret).region,
      );
      if (problem === undefined) this.#writable.add(secret);
      else reads.set(secret, { kind: 'absent', problem });
    });
    return new Map(secrets.flatMap((secret) => pair(secret, reads.get(secret))));
  }

  readVersion(secret: string, versionId: string, options?: { readonly fresh: boolean }): Promise<SecretRead> {
    return this.#storeOf(secret).readVersion(secret, versionId, options);
  }

  describe(secret: string): ReturnType<SecretStore['describe']> {
    return this.#storeOf(secret).describe(secret);
  }

  write(secret: string, version: NewVersion): Promise<'written' | 'conflict'> {
    return this.#storeOf(secret).write(secret, version);
  }

  moveLabel(secret: string, move: LabelMove): Promise<'moved' | 'lost'> {
    return this.#storeOf(secret).moveLabel(secret, move);
  }

  rotate(secret: string, requestToken: string): ReturnType<SecretStore['rotate']> {
    return this.#storeOf(secret).rotate(secret, requestToken);
  }

  #isDoubtful(secret: string): boolean {
    return !this.#writable.has(secret) && this.#routing.routeOf(secret).region !== this.#routing.region;
  }

  #storeOf(secret: string): SecretsManagerStore {
    const route = this.#routing.routeOf(secret);
    const key = [route.region, route.accountId, route.roleArn].join(' ');
    const store = this.#stores.get(key) ?? this.#routing.connect(route);
    this.#stores.set(key, store);
    return store;
  }
}

function pair(secret: string, read: SecretRead | undefined): (readonly [string, SecretRead])[] {
  return read === undefined ? [] : [[secret, read]];
}
