import type { HistoryEvent } from '../domain/state.ts';
import type { FleetFigures } from '../watch/figures.ts';

/** What the operators' tools see of a run: log lines and counters. Never a secret value. */
export interface Telemetry {
  event(event: HistoryEvent): void;
  warn(message: string, error: unknown): void;
  figures(figures: FleetFigures): void;
  /** One mail that came in, and what became of it. Nothing of what it says. */
  mail(outcome: {
    readonly kind: 'unreadable' | 'nobody-waits' | 'refused' | 'offered' | 'not-yet';
    readonly reason: string | undefined;
  }): void;
  /** Secrets Manager said that a secret has another version, and what was made of it. */
  edit(notice: { readonly kind: 'due' | 'known' | 'not-ours'; readonly secret: string }): void;
}
