import type { HistoryEvent } from '../../../lib/core/domain/state.ts';
import type { Notifier, OpenedPrompt } from '../../../lib/core/ports/notifier.ts';
import type { PokeQueue } from '../../../lib/core/ports/poke-queue.ts';
import type { Telemetry } from '../../../lib/core/ports/telemetry.ts';
import type { FleetFigures } from '../../../lib/core/watch/figures.ts';

/** Keeps the pokes as the queue delivers them: DelaySeconds within SQS's bounds. */
export class MemoryQueue implements PokeQueue {
  readonly pokes: { readonly credential: string; readonly afterSeconds: number }[] = [];

  async poke(credential: string, afterSeconds = 0): Promise<void> {
    this.pokes.push({ credential, afterSeconds: Math.min(900, Math.max(0, Math.ceil(afterSeconds))) });
  }
}

/** Keeps what was announced. */
export class MemoryNotifier implements Notifier {
  readonly announced: HistoryEvent[] = [];
  /** The prompts that came with them, in their order; `undefined` for an event without a link. */
  readonly prompts: (OpenedPrompt | undefined)[] = [];
  /** While set, nothing can be announced. */
  broken = false;

  async announce(event: HistoryEvent, prompt?: OpenedPrompt): Promise<void> {
    if (this.broken) throw new Error('the notifier is down');
    this.announced.push(event);
    this.prompts.push(prompt);
  }
}

/** Keeps what the operators' tools would see. */
export class MemoryTelemetry implements Telemetry {
  readonly events: HistoryEvent[] = [];
  readonly warnings: string[] = [];
  readonly looks: FleetFigures[] = [];
  readonly mails: Parameters<Telemetry['mail']>[0][] = [];
  readonly edits: Parameters<Telemetry['edit']>[0][] = [];

  event(event: HistoryEvent): void {
    this.events.push(event);
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  figures(figures: FleetFigures): void {
    this.looks.push(figures);
  }

  edit(notice: Parameters<Telemetry['edit']>[0]): void {
    this.edits.push(notice);
  }

  mail(outcome: Parameters<Telemetry['mail']>[0]): void {
    this.mails.push(outcome);
  }
}
