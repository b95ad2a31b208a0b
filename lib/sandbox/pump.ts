import type { Clock } from '../core/ports/clock.ts';
import type { FunctionHost } from './function-host.ts';
import type { MailDelivery } from './mail/delivery.ts';
import type { Mailbox, StoredMail } from './mailbox.ts';
import type { Messages } from './messaging/messages.ts';
import type { SalesforceOrg } from './salesforce/org.ts';
import type { SecretsManagerEngine } from './secrets-manager/engine.ts';
import type { LabelInbox } from './secrets-manager/label-inbox.ts';

/** How often a running sandbox looks whether something is due. */
const LOOK_EVERY_MILLISECONDS = 100;
const WATCH_EVERY_MILLISECONDS = 300_000;
/** More rounds than any settling needs: two things that keep waking each other are a bug. */
const MAX_ROUNDS = 10_000;

export interface PumpParts {
  readonly clock: Clock;
  readonly messages: Messages;
  readonly mailbox: Mailbox;
  readonly mailDelivery: MailDelivery;
  readonly salesforce: SalesforceOrg;
  readonly secretsManager: SecretsManagerEngine;
  /** What the rule for labels has matched. */
  readonly labels: LabelInbox;
  readonly functions: FunctionHost;
}

/**
 * What calls the functions on AWS: the rotation schedule, the queue, the mail
 * receipt, the rule for labels of secrets, and the watch schedule. Each piece of due
 * work is done once, in order; nothing here knows what a rotation is.
 */
export class Pump {
  readonly #parts: PumpParts;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #nextWatchAt: number;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#nextWatchAt = parts.clock.now().getTime();
  }

  /** Looks again and again until `stop`. */
  run(): void {
    this.#timer ??= setInterval(() => {
      void this.settle();
    }, LOOK_EVERY_MILLISECONDS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#turn;
  }

  /** Does everything that is due by the clock, and what that makes due, until nothing is. */
  settle(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#settle());
    return this.#turn;
  }

  /** Runs the watch now, whatever the schedule says. */
  async tick(): Promise<unknown> {
    const report = await this.#parts.functions.invoke('watch', { source: 'aws.scheduler' });
    await this.settle();
    return report;
  }

  async #settle(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (!(await this.#doSomething())) return;
    }
    throw new Error('the sandbox does not settle');
  }

  /** The first piece of due work; false when there is none. */
  async #doSomething(): Promise<boolean> {
    const { clock, messages, mailbox, salesforce, secretsManager, labels } = this.#parts;
    const now = clock.now();
    if (isDue(salesforce.nextMailDueAt(), now)) {
      await salesforce.deliverDueMails();
      return true;
    }
    // Before what is poked: a deployment tests a secret's rotation before anybody asks for one.
    if (isDue(secretsManager.nextRotationDueAt(), now)) {
      await secretsManager.runDueRotations();
      return true;
    }
    const message = messages.receive();
    if (message !== undefined) {
      if (await this.#advance(message.id, message.body)) messages.delete(message.id);
      else messages.release(message);
      return true;
    }
    const mail = mailbox.nextDue();
    if (mail !== undefined) {
      mailbox.handled(mail, await this.#deliver(mail));
      return true;
    }
    const moved = labels.next(now);
    if (moved !== undefined) {
      labels.handled(moved, await this.#succeeds('watch', moved.event), now);
      return true;
    }
    if (now.getTime() >= this.#nextWatchAt) {
      this.#nextWatchAt = now.getTime() + WATCH_EVERY_MILLISECONDS;
      await this.#succeeds('watch', { source: 'aws.scheduler' });
      return true;
    }
    return false;
  }

  async #deliver(mail: StoredMail): Promise<boolean> {
    const event = this.#parts.mailDelivery.eventFor(mail);
    return event === undefined || this.#succeeds('mail', event);
  }

  async #advance(messageId: string, body: string): Promise<boolean> {
    try {
      const answer = await this.#parts.functions.invoke('advance', { Records: [{ messageId, body }] });
      return (answer as { batchItemFailures: unknown[] }).batchItemFailures.length === 0;
    } catch {
      return false;
    }
  }

  /** A function that failed has logged why; its caller only learns that it did. */
  async #succeeds(name: 'mail' | 'watch', event: unknown): Promise<boolean> {
    try {
      await this.#parts.functions.invoke(name, event);
      return true;
    } catch {
      return false;
    }
  }
}

function isDue(at: Date | undefined, now: Date): boolean {
  return at !== undefined && at <= now;
}
