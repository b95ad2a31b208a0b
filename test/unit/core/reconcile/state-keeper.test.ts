import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { note } from '../../../../lib/core/domain/transition.ts';
import { LedgerContention } from '../../../../lib/core/errors.ts';
import { StateKeeper } from '../../../../lib/core/reconcile/state-keeper.ts';
import { billingCredential, billingState, type MemoryPorts, memoryPorts } from '../../../support/billing.ts';

const AT = '2026-11-01T12:00:00.000Z';
const noted = (state: CredentialState, message: string) => note(state, AT, { type: 'Password Set', message });

let ports: MemoryPorts;
const told = () => ports.notifier.announced.map((event) => event.message);
const load = () => StateKeeper.load(ports, billingCredential());

beforeEach(() => {
  ports = memoryPorts();
  ports.ledger.put(billingState('changing'));
});

describe('the state during a run', () => {
  test('is what the ledger has', async () => {
    const keeper = await load();
    expect(keeper.state).toEqual(billingState('changing'));
    expect(keeper.isUnknown).toBe(false);
  });

  test('of a credential that the ledger does not know is idle, and not written', async () => {
    const keeper = await StateKeeper.load(ports, { ...billingCredential(), name: 'crm' });
    expect(keeper.isUnknown).toBe(true);
    expect(keeper.state).toMatchObject({ credential: 'crm', version: 0, phase: 'idle', since: AT });
    expect(ports.ledger.stored('crm')).toBeUndefined();
  });

  test('moves on by saving', async () => {
    const keeper = await load();
    expect(await keeper.save({ ...keeper.state, passwordChangedAt: AT })).toBe('saved');
    expect(keeper.state).toMatchObject({ version: 8, passwordChangedAt: AT });
    expect(ports.ledger.stored('billing')).toMatchObject({ version: 8, passwordChangedAt: AT });
  });

  test('is the other run’s where that wrote first', async () => {
    const [first, second] = [await load(), await load()];
    await first.save({ ...first.state, passwordChangedAt: AT });
    expect(await second.save({ ...second.state, phase: 'idle' })).toBe('overtaken');
    expect(second.state).toMatchObject({ version: 8, phase: 'changing', passwordChangedAt: AT });
    expect(ports.ledger.stored('billing')?.phase).toBe('changing');
  });

  test('is changed upon whatever others wrote meanwhile', async () => {
    const [first, second] = [await load(), await load()];
    await first.save({ ...first.state, passwordChangedAt: AT });
    const seen: number[] = [];
    await second.update((state) => {
      seen.push(state.version);
      return { ...state, phase: 'awaiting-token' };
    });
    expect(seen).toEqual([7, 8]);
    expect(ports.ledger.stored('billing')).toMatchObject({
      version: 9,
      phase: 'awaiting-token',
      passwordChangedAt: AT,
    });
  });

  test('is not written where no change is wanted', async () => {
    const keeper = await load();
    await keeper.update(() => undefined);
    expect(ports.ledger.saves).toBe(0);
  });

  test('overtaken again and again, it gives up in so many words and loses nothing', async () => {
    const keeper = await load();
    ports.ledger.before = async (operation) => {
      const stored = ports.ledger.stored('billing');
      if (operation === 'save' && stored) ports.ledger.put({ ...stored, version: stored.version + 1 });
    };
    await expect(keeper.update((state) => state)).rejects.toThrow(LedgerContention);
    expect(ports.ledger.saves).toBe(10);
  });
});

describe('events', () => {
  test('are told once when all is well, also by the runs that follow', async () => {
    const keeper = await load();
    await keeper.save(noted(keeper.state, 'one'));
    await keeper.save(noted(keeper.state, 'two'));
    await keeper.settle();
    await (await load()).settle();
    expect(told()).toEqual(['one', 'two']);
    expect(ports.ledger.stored('billing')?.outbox).toEqual([]);
    expect((await ports.ledger.history('billing', 9)).map((event) => event.message)).toEqual(['two', 'one']);
    expect(ports.telemetry.events).toHaveLength(2);
  });

  test('of a run that died between the write and the telling are told by the next', async () => {
    const keeper = await load();
    await keeper.save(noted(keeper.state, 'one'));
    expect(told()).toEqual([]);

    await (await load()).settle();
    expect(told()).toEqual(['one']);
    expect(ports.ledger.stored('billing')?.outbox).toEqual([]);
    await (await load()).settle();
    expect(told()).toEqual(['one']);
  });

  test('of a run that died after the telling may be told again, under the same id', async () => {
    const keeper = await load();
    await keeper.save(noted(keeper.state, 'one'));
    ports.ledger.before = async (operation) => {
      if (operation === 'save') throw new Error('killed');
    };
    await keeper.settle();
    ports.ledger.before = async () => undefined;
    await (await load()).settle();
    expect(ports.notifier.announced.map((event) => event.id)).toEqual(['00000008-0', '00000008-0']);
    expect(await ports.ledger.history('billing', 9)).toHaveLength(1);
  });

  test('wait for a notifier that is down, and delay no write', async () => {
    ports.notifier.broken = true;
    const keeper = await load();
    expect(await keeper.save(noted(keeper.state, 'one'))).toBe('saved');
    expect(await keeper.save(noted(keeper.state, 'two'))).toBe('saved');
    await keeper.settle();
    expect(ports.ledger.saves).toBe(2);
    expect(ports.ledger.stored('billing')?.outbox.map((event) => event.message)).toEqual(['one', 'two']);
    expect(ports.telemetry.warnings).toContain('event "Password Set" of "billing" could not be told yet');

    ports.notifier.broken = false;
    await (await load()).settle();
    expect(told()).toEqual(['one', 'two']);
    expect(ports.ledger.stored('billing')?.outbox).toEqual([]);
  });

  test('of an overtaken write did not happen, and those of the other run are told', async () => {
    const [first, second] = [await load(), await load()];
    await first.save(noted(first.state, 'first'));
    await second.save(noted(second.state, 'second'));
    await first.settle();
    await second.settle();
    expect(new Set(told())).toEqual(new Set(['first']));
  });

  test('are told at the end of a run, and logged at once', async () => {
    const keeper = await load();
    await keeper.save(noted(keeper.state, 'one'));
    expect(ports.telemetry.events).toHaveLength(1);
    expect(told()).toEqual([]);
    await keeper.settle();
    expect(told()).toEqual(['one']);
    expect(ports.telemetry.events).toHaveLength(1);
  });

  test('settling writes nothing where there is nothing to forget', async () => {
    await (await load()).settle();
    expect(ports.ledger.saves).toBe(0);
  });
});
