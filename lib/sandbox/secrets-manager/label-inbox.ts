import type { LabelEvent, SecretsManagerEvent } from './events.ts';

/** Lambda calls a function that failed twice more, after one minute and after two. */
const RETRY_AFTER_SECONDS = [60, 120];

interface Arrived {
  readonly event: LabelEvent;
  readonly failures: number;
  readonly dueAt: number;
}

/**
 * The deployed rule: it hands to `watch` that a credential secret has another
 * current version, whoever wrote it, the service among others. Each event once and
 * in its order, which EventBridge does not promise. What a sandbox that is killed
 * had still to hand over is lost; the function's own looks make up for that.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class LabelInbox {
  readonly #secrets: ReadonlySet<string>;
  #waiting: readonly Arrived[] = [];

  /** @param secrets The names that the rule is about. */
  constructor(secrets: Iterable<string>) {
    this.#secrets = new Set(secrets);
  }

  receive(event: SecretsManagerEvent): void {
    if (event['detail-type'] !== 'Secret Label Updated') return;
    const { name, labelUpdated } = event.detail;
    if (labelUpdated !== 'AWSCURRENT' || !this.#secrets.has(name)) return;
    this.#waiting = [...this.#waiting, { event, failures: 0, dueAt: 0 }];
  }

  /** The first that is to be handed over now. */
  next(now: Date): Arrived | undefined {
    return this.#waiting.find(({ dueAt }) => dueAt <= now.getTime());
  }

  handled(arrived: Arrived, succeeded: boolean, now: Date): void {
    const others = this.#waiting.filter((waiting) => waiting !== arrived);
    const after = RETRY_AFTER_SECONDS[arrived.failures];
    const isOver = succeeded || after === undefined;
    const again = { ...arrived, failures: arrived.failures + 1, dueAt: now.getTime() + (after ?? 0) * 1_000 };
    this.#waiting = isOver ? others : [...others, again];
  }
}
