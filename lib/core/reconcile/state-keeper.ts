import { type CredentialState, type HistoryEvent, unknownState } from '../domain/state.ts';
import { LedgerContention } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { Teller, type ToldCredential } from '../prompt/teller.ts';

const MAX_OVERTAKEN = 10;

/**
 * Holds the state of one credential during a run.
 *
 * Each write carries its events with it (the outbox), so that a crash between
 * the write and the telling loses none: the next run finds them and tells them.
 * Telling is therefore at least once, and a failing notifier delays the telling
 * but never a rotation. The log has each event as soon as it is written.
 */
export class StateKeeper {
  readonly #ports: Ports;
  readonly #credential: string;
  readonly #teller: Teller;
  #state: CredentialState;
  /** Events in the stored item, told or not. */
  #storedOutbox: readonly HistoryEvent[];
  #untold: readonly HistoryEvent[];

  private constructor(ports: Ports, credential: ToldCredential, stored: CredentialState | undefined) {
    this.#ports = ports;
    this.#credential = credential.name;
    this.#teller = new Teller(ports, credential);
    this.#storedOutbox = stored?.outbox ?? [];
    this.#untold = this.#storedOutbox;
    this.#state = {
      ...(stored ?? unknownState(credential.name, ports.clock.now().toISOString())),
      outbox: [],
    };
  }

  static async load(ports: Ports, credential: ToldCredential): Promise<StateKeeper> {
    return new StateKeeper(ports, credential, await ports.ledger.load(credential.name));
  }

  get state(): CredentialState {
    return this.#state;
  }

  /** Whether the ledger had no item: it is new, or it was lost. */
  get isUnknown(): boolean {
    return this.#state.version === 0;
  }

  /** Writes the next state. `overtaken`: another run wrote first; its state has been loaded instead. */
  async save(next: CredentialState): Promise<'saved' | 'overtaken'> {
    const outbox = [...this.#untold, ...next.outbox];
    const result = await this.#ports.ledger.save({ ...next, outbox });
    if (result.kind === 'overtaken') {
      await this.#reload();
      return 'overtaken';
    }
    this.#state = { ...result.state, outbox: [] };
    this.#storedOutbox = outbox;
    this.#untold = outbox;
    for (const event of next.outbox) this.#ports.telemetry.event(event);
    return 'saved';
  }

  /** Applies a change to whatever the state is, as often as others overtake; `undefined` means no change is wanted. */
  async update(change: (state: CredentialState) => CredentialState | undefined): Promise<CredentialState> {
    for (let turn = 0; turn < MAX_OVERTAKEN; turn += 1) {
      const next = change(this.#state);
      if (next === undefined || (await this.save(next)) === 'saved') return this.#state;
    }
    throw new LedgerContention(this.#credential);
  }

  /**
   * As `update`, for what concerns one rotation only: a run that others have
   * left behind finds that its rotation is over, and changes nothing.
   */
  async updateRotation(
    id: string | undefined,
    change: (state: CredentialState) => CredentialState | undefined,
  ): Promise<CredentialState> {
    return this.update((state) =>
      id !== undefined && state.rotation?.id === id ? change(state) : undefined,
    );
  }

  /** Loads what others have written since. */
  async refresh(): Promise<CredentialState> {
    await this.#reload();
    return this.#state;
  }

  /**
   * At the end of a run, however it ended: tells what was not told, and forgets
   * what was. Told late, so that no slow notifier lengthens an outage; never
   * throws, so that it hides no other fault: what could not be told stays in the
   * state for the next run.
   */
  async settle(): Promise<void> {
    await this.#tell();
    if (this.#storedOutbox.length === 0 || this.#untold.length > 0) return;
    try {
      await this.save(this.#state);
    } catch (error) {
      this.#ports.telemetry.warn(`the events of "${this.#credential}" will be told again`, error);
    }
  }

  async #reload(): Promise<void> {
    const stored = await this.#ports.ledger.load(this.#credential);
    this.#storedOutbox = stored?.outbox ?? [];
    this.#untold = this.#storedOutbox;
    this.#state = {
      ...(stored ?? unknownState(this.#credential, this.#ports.clock.now().toISOString())),
      outbox: [],
    };
  }

  async #tell(): Promise<void> {
    const failed: HistoryEvent[] = [];
    for (const event of this.#untold) {
      try {
        await this.#teller.tell(event, this.#state);
      } catch (error) {
        failed.push(event);
        this.#ports.telemetry.warn(
          `event "${event.type}" of "${event.credential}" could not be told yet`,
          error,
        );
      }
    }
    this.#untold = failed;
  }
}
