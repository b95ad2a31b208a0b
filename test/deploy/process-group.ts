import type { ChildProcess } from 'node:child_process';

/** For `spawn`: the process and all that it starts can be signalled together. */
export const ownGroup = { detached: true } as const;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/**
 * Ends a process, and everything that it started, when this process ends.
 *
 * @returns what to call when it has ended by itself.
 */
export function endWithThisProcess(child: ChildProcess): () => void {
  running.add(child);
  return () => running.delete(child);
}

/** Signals a process of its own group and everything that it started; nothing, if all of it has ended. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
