import { SecretsManagerException } from '../../lib/sandbox/secrets-manager/exceptions.ts';
import { WriteQuota } from '../../lib/sandbox/secrets-manager/quotas.ts';
import { CountingWire, type Verdict, type WireCall } from '../../lib/sandbox/wire.ts';

const LATENCY_MILLISECONDS = 20;
export const WRITES_PER_SECOND = 50;

/** What the quota of writes counts. */
const WRITES: readonly string[] = ['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage'];

interface AnsweredCall extends WireCall {
  /** When the service had done it, on the clock of `performance.now()`. */
  readonly at: number;
}

/**
 * A wire as slow as one to the services: each call to each of them takes 20 ms
 * more. Writes to Secrets Manager have to pass the sandbox's own quota in real
 * time; what exceeds it is throttled, at once and without the 20 ms.
 */
export class MeteredWire extends CountingWire {
  readonly #quota = new WriteQuota({ now: () => new Date() }, { writesPerSecond: WRITES_PER_SECOND });
  readonly answered: AnsweredCall[] = [];
  throttled = 0;

  override before(call: WireCall): Verdict {
    super.before(call);
    return this.#throttle(call) ?? { kind: 'delay', milliseconds: LATENCY_MILLISECONDS };
  }

  override after(call: WireCall): Verdict {
    this.answered.push({ ...call, at: performance.now() });
    return super.after(call);
  }

  #throttle({ service, operation }: WireCall): Verdict | undefined {
    if (service !== 'secretsManager' || !WRITES.includes(operation)) return undefined;
    try {
      this.#quota.take();
      return undefined;
    } catch (error) {
      if (!(error instanceof SecretsManagerException)) throw error;
      this.throttled += 1;
      return { kind: 'fail', status: 400, code: error.code, message: error.message };
    }
  }
}
