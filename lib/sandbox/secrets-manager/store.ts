import type { Clock } from '../../core/ports/clock.ts';
import type { Journal } from '../journal.ts';
import type { EventFeed } from './events.ts';
import { markedForDeletion, secretNotFound } from './exceptions.ts';
import { findSecret } from './lookup.ts';
import type { Secret } from './secret.ts';
import type { StaleReads } from './stale-reads.ts';

/** All that outlives the process. Holds secret values: the journal must be private. */
export interface SecretsManagerState {
  /** Oldest first. */
  readonly secrets: readonly Secret[];
}

/** Holds every secret; a change is in the journal before anybody hears of it. */
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

  /** @throws ResourceNotFoundException */
  existing(secretId: string): Secret {
    const secret = findSecret(this.all(), secretId);
    if (!secret) throw secretNotFound();
    return secret;
  }

  /** @throws ResourceNotFoundException, InvalidRequestException when it is scheduled for deletion. */
  active(secretId: string): Secret {
    return refuseDeleted(this.existing(secretId));
  }

  /** As a reader sees it: perhaps from before the last write. */
  seen(secretId: string): Secret {
    const secret = this.#stale.view(this.existing(secretId));
    if (!secret) throw secretNotFound();
    return secret;
  }

  byArn(arn: string): Secret | undefined {
    return this.all().find((secret) => secret.arn === arn);
  }

  /** Saves a new or changed secret, then publishes the labels that moved. */
  commit(changed: Secret): Secret {
    const secret = { ...changed, changedAt: this.#clock.now().getTime() };
    const before = this.byArn(secret.arn);
    this.#save(this.#replaced(secret));
    this.#stale.wrote(before, secret.arn);
    this.#events.labels(before, secret);
    return secret;
  }

  /** Saves what is no modification of the secret: that it was read, or a switch of the sandbox. */
  commitQuietly(secret: Secret): void {
    this.#save(this.#replaced(secret));
  }

  remove(arn: string): void {
    this.#save(this.all().filter((secret) => secret.arn !== arn));
  }

  #replaced(secret: Secret): readonly Secret[] {
    const known = this.all();
    return known.some((other) => other.arn === secret.arn)
      ? known.map((other) => (other.arn === secret.arn ? secret : other))
      : [...known, secret];
  }

  #save(secrets: readonly Secret[]): void {
    this.#journal.save({ secrets });
    this.#secrets = secrets;
  }
}

/** @throws InvalidRequestException when the secret is scheduled for deletion. */
export function refuseDeleted(secret: Secret): Secret {
  if (secret.deletesAt !== undefined) throw markedForDeletion();
  return secret;
}
