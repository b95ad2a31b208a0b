import type { Clock } from '../../core/ports/clock.ts';
import { SecretsManagerException } from './exceptions.ts';

/** Request quotas in calls a second; the burst is one second's worth. */
export interface QuotaOptions {
  /** PutSecretValue, UpdateSecret and UpdateSecretVersionStage together. @default 50 */
  readonly writesPerSecond?: number;
}

const DEFAULT_WRITES_PER_SECOND = 50;

/**
 * A token bucket over the injected clock. It starts full and lives in memory:
 * throttling is no state of a secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export class WriteQuota {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, options: QuotaOptions) {
    this.#clock = clock;
    this.#perSecond = options.writesPerSecond ?? DEFAULT_WRITES_PER_SECOND;
    this.#tokens = this.#perSecond;
    this.#filledAt = clock.now().getTime();
  }

  /** @throws ThrottlingException when the bucket is empty. */
  take(): void {
    this.#fill();
    if (this.#tokens < 1) throw new SecretsManagerException('ThrottlingException', 'Rate exceeded');
    this.#tokens -= 1;
  }

  #fill(): void {
    const now = this.#clock.now().getTime();
    const earned = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + Math.max(0, earned));
    this.#filledAt = now;
  }
}
