import type { Clock } from '../../core/ports/clock.ts';
import type { EventFeed } from './events.ts';
import type { RandomBytes } from './randomness.ts';
import {
  canContinue,
  endedTest,
  failedRun,
  type RetryOptions,
  scheduledRotation,
  succeededRotation,
} from './runs.ts';
import { CURRENT, holderOf, type Run, type Secret, unfinishedVersion, type Writer } from './secret.ts';
import type { SecretStore } from './store.ts';

export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

/** What a rotation function is invoked with. */
export interface RotationEvent {
  readonly Step: RotationStep;
  /** The complete ARN. */
  readonly SecretId: string;
  /** The id of the version to make. */
  readonly ClientRequestToken: string;
  /** To be passed on to PutSecretValue by a function that assumes another role. */
  readonly RotationToken: string;
}

/** Runs a function to its end; rejects when the function fails or times out. */
export type InvokeRotation = (functionArn: string, event: RotationEvent) => Promise<void>;

export interface RotationDriverOptions {
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly events: EventFeed;
  readonly invokeRotation: InvokeRotation;
  readonly retry: RetryOptions;
  readonly autoRun: boolean;
  readonly requireRotationToken: boolean;
}

const STEPS: Readonly<Record<Run['kind'], readonly RotationStep[]>> = {
  rotation: ['createSecret', 'setSecret', 'testSecret', 'finishSecret'],
  test: ['testSecret'],
};

