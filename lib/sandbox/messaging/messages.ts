import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  dueAt: number;
  receives: number;
}

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly at: string;
}

export interface Notification {
  readonly topicArn: string;
  readonly subject: string;
  /** What a subscription gets whose protocol has no form of its own. */
  readonly message: string;
  /** The forms of single protocols, such as `email`. */
  readonly forms: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: string;
}

/** A mail that was given to SES. */
export interface OutgoingMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: string;
}

/** How long a message is invisible after a delivery that failed, and how often it is tried: the deployment's values. */
const VISIBILITY_SECONDS = 30;
const MAX_RECEIVES = 5;

/**
 * One SQS queue with a dead-letter queue, one EventBridge bus, one SNS topic, and what SES sends.
 * Kept in memory: a lost poke only costs a delay, and the sandbox pokes anew
 * when it starts.
 */
export class Messages {
  readonly #clock: Clock;
  #queue: QueueMessage[] = [];
  readonly deadLetters: QueueMessage[] = [];
  readonly events: BusEvent[] = [];
  readonly notifications: Notification[] = [];
  readonly mails: OutgoingMail[] = [];
  /** Called for each event on the bus, as a rule's target would be. */
  onEvent: (event: BusEvent) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(body: string, delaySeconds: number): string {
    const id = randomUUID();
    this.#queue.push({ id, body, dueAt: this.#clock.now().getTime() + delaySeconds * 1_000, receives: 0 });
    return id;
  }

  putEvent(event: BusEvent): void {
    this.events.push(event);
    this.onEvent(event);
  }

  notify(notification: Notification): void {
    this.notifications.push(notification);
  }

  mail(mail: OutgoingMail): void {
    this.mails.push(mail);
  }

  /** Takes the next due message out of sight. */
  receive(): QueueMessage | undefined {
    const now = this.#clock.now().getTime();
    const message = this.#queue
      .filter((candidate) => candidate.dueAt <= now)
      .sort((a, b) => a.dueAt - b.dueAt)[0];
    if (message === undefined) return undefined;
    message.receives += 1;
    message.dueAt = now + VISIBILITY_SECONDS * 1_000;
    return message;
  }

  /** The delivery succeeded. */
  delete(id: string): void {
    this.#queue = this.#queue.filter((message) => message.id !== id);
  }

  /** The delivery failed: it becomes visible again later, or is dead. */
  release(message: QueueMessage): void {
    if (message.receives < MAX_RECEIVES) return;
    this.delete(message.id);
    this.deadLetters.push(message);
  }

  nextDueAt(): number | undefined {
    return this.#queue.length === 0 ? undefined : Math.min(...this.#queue.map((message) => message.dueAt));
  }
}
