import type { CredentialState, HistoryEvent } from '../../lib/core/domain/state.ts';
import type { Ledger } from '../../lib/core/ports/ledger.ts';
import type { PromptLink } from '../../lib/core/prompt/prompt-link.ts';

/**
 * The ledger of one credential. Unlike the fake that the other suites use, it
 * makes no copies: states are never changed in place, and a copy at each call
 * is a fifth of a run.
 */
export class ModelLedger implements Ledger {
  readonly #events = new Map<string, HistoryEvent>();
  readonly #links = new Map<string, PromptLink>();
  state: CredentialState | undefined;

  async load(): Promise<CredentialState | undefined> {
    return this.state;
  }

  async save(state: CredentialState): ReturnType<Ledger['save']> {
    if ((this.state?.version ?? 0) !== state.version) return { kind: 'overtaken' };
    this.state = Object.freeze({ ...state, version: state.version + 1 });
    return { kind: 'saved', state: this.state };
  }

  async record(event: HistoryEvent): Promise<void> {
    this.#events.set(event.id, event);
  }

  async history(_credential: string, limit: number): Promise<readonly HistoryEvent[]> {
    return [...this.#events.values()].slice(-limit).reverse();
  }

  async saveLink(link: PromptLink): Promise<void> {
    this.#links.set(link.hash, link);
  }

  async findLink(hash: string): Promise<PromptLink | undefined> {
    return this.#links.get(hash);
  }

  /** Nothing in the model is limited by a rate. */
  async countIn(): Promise<number> {
    return 1;
  }
}
