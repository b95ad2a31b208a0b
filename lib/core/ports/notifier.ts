import type { HistoryEvent } from '../domain/state.ts';

/** Tells people and other systems. At least once: the same event may be told again after a crash. */
export interface Notifier {
  announce(event: HistoryEvent): Promise<void>;
}
