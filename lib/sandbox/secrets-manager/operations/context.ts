import type { Clock } from '../../../core/ports/clock.ts';
import type { EventFeed } from '../events.ts';
import type { WriteQuota } from '../quotas.ts';
import type { RandomBytes } from '../randomness.ts';
import type { RegionalStore } from '../regional-store.ts';
import type { RotationDriver } from '../rotation.ts';
import type { Secret } from '../secret.ts';

/** What the operations share, for one account and Region. */
export interface Context {
  readonly store: RegionalStore;
  readonly driver: RotationDriver;
  readonly events: EventFeed;
  readonly quota: WriteQuota | undefined;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly region: string;
  readonly accountId: string;
}

/** Every answer about one secret begins with these two. */
export function identityOf(secret: Secret): { ARN: string; Name: string } {
  return { ARN: secret.arn, Name: secret.name };
}

export function timeOf(context: Context): number {
  return context.clock.now().getTime();
}
