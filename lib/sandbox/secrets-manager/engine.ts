import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Journal } from '../journal.ts';
import { EventFeed, type SecretsManagerEvent } from './events.ts';
import type { Context } from './operations/context.ts';
import type { Place } from './place.ts';
import { type QuotaOptions, WriteQuota } from './quotas.ts';
import type { RandomBytes } from './randomness.ts';
import { RegionalSecretsManager } from './regional.ts';
import { RegionalStore } from './regional-store.ts';
import { type InvokeRotation, RotationDriver } from './rotation.ts';
import type { RetryOptions } from './runs.ts';
import { StaleReads, type StaleReadsOptions } from './stale-reads.ts';
import { SecretStore, type SecretsManagerState } from './store.ts';

export interface SecretsManagerEngineOptions {
  /** Every date, window, backoff and quota goes by this clock. */
  readonly clock: Clock;
  /** Written before a change is acknowledged. Holds secret values in the clear. */
  readonly journal: Journal<SecretsManagerState>;
  /** The account and Region of callers who do not say otherwise. */
  readonly region: string;
  readonly accountId: string;
  readonly invokeRotation: InvokeRotation;
  /** Rotation events and label changes, after they are saved. @default none */
  readonly onEvent?: (event: SecretsManagerEvent) => void;
  /** @default node:crypto */
  readonly random?: RandomBytes;
  /** Enforces request quotas. @default unlimited */
  readonly quotas?: QuotaOptions;
  /** @default 5 retries, the first after 60 seconds */
  readonly retry?: Partial<RetryOptions>;
  /** Runs a rotation in the background right after RotateSecret. @default false */
  readonly autoRun?: boolean;
  /**
   * The function assumes a role or runs in another account, so that only a
   * PutSecretValue with its RotationToken counts as the function's. @default false
   */
  readonly requireRotationToken?: boolean;
  /** Lets reads lag behind writes. @default reads are consistent */
  readonly staleReads?: StaleReadsOptions;
}

const DEFAULT_RETRY: RetryOptions = { attempts: 5, backoffSeconds: 60 };

/** What all accounts and Regions share. */
interface Shared extends Pick<Context, 'driver' | 'events' | 'clock' | 'random'> {
  readonly store: SecretStore;
  readonly stale: StaleReads;
  readonly quotas: QuotaOptions | undefined;
}

/**
 * AWS Secrets Manager as its API reference and user guide describe it, without
 * managed secrets and without policies: whoever acts in an account may do there
 * everything, and nothing in another.
 *
 * Its own operations are those of its home account and Region; `at` has those of
 * another.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export class SecretsManagerEngine extends RegionalSecretsManager {
  readonly home: Place;
  readonly #shared: Shared;
  readonly #elsewhere = new Map<string, RegionalSecretsManager>();

  constructor(options: SecretsManagerEngineOptions) {
    const home = { accountId: options.accountId, region: options.region };
    const shared = sharedBy(options);
    super(contextOf(shared, home));
    this.home = home;
    this.#shared = shared;
  }

  /** Secrets Manager as callers of that account find it in that Region. */
  at(place: Place): RegionalSecretsManager {
    const key = `${place.accountId} ${place.region}`;
    if (key === `${this.home.accountId} ${this.home.region}`) return this;
    const known = this.#elsewhere.get(key) ?? new RegionalSecretsManager(contextOf(this.#shared, place));
    this.#elsewhere.set(key, known);
    return known;
  }

  /**
   * Runs every rotation that is asked for, scheduled or to be repeated by now,
   * and resolves when none is left that is due. A failed rotation is an event,
   * not a rejection; it is due again after its backoff.
   */
  runDueRotations(): Promise<void> {
    return this.#shared.driver.runDue();
  }

  /** When `runDueRotations` will next have work: now or in the past if it has. */
  nextRotationDueAt(): Date | undefined {
    return this.#shared.driver.nextDueAt();
  }

  /** Resolves when no rotation is running. Does not start or wait for a repetition. */
  settled(): Promise<void> {
    return this.#shared.driver.settled();
  }

  /** Changes the staleness of reads at run time. `{ reads: 0 }` makes them consistent again. */
  setStaleReads(options: StaleReadsOptions): void {
    this.#shared.stale.set(options);
  }
}

function sharedBy(options: SecretsManagerEngineOptions): Shared {
  const { clock, random = randomBytes, quotas } = options;
  const events = new EventFeed({ clock, random, onEvent: options.onEvent ?? (() => undefined) });
  const stale = new StaleReads(options.staleReads);
  const store = new SecretStore(options.journal, { clock, events, stale });
  const driver = new RotationDriver({
    store,
    clock,
    random,
    events,
    invokeRotation: options.invokeRotation,
    retry: { ...DEFAULT_RETRY, ...options.retry },
    autoRun: options.autoRun ?? false,
    requireRotationToken: options.requireRotationToken ?? false,
  });
  return { store, stale, driver, events, clock, random, quotas };
}

/** Request quotas are an account's in a Region. */
function contextOf({ store, driver, events, clock, random, quotas }: Shared, place: Place): Context {
  return {
    store: new RegionalStore(store, place),
    driver,
    events,
    quota: quotas ? new WriteQuota(clock, quotas) : undefined,
    clock,
    random,
    ...place,
  };
}
