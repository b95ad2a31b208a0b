import { SecretsManagerStore } from '../../lib/adapters/secrets-manager-store.ts';
import { WritePace } from '../../lib/adapters/write-pace.ts';
import { inProcessClient } from './in-process-secrets-manager.ts';
import type { ModelSecrets } from './model-secrets.ts';
import type { Worker } from './worker.ts';

/** A process that stays warm between invocations, with what its secret store remembers. */
interface Container {
  readonly store: SecretsManagerStore;
  worker: Worker | undefined;
}

/** The processes of the functions: one that is free is taken again, one that is busy or dead is not. */
export class Containers {
  readonly #secrets: ModelSecrets;
  readonly #warm = new Map<string, Container[]>();
  /** How often the swap of an integration secret met another version than it expected. */
  lostSwaps = 0;

  constructor(secrets: ModelSecrets) {
    this.#secrets = secrets;
  }

  /** The secret store of the process that runs the worker. */
  storeFor(functionName: string, worker: Worker): SecretsManagerStore {
    const warm = this.#warm.get(functionName) ?? [];
    this.#warm.set(
      functionName,
      warm.filter((container) => container.worker?.hasDied !== true),
    );
    const free = warm.find((container) => container.worker?.isAlive === false && !container.worker.hasDied);
    const container = free ?? this.#start(functionName);
    container.worker = worker;
    return container.store;
  }

  #start(functionName: string): Container {
    const container: Container = { worker: undefined, store: this.#store(() => container.worker) };
    this.#warm.get(functionName)?.push(container);
    return container;
  }

  #store(current: () => Worker | undefined): SecretsManagerStore {
    const client = inProcessClient({
      engine: this.#secrets.engine,
      lagging: () => this.#secrets.lagging(),
      worker: () => {
        const worker = current();
        if (worker === undefined) throw new Error('a call outside of any invocation');
        return worker;
      },
      lost: ({ VersionStage, MoveToVersionId }) => {
        if (VersionStage === 'AWSCURRENT' && MoveToVersionId !== undefined) this.lostSwaps += 1;
      },
    });
    return new SecretsManagerStore(client, unpaced());
  }
}

/** The pace of writes is a matter of real time. */
function unpaced(): WritePace {
  let now = 0;
  return new WritePace({
    now: () => {
      now += 1_000;
      return now;
    },
    sleep: () => Promise.resolve(),
  });
}
