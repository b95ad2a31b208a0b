import type { CredentialState, HistoryEvent } from '../domain/state.ts';
import type { PromptLink } from '../prompt/prompt-link.ts';

/**
 * The ledger: one item per credential and its history. Single-item conditional
 * writes only; it never receives a secret value.
 */
export interface Ledger {
  load(credential: string): Promise<CredentialState | undefined>;
  /** Writes the state if the stored version is `state.version`, as `state.version + 1`. */
  save(
    state: CredentialState,
  ): Promise<{ readonly kind: 'saved'; readonly state: CredentialState } | { readonly kind: 'overtaken' }>;
  /** Adds an event to the history; adding the same event again changes nothing. */
  record(event: HistoryEvent): Promise<void>;
  /** The newest events first. */
  history(credential: string, limit: number): Promise<readonly HistoryEvent[]>;
  /** Keeps a link to a prompt until it expires, and perhaps for some days more. */
  saveLink(link: PromptLink): Promise<void>;
  findLink(hash: string): Promise<PromptLink | undefined>;
  /**
   * Counts one more of something in the present window of so many seconds, and
   * tells how many there were in it. Windows follow one another without overlap.
   */
  countIn(key: string, windowSeconds: number): Promise<number>;
}
