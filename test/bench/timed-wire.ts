import type { ServiceName, Verdict, WireCall } from '../../lib/sandbox/wire.ts';
import { MeteredWire } from './metered-wire.ts';

/** A stretch of time on the clock of `performance.now()`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Also knows when each call was under way. */
export class TimedWire extends MeteredWire {
  readonly #began = new Map<WireCall, number>();
  readonly #spans: (Span & { readonly service: ServiceName })[] = [];

  override before(call: WireCall): Verdict {
    this.#began.set(call, performance.now());
    return super.before(call);
  }

  override after(call: WireCall): Verdict {
    const from = this.#began.get(call) ?? Number.NaN;
    this.#spans.push({ service: call.service, from, to: performance.now() });
    return super.after(call);
  }

  /** Milliseconds within a span in which a call to one of these services, or several at once, was under way. */
  busyWith(services: readonly ServiceName[], within: Span): number {
    const clipped = this.#spans
      .filter(({ service }) => services.includes(service))
      .map(({ from, to }) => ({ from: Math.max(from, within.from), to: Math.min(to, within.to) }))
      .filter(({ from, to }) => to > from)
      .sort((a, b) => a.from - b.from);
    let busy = 0;
    let until = within.from;
    for (const { from, to } of clipped) {
      busy += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
    return busy;
  }
}
