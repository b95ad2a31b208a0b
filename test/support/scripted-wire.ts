import { CountingWire, PASS, type Verdict, type WireCall } from '../../lib/sandbox/wire.ts';
import { PROBE } from './ledger-probe.ts';

export interface Rule {
  readonly operation: string;
  /** Part of the secret id or username that the call is about. */
  readonly target?: string;
  /** Which function calls; any, when absent. */
  readonly caller?: string;
  /** @default before */
  readonly when?: 'before' | 'after';
  /** Which of the calls that match: 1 is the first; absent, every one. */
  readonly nth?: number;
  /** What happens at that moment; a verdict where the call does not pass. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a rule that only does something returns nothing
  readonly does: (call: WireCall) => Verdict | void;
}

export const CUT: Verdict = { kind: 'cut' };

export function fail(code: string, message = 'injected', status = 400): Verdict {
  return { kind: 'fail', status, code, message };
}

/** A wire on which something happens at named calls: a fault, or what somebody else does at that very moment. */
export class ScriptedWire extends CountingWire {
  readonly #rules: { readonly rule: Rule; seen: number }[] = [];

  on(rule: Rule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  /** From now on everything passes. */
  clear(): void {
    this.#rules.length = 0;
  }

  /** How often a call was seen, whatever became of it. */
  seen(operation: string, target = ''): number {
    return this.calls.filter((call) => call.operation === operation && (call.target ?? '').includes(target))
      .length;
  }

  override before(call: WireCall): Verdict {
    if (call.caller === PROBE) return PASS;
    super.before(call);
    return this.#judge(call, 'before');
  }

  override after(call: WireCall): Verdict {
    return call.caller === PROBE ? PASS : this.#judge(call, 'after');
  }

  #judge(call: WireCall, when: 'before' | 'after'): Verdict {
    for (const entry of this.#rules) {
      if (!matches(entry.rule, call) || (entry.rule.when ?? 'before') !== when) continue;
      entry.seen += 1;
      if (entry.rule.nth !== undefined && entry.rule.nth !== entry.seen) continue;
      const verdict = entry.rule.does(call);
      if (verdict !== undefined) return verdict;
    }
    return PASS;
  }
}

function matches(rule: Rule, call: WireCall): boolean {
  return (
    rule.operation === call.operation &&
    (rule.target === undefined || (call.target ?? '').includes(rule.target)) &&
    (rule.caller === undefined || rule.caller === call.caller)
  );
}
