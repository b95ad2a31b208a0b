import { CountingWire, PASS, type Verdict, type WireCall } from '../../lib/sandbox/wire.ts';
import { PROBE } from './ledger-probe.ts';

/** The calls that change something outside the process. */
const WRITES: ReadonlySet<string> = new Set([
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'RotateSecret',
  'PutItem',
  'password.post',
  'changeOwnPassword',
  'login',
  'SendMessage',
]);
/** Calls that only tell people; a rotation does not depend on them. */
const NEWS: ReadonlySet<string> = new Set(['PutEvents', 'Publish']);
const CUT: Verdict = { kind: 'cut' };

/** In place of a name: whatever the process calls. */
export const ANY_CALL = 'call';
const ANY_WRITE = 'write';

/** Where a process dies: at one of its calls, with or without the call carried out. */
export interface DeathPoint {
  /** As `PutItem by advance`, or `ANY_CALL`. */
  readonly call: string;
  /** Which of these calls, counted from 1 at the start of the process's life. */
  readonly nth: number;
  readonly when: 'before' | 'after';
}

/** The same, by the number of the write, counted from 0 whatever the write is. */
interface NthWrite {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/**
 * A wire on which a process dies at a given call. The call breaks, before the
 * service sees it or before its answer is seen, and every later call breaks
 * too, until the process is replaced by a new one.
 */
export class CuttingWire extends CountingWire {
  readonly #counts = new Map<string, number>();
  #names: string[] = [];
  #writes: string[] = [];
  #death: DeathPoint | undefined;
  #last: WireCall | undefined;
  #dead = false;
  /** Called at once when a call was carried out, whether or not its answer will be seen. */
  onCarriedOut: (call: WireCall) => void = () => undefined;

  /** Dies at this point, counted from now. */
  arm(death: DeathPoint | NthWrite): void {
    this.record();
    this.#death = 'write' in death ? { ...death, call: ANY_WRITE, nth: death.write + 1 } : death;
  }

  /** Begins to record calls. */
  record(): void {
    this.calls.length = 0;
    this.#counts.clear();
    this.#names = [];
    this.#writes = [];
  }

  /** The calls since `arm` or `record`, each as `PutItem by advance`; without those that only tell people. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Those of them that change something. */
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
    if (NEWS.has(call.operation) || !this.#isDeath(call)) return super.before(call);
    if (this.#death?.when === 'before') return this.#die();
    this.#last = call;
    return super.before(call);
  }

  override after(call: WireCall): Verdict {
    if (!isOurs(call)) return PASS;
    this.onCarriedOut(call);
    return this.#dead || call === this.#last ? this.#die() : super.after(call);
  }

  /** Counts the call; whether it is the one to die at. */
  #isDeath(call: WireCall): boolean {
    const name = nameOf(call);
    const isWrite = WRITES.has(call.operation);
    this.#names.push(name);
    if (isWrite) this.#writes.push(name);
    for (const key of [name, ANY_CALL, ...(isWrite ? [ANY_WRITE] : [])]) {
      const count = (this.#counts.get(key) ?? 0) + 1;
      this.#counts.set(key, count);
      if (this.#death?.call === key && this.#death.nth === count) return true;
    }
    return false;
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

/**
 * The same in every sandbox and for each of two users: of an ARN the secret's
 * name is left, of a batch its first secret and the number of others, and of a
 * call to Salesforce the object of a query.
 */
function nameOf({ service, operation, caller, target = '' }: WireCall): string {
  if (service === 'salesforce') return operation === 'query' ? `query ${target}` : operation;
  const [first = '', ...others] = target.split(',');
  const secret = /^arn:aws:secretsmanager:[^:]*:\d*:secret:(.+)-\w{6}$/.exec(first)?.[1] ?? first;
  const about = others.length === 0 ? secret : `${secret}+${others.length}`;
  return [operation, about, caller === undefined ? '' : `by ${caller}`]
    .filter((part) => part !== '')
    .join(' ');
}
