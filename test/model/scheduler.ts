import { type Fate, settled, type Worker } from './worker.ts';

/** More than any run can need; reaching it means that two things keep waking each other. */
const MOST_CALLS = 3_000;

/** An invocation that is not over. */
export interface Running {
  readonly worker: Worker;
  /** Whoever called it takes it for timed out and calls again, although it goes on. */
  readonly giveUp: () => void;
  /** How many rotations were completed when it began. */
  readonly bornAfter: number;
  /** Paused: it goes on only when it is picked. */
  held: boolean;
}

export interface Surroundings {
  /** Starts what waits for nobody; false where there is nothing. */
  startDue(): boolean;
  /** Takes one message from the queue, if one is due. */
  deliver(): boolean;
  /** Hears of each call before and after it is made. */
  before(running: Running, fate: Fate): void;
  after(): void;
}

/** Decides whose call is made next. Workers are picked by number; the youngest is number 0. */
export class Scheduler {
  readonly #around: Surroundings;
  #running: readonly Running[] = [];

  constructor(around: Surroundings) {
    this.#around = around;
  }

  get running(): readonly Running[] {
    return this.#running;
  }

  add(running: Running): void {
    this.#running = [running, ...this.#running];
  }

  remove(worker: Worker): void {
    this.#running = this.#running.filter((running) => running.worker !== worker);
  }

  /** Lets some calls of one worker be made, the first of them with a fate of its own. */
  async step(which: number, calls: number, fate: Fate): Promise<void> {
    const running = this.#pick(which);
    for (let made = 0; made < calls && running?.worker.isAlive; made += 1)
      await this.#release(running, made === 0 ? fate : 'answered');
  }

  hold(which: number): void {
    const running = this.#pick(which);
    if (running !== undefined) running.held = true;
  }

  /** A worker is paused for so long that its caller takes it for dead. */
  async orphan(which: number): Promise<Running | undefined> {
    const running = this.#pick(which);
    if (running === undefined) return undefined;
    running.held = true;
    running.giveUp();
    await this.settle();
    return running;
  }

  /** Lets everything that is not paused go on by turns, and what begins because of it; at most so many calls. */
  async drive(calls: number): Promise<void> {
    for (let made = 0; made < calls; ) {
      const free = this.#running.filter(({ held }) => !held).slice(0, calls - made);
      if (free.length === 0 && !this.#around.deliver()) return;
      for (const running of free) await this.#release(running, 'answered');
      made += free.length;
    }
  }

  /** Lets one worker come to its end. */
  async finish(running: Running): Promise<void> {
    while (running.worker.isAlive) await this.#release(running, 'answered');
  }

  /** Lets everything come to its end, the paused ones as well. */
  async finishAll(): Promise<void> {
    for (const running of this.#running) running.held = false;
    await this.drive(MOST_CALLS);
    if (this.#running.length > 0) throw new Error('the workers do not come to an end');
  }

  /** Everything that waits for nobody happens. */
  async settle(): Promise<void> {
    await settled();
    while (this.#around.startDue()) await settled();
  }

  #pick(which: number): Running | undefined {
    return this.#running[which % Math.max(1, this.#running.length)];
  }

  async #release(running: Running, fate: Fate): Promise<void> {
    this.#around.before(running, fate);
    running.worker.release(fate);
    await this.settle();
    this.#around.after();
  }
}
