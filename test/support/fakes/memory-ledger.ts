import type { CredentialState, HistoryEvent } from '../../../lib/core/domain/state.ts';
import type { Ledger } from '../../../lib/core/ports/ledger.ts';

/** The ledger in memory. Every answer is a copy, as one from the network is. */
export class MemoryLedger implements Ledger {
  readonly #items = new Map<string, string>();
  readonly #events = new Map<string, HistoryEvent>();
  /** Called before each operation; a test makes it wait or fail. */
  before: (operation: 'load' | 'save' | 'record') => Promise<void> = async () => undefined;
  saves = 0;

  async load(credential: string): Promise<CredentialState | undefined> {
    await this.before('load');
    return this.stored(credential);
  }

  async save(state: CredentialState): ReturnType<Ledger['save']> {
    await this.before('save');
    this.saves += 1;
    const version = this.stored(state.credential)?.version ?? 0;
    if (version !== state.version) return { kind: 'overtaken' };
    this.put({ ...state, version: version + 1 });
    return { kind: 'saved', state: { ...state, version: version + 1 } };
  }

  async record(event: HistoryEvent): Promise<void> {
    await this.before('record');
    this.#events.set(`${event.credential}#${event.at}#${event.id}`, event);
  }

  async history(credential: string, limit: number): Promise<readonly HistoryEvent[]> {
    return [...this.#events.entries()]
      .filter(([, event]) => event.credential === credential)
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .slice(0, limit)
      .map(([, event]) => event);
  }

  /** What is stored now, without a call. */
  stored(credential: string): CredentialState | undefined {
    const text = this.#items.get(credential);
    return text === undefined ? undefined : (JSON.parse(text) as CredentialState);
  }

  /** Puts an item without any condition: how a test begins. */
  put(state: CredentialState): void {
    this.#items.set(state.credential, JSON.stringify(state));
  }
}
