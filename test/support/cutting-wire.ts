import { CountingWire, PASS, type Verdict, type WireCall } from '../../lib/sandbox/wire.ts';
import { PROBE } from './ledger-probe.ts';

/** The calls that change something outside the process. */
const WRITES: ReadonlySet<string> = new Set([
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'RotateSecret',
  'PutItem',
  'password.post',
  'login',
  'SendMessage',
]);
const CUT: Verdict = { kind: 'cut' };

/** Where a process dies: at its n-th write from now on, with or without the write carried out. */
export interface DeathPoint {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/**
 * A wire on which a process dies at a given write. The call breaks, before the
 * service sees it or before its answer is seen, and every later call breaks
 * too, until the process is replaced by a new one.
 */
export class CuttingWire extends CountingWire {
  #writes: string[] = [];
  #death: DeathPoint | undefined;
  #last: WireCall | undefined;
  #dead = false;

  /** Dies at this point, counted from now. */
  arm(death: DeathPoint): void {
    this.#writes = [];
    this.#death = death;
  }

  /** Begins to record writes. */
  record(): void {
    this.#writes = [];
  }

  /** The writes since `arm` or `record`, as `PutItem by advance`. */
  get writes(): readonly string[] {
    return this.#writes;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** A new process takes over. */
  revive(): void {
    this.#dead = false;
    this.#death = undefined;
    this.#last = undefined;
  }

  override before(call: WireCall): Verdict {
    if (!isOurs(call)) return PASS;
    if (this.#dead) return CUT;
    if (!WRITES.has(call.operation)) return super.before(call);
    const index = this.#writes.push(describe(call)) - 1;
    if (this.#death?.write !== index) return super.before(call);
    if (this.#death.when === 'before') return this.#die();
    this.#last = call;
    return super.before(call);
  }

  override after(call: WireCall): Verdict {
    if (!isOurs(call)) return PASS;
    return this.#dead || call === this.#last ? this.#die() : super.after(call);
  }

  #die(): Verdict {
    this.#dead = true;
    return CUT;
  }
}

/** What the test looks up by itself works whoever is dead. */
function isOurs(call: WireCall): boolean {
  return call.caller !== PROBE;
}

function describe({ operation, caller, target }: WireCall): string {
  return [
    operation,
    ...(target === undefined ? [] : [target]),
    ...(caller === undefined ? [] : ['by', caller]),
  ].join(' ');
}