/**
 * Drives rotation functions through their steps. What is to be run is in the
 * journal, so a rotation that was in flight when the process died is run again
 * from its first step with the same version id.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export class RotationDriver {
  readonly #options: RotationDriverOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #inStep = new Set<string>();

  constructor(options: RotationDriverOptions) {
    this.#options = options;
  }

  isRunning(arn: string): boolean {
    return this.#running.has(arn);
  }

  /** Called when a run was made due: starts it in the background if that is wanted. */
  due(arn: string): void {
    if (!this.#options.autoRun) return;
    void this.#track(arn, () => new Promise((resolve) => setImmediate(resolve)));
  }

  /** Starts what the schedule asks for, then tries everything that is due until nothing is. */
  async runDue(): Promise<void> {
    this.#openWindows();
    const due = this.#options.store.all().filter((secret) => this.#isDue(secret));
    if (due.length === 0) return;
    await Promise.all(due.map((secret) => this.#track(secret.arn, () => Promise.resolve())));
    await this.runDue();
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** The earliest moment at which `runDue` will have something to do. */
  nextDueAt(): Date | undefined {
    const moments = this.#options.store.all().flatMap((secret) => {
      const scheduled =
        secret.rotation?.enabled && !secret.deletesAt ? secret.rotation.windowOpensAt : undefined;
      const tried = this.isRunning(secret.arn) ? undefined : secret.run?.dueAt;
      return [tried, scheduled].filter((moment) => moment !== undefined);
    });
    return moments.length === 0 ? undefined : new Date(Math.min(...moments));
  }

  /**
   * Who writes a version. AWS goes by the caller's identity; here a write is
   * the function's if it names the run's version and comes while a step runs,
   * or if it carries the run's rotation token.
   */
  writerOf(secret: Secret, versionId: string, rotationToken: string | undefined): Writer {
    const run = secret.run;
    if (run?.kind !== 'rotation' || run.versionId !== versionId) return 'caller';
    if (rotationToken !== undefined)
      return rotationToken === run.rotationToken ? 'rotation-function' : 'caller';
    if (this.#options.requireRotationToken) return 'caller';
    return this.#inStep.has(secret.arn) ? 'rotation-function' : 'caller';
  }

  #track(arn: string, first: () => Promise<void>): Promise<void> {
    const running = this.#running.get(arn);
    if (running) return running;
    const started = first()
      .then(() => this.#drive(arn))
      .finally(() => this.#running.delete(arn));
    // A background run has no caller to reject to; `settled` still rejects.
    started.catch(() => undefined);
    this.#running.set(arn, started);
    return started;
  }

  async #drive(arn: string): Promise<void> {
    for (;;) {
      const secret = this.#options.store.byArn(arn);
      if (!secret?.run || !this.#isDue(secret)) return;
      await this.#attempt(secret, secret.run);
    }
  }

  async #attempt(secret: Secret, run: Run): Promise<void> {
    if (!canContinue(secret, run)) {
      this.#options.store.commit({ ...secret, run: undefined });
      return;
    }
    const prefix = run.kind === 'test' ? 'TestRotation' : 'Rotation';
    this.#options.events.rotation(`${prefix}Started`, secret.arn);
    const error = await this.#steps(secret.arn, run);
    const after = this.#current(secret.arn, run);
    if (!after) return;
    const now = this.#options.clock.now().getTime();
    if (error === undefined) {
      this.#options.store.commit(run.kind === 'test' ? endedTest(after, run) : succeededRotation(after, now));
      this.#options.events.rotation(`${prefix}Succeeded`, secret.arn);
    } else {
      this.#options.store.commit(failedRun(after, run, this.#options.retry, now));
      this.#options.events.rotation(`${prefix}Failed`, secret.arn, error);
    }
  }

  /** Runs every step; says what went wrong, in the service's words. */
  async #steps(arn: string, run: Run): Promise<string | undefined> {
    for (const step of STEPS[run.kind]) {
      const secret = this.#current(arn, run);
      if (!secret?.rotation) return undefined;
      const foreign = foreignPending(secret);
      if (foreign !== undefined) return foreign;
      const failed = await this.#step(secret, secret.rotation.functionArn, run, step);
      if (failed !== undefined) return failed;
    }
    const secret = this.#current(arn, run);
    return secret && run.kind === 'rotation'
      ? (foreignPending(secret) ?? notPromoted(secret, run))
      : undefined;
  }

  async #step(
    secret: Secret,
    functionArn: string,
    run: Run,
    step: RotationStep,
  ): Promise<string | undefined> {
    this.#inStep.add(secret.arn);
    try {
      await this.#options.invokeRotation(functionArn, {
        Step: step,
        SecretId: secret.arn,
        ClientRequestToken: run.versionId,
        RotationToken: run.rotationToken,
      });
      return undefined;
    } catch {
      return `Error when executing lambda ${functionArn} during ${step} step`;
    } finally {
      this.#inStep.delete(secret.arn);
    }
  }

  /** The secret, as long as this run is still its run: not cancelled, abandoned or replaced. */
  #current(arn: string, run: Run): Secret | undefined {
    const secret = this.#options.store.byArn(arn);
    return secret?.run?.rotationToken === run.rotationToken ? secret : undefined;
  }

  #openWindows(): void {
    const { store, random, clock } = this.#options;
    const now = clock.now().getTime();
    for (const secret of store.all()) {
      const opensAt = secret.rotation?.enabled ? secret.rotation.windowOpensAt : undefined;
      if (opensAt === undefined || opensAt > now || secret.deletesAt !== undefined) continue;
      store.commit(scheduledRotation(secret, random, now));
    }
  }

  #isDue(secret: Secret): boolean {
    const dueAt = secret.run?.dueAt;
    return dueAt !== undefined && dueAt <= this.#options.clock.now().getTime();
  }
}

/**
 * A pending value that the function did not write poisons the rotation.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
 */
function foreignPending(secret: Secret): string | undefined {
  const pending = unfinishedVersion(secret);
  if (!pending?.value || pending.writtenBy === 'rotation-function') return undefined;
  return (
    `Pending secret version ${pending.id} for Secret ${secret.arn} was not created by Lambda ` +
    `${secret.rotation?.functionArn}. Remove the AWSPENDING staging label and restart rotation`
  );
}

function notPromoted(secret: Secret, run: Run): string | undefined {
  if (holderOf(secret, CURRENT)?.id === run.versionId) return undefined;
  return `The rotation function ended without moving ${CURRENT} to version ${run.versionId}`;
}
