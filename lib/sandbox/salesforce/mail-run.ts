import type { Clock } from '../../core/ports/clock.ts';
import type { OrgState, PendingMail } from './state.ts';
import type { OutgoingMail } from './token-mail.ts';

/** Hands due mails over, one run at a time, so that no mail goes out twice by accident. */
export class MailRun {
  readonly #state: OrgState;
  readonly #clock: Clock;
  readonly #deliver: (mail: OutgoingMail) => Promise<void>;
  readonly #save: () => void;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    state: OrgState,
    clock: Clock,
    deliver: (mail: OutgoingMail) => Promise<void>,
    save: () => void,
  ) {
    this.#state = state;
    this.#clock = clock;
    this.#deliver = deliver;
    this.#save = save;
  }

  nextDueAt(): Date | undefined {
    const [first] = this.#inOrder();
    return first === undefined ? undefined : new Date(first.dueAt);
  }

  deliverDue(): Promise<void> {
    const run = this.#running.then(() => this.#runOnce());
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #runOnce(): Promise<void> {
    const now = this.#clock.now().getTime();
    const failures: unknown[] = [];
    for (const mail of this.#inOrder().filter((waiting) => Date.parse(waiting.dueAt) <= now)) {
      try {
        await this.#deliver({ from: mail.from, to: mail.to, raw: mail.raw });
        this.#forget(mail);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} mails not delivered`);
  }

  #forget(mail: PendingMail): void {
    this.#state.pendingMails = this.#state.pendingMails.filter((other) => other.serial !== mail.serial);
    this.#save();
  }

  #inOrder(): PendingMail[] {
    return [...this.#state.pendingMails].sort(
      (left, right) => left.dueAt.localeCompare(right.dueAt) || left.serial - right.serial,
    );
  }
}
