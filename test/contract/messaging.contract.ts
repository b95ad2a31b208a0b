import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HistoryEvent } from '../../lib/core/domain/state.ts';
import type { Notifier } from '../../lib/core/ports/notifier.ts';
import type { PokeQueue } from '../../lib/core/ports/poke-queue.ts';

export interface MessagingBench {
  readonly queue: PokeQueue;
  readonly notifier: Notifier;
  /** Credentials of the pokes that are due so many seconds from the start. */
  dueAfter(seconds: number): readonly string[];
  /** Messages that reached somebody. */
  told(): readonly string[];
  /** From now on nothing gets through. */
  breakDown(): void;
  stop(): Promise<void>;
}

export const BLOCKED: HistoryEvent = {
  id: '00000008-0',
  at: '2026-11-01T12:00:00.000Z',
  type: 'Rotation Blocked',
  credential: 'billing',
  phase: 'blocked',
  message: 'The user "é" is <frozen> & waits.',
  remedy: 'Unfreeze.',
};

/** What core relies on, whatever carries the messages. */
export function messagingContract(name: string, start: () => Promise<MessagingBench>): void {
  describe(`messaging: ${name}`, () => {
    let bench: MessagingBench;
    beforeEach(async () => {
      bench = await start();
    });
    afterEach(() => bench.stop());

    test('a poke names the credential and is due at once', async () => {
      await bench.queue.poke('billing');
      expect(bench.dueAfter(0)).toEqual(['billing']);
    });

    test('a poke for later is due then, 15 minutes on at the latest', async () => {
      await bench.queue.poke('soon', 59.2);
      await bench.queue.poke('late', 86_400);
      expect(bench.dueAfter(59)).toEqual([]);
      expect(bench.dueAfter(60)).toEqual(['soon']);
      expect(bench.dueAfter(899)).toEqual(['soon']);
      expect([...bench.dueAfter(900)].sort()).toEqual(['late', 'soon']);
    });

    test('what is announced reaches somebody, word for word, also when it is said again', async () => {
      await bench.notifier.announce(BLOCKED);
      expect(bench.told()).toEqual([BLOCKED.message]);
      await bench.notifier.announce(BLOCKED);
      expect(bench.told()).toHaveLength(2);
    });

    test('what did not get through is an error, so that it is said again', async () => {
      bench.breakDown();
      await expect(bench.notifier.announce(BLOCKED)).rejects.toThrow();
      expect(bench.told()).toEqual([]);
    });
  });
}
