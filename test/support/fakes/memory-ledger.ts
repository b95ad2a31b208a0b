import type { CredentialState, HistoryEvent } from '../../../lib/core/domain/state.ts';
import type { Clock } from '../../../lib/core/ports/clock.ts';
import type { Ledger } from '../../../lib/core/ports/ledger.ts';

import type { PromptLink } from '../../../lib/core/prompt/prompt-link.ts';

/** The ledger in memory. Every answer is a copy, as one from the network is. */
export class MemoryLedger implements Ledger {
  readonly #items = new Map<string, string>();
  readonly #events = new Map<string, HistoryEvent>();
  /** Called before each operation; a test makes it wait or fail. */
  before: (operation: 'load' | 'save' | 'record' | 'saveLink' | 'findLink') => Promise<void> = async () =>
    undefined;
  saves = 0;
  /** The links that were ever saved, oldest first. */
  readonly links: PromptLink[] = [];
  readonly #counts = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

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

  async saveLink(link: PromptLink): Promise<void> {
    await this.before('saveLink');
    this.links.push({ ...link });
  }

  async findLink(hash: string): Promise<PromptLink | undefined> {
    await this.before('findLink');
    return this.links.find((link) => link.hash === hash);
  }

  async countIn(key: string, windowSeconds: number): Promise<number> {
    const window = `${key}#${windowSeconds}#${Math.floor(this.#clock.now().getTime() / (windowSeconds * 1_000))}`;
    const count = (this.#counts.get(window) ?? 0) + 1;
    this.#counts.set(window, count);
    return count;
  }

  /** What is stored now, without a call. */
  stored(credential: string): CredentialState | undefined {
    const text = this.#items.get(credential);
    return text === undefined ? undefined : (JSON.parse(text) as CredentialState);
  }

  /** Everything is lost. */
  clear(): void {
    this.#items.clear();
    this.#events.clear();
  }

  /** Puts an item without any condition: how a test begins. */
  put(state: CredentialState): void {
    this.#items.set(state.credential, JSON.stringify(state));
  }
}
