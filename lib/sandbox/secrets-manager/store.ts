import type { Clock } from '../../core/ports/clock.ts';
import type { Journal } from '../journal.ts';
import type { EventFeed } from './events.ts';
import { isReplicaOf, withFollowers } from './replication.ts';
import type { Secret } from './secret.ts';
import type { StaleReads } from './stale-reads.ts';

/** All that outlives the process. Holds secret values: the journal must be private. */
export interface SecretsManagerState {
  /** Oldest first. */
  readonly secrets: readonly Secret[];
}

/**
 * Holds the secrets of all accounts and Regions; a change, with the replicas
 * that follow it, is in the journal before anybody hears of it.
 */
export class SecretStore {
  readonly #journal: Journal<SecretsManagerState>;
  readonly #clock: Clock;
  readonly #events: EventFeed;
  readonly #stale: StaleReads;
  #secrets: readonly Secret[];

  constructor(
    journal: Journal<SecretsManagerState>,
    parts: { readonly clock: Clock; readonly events: EventFeed; readonly stale: StaleReads },
  ) {
    this.#journal = journal;
    this.#clock = parts.clock;
    this.#events = parts.events;
    this.#stale = parts.stale;
    this.#secrets = journal.load()?.secrets ?? [];
  }

  /** Every secret that still exists: the end of a recovery window deletes for good. */
  all(): readonly Secret[] {
    const now = this.#clock.now().getTime();
    return this.#secrets.filter((secret) => secret.deletesAt === undefined || secret.deletesAt > now);
  }

  /** As a reader sees it: perhaps from before the last write; `undefined` while its creation has not arrived. */
  view(secret: Secret): Secret | undefined {
    return this.#stale.view(secret);
  }

  byArn(arn: string): Secret | undefined {
    return withArn(this.all(), arn);
  }

  /** Saves a new or changed secret, then publishes the labels that moved. */
  commit(changed: Secret): Secret {
    const secret = { ...changed, changedAt: this.#clock.now().getTime() };
    const before = this.all();
    this.#save(withFollowers(before, secret));
    for (const { arn } of this.all().filter((stored) => stored === secret || isReplicaOf(stored, secret)))
      this.#stale.wrote(withArn(before, arn), arn);
    this.#events.labels(withArn(before, secret.arn), secret);
    return secret;
  }

  /** Saves what is no modification of the secret: that it was read, or a switch of the sandbox. */
  commitQuietly(secret: Secret): void {
    this.#save(this.all().map((other) => (other.arn === secret.arn ? secret : other)));
  }

  remove(arn: string): void {
    this.#save(this.all().filter((secret) => secret.arn !== arn));
  }

  #save(secrets: readonly Secret[]): void {
    this.#journal.save({ secrets });
    this.#secrets = secrets;
  }
}

function withArn(secrets: readonly Secret[], arn: string): Secret | undefined {
  return secrets.find((secret) => secret.arn === arn);
}
