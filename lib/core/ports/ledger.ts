import type { CredentialState, HistoryEvent } from '../domain/state.ts';

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
}
