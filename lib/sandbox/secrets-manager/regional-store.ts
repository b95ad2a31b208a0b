import {
  markedForDeletion,
  operationNotPermittedOnReplica,
  otherAccount,
  secretNotFound,
} from './exceptions.ts';
import { findSecret } from './lookup.ts';
import { type Place, placeOf, samePlace } from './place.ts';
import type { Secret } from './secret.ts';
import type { SecretStore } from './store.ts';

/**
 * The secrets of one account and Region, as its callers find them. A secret of
 * another account is denied to them: the sandbox judges no policy that could
 * allow it, so a caller must assume a role there.
 */
export class RegionalStore {
  readonly #store: SecretStore;
  readonly #place: Place;

  constructor(store: SecretStore, place: Place) {
    this.#store = store;
    this.#place = place;
  }

  /** Every secret that is here, replicas among them. */
  all(): readonly Secret[] {
    return this.#store.all().filter((secret) => this.#isHere(secret));
  }

  /** Every secret of the account, in whatever Region. */
  everywhere(): readonly Secret[] {
    return this.#store.all().filter((secret) => placeOf(secret.arn).accountId === this.#place.accountId);
  }

  /** @throws AccessDeniedException for the ARN of another account's secret. */
  find(secretId: string): Secret | undefined {
    if (!secretId.startsWith('arn:')) return findSecret(this.all(), secretId);
    const found = findSecret(this.#inRegion(), secretId);
    if (found && !this.#isHere(found)) throw otherAccount(secretId);
    return found;
  }

  /** @throws ResourceNotFoundException, and what `find` throws. */
  existing(secretId: string): Secret {
    const secret = this.find(secretId);
    if (!secret) throw secretNotFound();
    return secret;
  }

  /** @throws InvalidRequestException when it is scheduled for deletion, and what `existing` throws. */
  active(secretId: string): Secret {
    return refuseDeleted(this.existing(secretId));
  }

  /** @throws InvalidParameterException for a replica, and what `active` throws. */
  writable(secretId: string): Secret {
    return refuseReplica(this.active(secretId));
  }

  /** As a reader sees it: perhaps from before the last write. */
  seen(secretId: string): Secret {
    const secret = this.#store.view(this.existing(secretId));
    if (!secret) throw secretNotFound();
    return secret;
  }

  byArn(arn: string): Secret | undefined {
    return this.#store.byArn(arn);
  }

  commit(changed: Secret): Secret {
    return this.#store.commit(changed);
  }

  commitQuietly(secret: Secret): void {
    this.#store.commitQuietly(secret);
  }

  remove(arn: string): void {
    this.#store.remove(arn);
  }

  /** The Region's secrets, whatever their account. */
  #inRegion(): readonly Secret[] {
    return this.#store.all().filter((secret) => placeOf(secret.arn).region === this.#place.region);
  }

  #isHere(secret: Secret): boolean {
    return samePlace(placeOf(secret.arn), this.#place);
  }
}

/** @throws InvalidRequestException when the secret is scheduled for deletion. */
export function refuseDeleted(secret: Secret): Secret {
  if (secret.deletesAt !== undefined) throw markedForDeletion();
  return secret;
}

/** @throws InvalidParameterException when the secret is a replica. */
export function refuseReplica(secret: Secret): Secret {
  if (secret.primaryRegion !== undefined) throw operationNotPermittedOnReplica();
  return secret;
}
