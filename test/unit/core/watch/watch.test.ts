import { beforeEach, describe, expect, test } from '@jest/globals';
import { refusals } from '../../../../lib/core/domain/refusal.ts';
import { block, note } from '../../../../lib/core/domain/transition.ts';
import { UnknownCredential } from '../../../../lib/core/errors.ts';
import { command } from '../../../../lib/core/watch/command.ts';
import { rotateNow, status, watch } from '../../../../lib/core/watch/watch.ts';
import {
  billingConfiguration,
  billingState,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../../support/billing.ts';

const MONTHLY = billingConfiguration({ schedule: { every: '30 days' } });
const AT = '2026-11-01T12:00:00.000Z';
/** The secrets were looked at a moment ago. */
const CHECKED = { drift: { checkedAt: AT } };
const FRESH = { passwordChangedAt: '2026-10-20T00:00:00.000Z', ...CHECKED };

let ports: MemoryPorts;
const pokes = () => ports.queue.pokes.map((poke) => poke.credential);
const blockedState = (from: 'idle' | 'awaiting-token') => ({
  ...block(billingState(from), AT, refusals.userFrozen(USERNAME)),
  outbox: [],
});

beforeEach(() => {
  ports = memoryPorts();
});

test('a rollback takes the place of no rotation that was requested before', async () => {
  const request = { cause: 'requested', by: 'ann', at: AT } as const;
  ports.ledger.put(billingState('idle', { ...FRESH, request }));
  const { message } = await command(ports, MONTHLY, { action: 'rollback', credential: 'billing', by: 'bob' });
  expect(message).toMatch(/^A rotation is about to begin, so nothing was rolled back\./);
  expect(ports.ledger.stored('billing')?.request).toEqual(request);
});

describe('the scheduled look pokes', () => {
  test.each([
    ['a credential that the ledger does not know', undefined, true],
    ['none whose password is young', billingState('idle', FRESH), false],
    [
      'none a second before it is due',
      billingState('idle', { ...CHECKED, passwordChangedAt: '2026-10-02T12:00:01.000Z' }),
      false,
    ],
    [
      'one that is due',
      billingState('idle', { ...CHECKED, passwordChangedAt: '2026-10-02T12:00:00.000Z' }),
      true,
    ],
    ['one whose secrets were not looked at for long', billingState('idle', { drift: {} }), true],
    [
      'one that was asked for',
      billingState('idle', { ...FRESH, request: { cause: 'requested', by: 'ann', at: AT } }),
      true,
    ],
    [
      'one with events that were not told',
      note(billingState('idle', FRESH), AT, { type: 'Password Set', message: 'x' }),
      true,
    ],
    ['one that is drafted', billingState('drafted'), true],
    ['one whose token is awaited', billingState('awaiting-token'), true],
    ['one whose commit is under way', billingState('committing'), true],
    ['none that is blocked', blockedState('awaiting-token'), false],
  ])('%s', async (_name, state, poked) => {
    if (state !== undefined) ports.ledger.put(state);
    expect(await watch(ports, MONTHLY)).toMatchObject({ looked: 1, poked: poked ? ['billing'] : [] });
    expect(pokes()).toEqual(poked ? ['billing'] : []);
  });

  test('and changes nothing itself', async () => {
    ports.ledger.put(billingState('awaiting-token'));
    await watch(ports, MONTHLY);
    expect(ports.ledger.saves).toBe(0);
  });

  test('never for age where there is no schedule', async () => {
    ports.ledger.put(billingState('idle', { ...CHECKED, passwordChangedAt: '2001-01-01T00:00:00.000Z' }));
    expect(await watch(ports, billingConfiguration())).toMatchObject({ poked: [] });
  });
});

describe('rotate-now', () => {
  test('leaves the wish in the ledger, so that a lost poke costs a delay only', async () => {
    ports.ledger.put(billingState('idle', FRESH));
    expect((await rotateNow(ports, MONTHLY, 'billing', 'ann')).kind).toBe('requested');
    expect(ports.ledger.stored('billing')?.request).toEqual({ cause: 'requested', by: 'ann', at: AT });
    expect(pokes()).toEqual(['billing']);
    expect(ports.notifier.announced.map((event) => event.type)).toEqual(['Rotation Requested']);
  });

  test('twice is one wish', async () => {
    ports.ledger.put(billingState('idle', FRESH));
    await rotateNow(ports, MONTHLY, 'billing', 'ann');
    ports.clock.advance(60);
    expect((await rotateNow(ports, MONTHLY, 'billing', 'bob')).kind).toBe('requested');
    expect(ports.ledger.stored('billing')?.request).toMatchObject({ by: 'ann', at: AT });
  });

  test('during a rotation only pokes it', async () => {
    ports.ledger.put(billingState('awaiting-token'));
    expect((await rotateNow(ports, MONTHLY, 'billing', 'ann')).kind).toBe('in-progress');
    expect(ports.ledger.stored('billing')).not.toHaveProperty('request');
    expect(pokes()).toEqual(['billing']);
  });

  test('while blocked half-way does not start another rotation', async () => {
    ports.ledger.put(blockedState('awaiting-token'));
    expect((await rotateNow(ports, MONTHLY, 'billing', 'ann')).kind).toBe('in-progress');
    expect(ports.ledger.stored('billing')?.phase).toBe('blocked');
  });

  test('of an unknown credential names those that exist', async () => {
    await expect(rotateNow(ports, MONTHLY, 'crm', 'ann')).rejects.toThrow(UnknownCredential);
    await expect(rotateNow(ports, MONTHLY, 'crm', 'ann')).rejects.toThrow('Configured: billing.');
    expect(ports.ledger.saves).toBe(0);
  });
});

describe('the status', () => {
  test('of a credential that the ledger does not know', async () => {
    expect(await status(ports, MONTHLY, 'billing')).toEqual({
      credential: 'billing',
      org: 'prod',
      phase: 'idle',
      retirement: expect.objectContaining({ login: 'soap', daysLeft: 212 }),
      since: AT,
      waitingFor: { kind: 'service', text: 'the first look of the service' },
      attemptsSpent: 0,
      attemptsLeft: 3,
    });
  });

  test('says when the next rotation is due', async () => {
    ports.ledger.put(billingState('idle', FRESH));
    expect(await status(ports, MONTHLY, 'billing')).toMatchObject({
      passwordChangedAt: FRESH.passwordChangedAt,
      nextRotationAt: '2026-11-19T00:00:00.000Z',
    });
  });

  test('of a blocked one says why and what to do', async () => {
    ports.ledger.put(blockedState('awaiting-token'));
    const { message, remedy } = refusals.userFrozen(USERNAME);
    expect(await status(ports, MONTHLY, 'billing')).toMatchObject({
      phase: 'blocked',
      message,
      remedy,
      waitingFor: { kind: 'remedy', text: remedy },
    });
  });
});

describe('a command', () => {
  const run = (action: 'rotate-now' | 'resume' | 'start' | 'status') =>
    command(ports, MONTHLY, { action, credential: 'billing', by: 'ann' });

  test('answers with the status and one sentence', async () => {
    ports.ledger.put(billingState('idle', FRESH));
    expect(await run('status')).toMatchObject({
      status: { phase: 'idle' },
      message: 'The state as the ledger has it.',
    });
    expect((await run('rotate-now')).message).toBe('The rotation was requested.');
    ports.ledger.put(billingState('awaiting-token'));
    expect((await run('rotate-now')).message).toBe('A rotation is under way already; it was poked.');
  });

  test('resume and start run at once and say where that led', async () => {
    ports.ledger.put({ ...blockedState('idle'), ...FRESH });
    expect(await run('resume')).toMatchObject({
      status: { phase: 'idle' },
      message: 'Now in phase "idle": no rotation is due or requested.',
    });
    expect((await run('start')).message).toContain('no rotation is due or requested');
  });
});
