import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState, HistoryEvent } from '../../lib/core/domain/state.ts';
import type { Ledger } from '../../lib/core/ports/ledger.ts';
import { billingState } from '../support/billing.ts';
import type { FixedClock } from '../support/fakes/fixed-clock.ts';

export interface LedgerBench {
  readonly ledger: Ledger;
  readonly clock: FixedClock;
  stop(): Promise<void>;
}

const event = (credential: string, second: number, id = '00000001-0'): HistoryEvent => ({
  id,
  at: `2026-11-01T12:00:${String(second).padStart(2, '0')}.000Z`,
  type: 'Password Set',
  credential,
  phase: 'awaiting-token',
  rotationId: 'rotation-1',
  message: 'é秘密 "quoted" & <marked>',
});

/** What core relies on, whatever keeps the ledger. */
export function ledgerContract(name: string, start: () => Promise<LedgerBench>): void {
  describe(`ledger: ${name}`, () => {
    let bench: LedgerBench;
    let ledger: Ledger;
    let credential: string;
    let count = 0;
    const fresh = (changes: Partial<CredentialState> = {}) =>
      billingState('changing', { version: 0, ...changes, credential });

    beforeAll(async () => {
      bench = await start();
      ({ ledger } = bench);
    });
    afterAll(() => bench.stop());
    // One ledger serves all tests, each with a credential of its own.
    beforeEach(() => {
      credential = `billing-${++count}`;
    });

    describe('the state', () => {
      test('of a credential that was never written is none', async () => {
        expect(await ledger.load(credential)).toBeUndefined();
      });

      test('is loaded as it was saved, one version on', async () => {
        const state = fresh({
          outbox: [event(credential, 1)],
          budgets: {
            'billing@acme.example': {
              spent: 2,
              lastAt: '2026-11-01T12:00:00.000Z',
              refused: [{ fingerprint: 'f', at: 'x', times: 1 }],
            },
          },
        });
        const saved = { ...state, version: 1 };
        expect(await ledger.save(state)).toEqual({ kind: 'saved', state: saved });
        expect(await ledger.load(credential)).toEqual(saved);
      });

      test('loses the keys that the next state has no more', async () => {
        await ledger.save(fresh({ passwordChangedAt: 'x' }));
        const { rotation: _closed, ...closed } = fresh({ version: 1, phase: 'idle' });
        await ledger.save(closed);
        expect(await ledger.load(credential)).toEqual({ ...closed, version: 2 });
      });

      test('is not saved upon a version that is not the stored one', async () => {
        await ledger.save(fresh());
        await ledger.save(fresh({ version: 1, passwordChangedAt: 'winner' }));
        for (const version of [0, 1, 3])
          expect(await ledger.save(fresh({ version, passwordChangedAt: 'loser' }))).toEqual({
            kind: 'overtaken',
          });
        expect(await ledger.load(credential)).toMatchObject({ version: 2, passwordChangedAt: 'winner' });
      });

      test('that was never written cannot be saved as a later one', async () => {
        expect(await ledger.save(fresh({ version: 4 }))).toEqual({ kind: 'overtaken' });
        expect(await ledger.load(credential)).toBeUndefined();
      });

      test.each([0, 1])('upon version %d is saved by one of many runs', async (version) => {
        if (version === 1) await ledger.save(fresh());
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, run) =>
            ledger.save(fresh({ version, passwordChangedAt: `run ${run}` })),
          ),
        );
        const winners = results.flatMap((result, run) => (result.kind === 'saved' ? [run] : []));
        expect(winners).toHaveLength(1);
        expect(await ledger.load(credential)).toMatchObject({
          version: version + 1,
          passwordChangedAt: `run ${winners[0]}`,
        });
      });

      test('of one credential says nothing of another', async () => {
        await ledger.save(fresh());
        expect(await ledger.load(`${credential}0`)).toBeUndefined();
      });
    });

    describe('the history', () => {
      test('of a credential without any is empty', async () => {
        expect(await ledger.history(credential, 10)).toEqual([]);
      });

      test('has the newest first, as they were recorded, and no more than asked for', async () => {
        for (const second of [2, 1, 3]) await ledger.record(event(credential, second));
        expect(await ledger.history(credential, 10)).toEqual(
          [3, 2, 1].map((second) => event(credential, second)),
        );
        expect(await ledger.history(credential, 2)).toEqual(
          [3, 2].map((second) => event(credential, second)),
        );
      });

      test('keeps the order of events of one moment', async () => {
        for (const id of ['00000009-0', '00000010-0', '00000010-1'])
          await ledger.record(event(credential, 1, id));
        expect((await ledger.history(credential, 9)).map(({ id }) => id)).toEqual([
          '00000010-1',
          '00000010-0',
          '00000009-0',
        ]);
      });

      test('has an event once, however often it is recorded', async () => {
        for (let turn = 0; turn < 3; turn += 1) await ledger.record(event(credential, 1));
        expect(await ledger.history(credential, 9)).toHaveLength(1);
      });

      test('is apart from the state, and each credential’s own', async () => {
        await ledger.record(event(credential, 1));
        await ledger.record(event(`${credential}0`, 2));
        expect(await ledger.load(credential)).toBeUndefined();
        expect(await ledger.history(credential, 9)).toHaveLength(1);
        await ledger.save(fresh());
        expect(await ledger.history(credential, 9)).toHaveLength(1);
      });
    });

    describe('a link', () => {
      const link = (id: string) => ({
        hash: id.padEnd(64, '0'),
        credential,
        rotationId: 'rotation-1',
        promptId: 'prompt-1',
        createdAt: '2026-11-01T12:00:00.000Z',
        expiresAt: '2026-11-02T12:00:00.000Z',
      });

      test('is found as it was saved, by its hash', async () => {
        await ledger.saveLink(link('1'));
        await ledger.saveLink({ ...link('2'), promptId: 'prompt-2' });
        expect(await ledger.findLink(link('1').hash)).toEqual(link('1'));
        expect(await ledger.findLink(link('2').hash)).toEqual({ ...link('2'), promptId: 'prompt-2' });
      });

      test('that was never saved is none', async () => {
        expect(await ledger.findLink(link('never').hash)).toBeUndefined();
      });

      test('is apart from the state and the history', async () => {
        await ledger.saveLink(link('3'));
        expect(await ledger.load(credential)).toBeUndefined();
        expect(await ledger.history(credential, 9)).toEqual([]);
      });
    });

    describe('counting', () => {
      test('goes up by one at each call, for each key apart', async () => {
        const counts = [];
        for (let turn = 0; turn < 3; turn += 1) counts.push(await ledger.countIn(`${credential}/a`, 60));
        expect(counts).toEqual([1, 2, 3]);
        expect(await ledger.countIn(`${credential}/b`, 60)).toBe(1);
      });

      test('begins anew with the next window, and not before', async () => {
        await ledger.countIn(credential, 60);
        bench.clock.advance(59);
        expect(await ledger.countIn(credential, 60)).toBe(2);
        bench.clock.advance(1);
        expect(await ledger.countIn(credential, 60)).toBe(1);
      });

      test('of windows of other lengths is apart', async () => {
        await ledger.countIn(credential, 60);
        expect(await ledger.countIn(credential, 3_600)).toBe(1);
      });

      test('misses none of many calls at once', async () => {
        const counts = await Promise.all(Array.from({ length: 20 }, () => ledger.countIn(credential, 60)));
        expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      });
    });
  });
}
