/**
 * PutSecretValue and UpdateSecretVersionStage together are allowed 50 times a
 * second in an account and Region. With these two numbers no second has more.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const WRITES_PER_SECOND = 45;
/** What may go out at once after a pause. */
const BURST = 5;

export interface Timer {
  /** Milliseconds, from any starting point, that only grow. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * A token bucket: `turn` resolves when the next write may go out, in the order
 * of the calls. It keeps this process below the quota; what others use up of it
 * is answered with throttling, and repeated by the SDK.
 */
export class WritePace {
  readonly #timer: Timer;
  /** When the bucket would be full, in the timer's milliseconds. */
  #fullAt: number;

  constructor(timer: Timer = systemTimer) {
    this.#timer = timer;
    this.#fullAt = timer.now();
  }

  async turn(): Promise<void> {
    const now = this.#timer.now();
    this.#fullAt = Math.max(now, this.#fullAt) + 1_000 / WRITES_PER_SECOND;
    const wait = this.#fullAt - now - (BURST * 1_000) / WRITES_PER_SECOND;
    if (wait > 0) await this.#timer.sleep(wait);
  }
}
