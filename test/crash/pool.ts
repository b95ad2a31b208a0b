import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Task } from './worker.ts';

/** Sandboxes at work in one process: while one waits for a socket, another goes on. */
const TASKS_PER_WORKER = 3;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Worker processes that share the work. */
export class Pool {
  readonly #workers: readonly ChildProcess[];
  readonly #waiting = new Map<number, Waiting>();
  readonly #free: ChildProcess[];
  readonly #queue: (() => void)[] = [];
  #tasks = 0;

  constructor(size: number) {
    this.#workers = Array.from({ length: size }, () => fork(new URL('./worker.ts', import.meta.url)));
    this.#free = Array.from({ length: TASKS_PER_WORKER }, () => this.#workers).flat();
    for (const worker of this.#workers) {
      worker.on('message', (answer: Answer) => this.#answered(answer));
      worker.on('exit', (code) => this.#failAll(new Error(`a worker process ended with ${code}`)));
    }
  }

  /** @throws where the task could not be done. */
  async ask(task: Omit<Task, 'id'>): Promise<Answer> {
    const worker = await this.#turn();
    this.#tasks += 1;
    const id = this.#tasks;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        worker.send({ ...task, id });
      });
    } finally {
      this.#free.push(worker);
      this.#queue.shift()?.();
    }
  }

  close(): void {
    for (const worker of this.#workers) {
      worker.removeAllListeners('exit');
      worker.kill();
    }
  }

  async #turn(): Promise<ChildProcess> {
    for (;;) {
      const worker = this.#free.shift();
      if (worker !== undefined) return worker;
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.fault === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(answer.fault));
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
