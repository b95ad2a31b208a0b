import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HistoryEvent } from '../../../../lib/core/domain/state.ts';
import { UnknownCredential } from '../../../../lib/core/errors.ts';
import {
  answer,
  type FleetReport,
  type HistoryReport,
  type Query,
} from '../../../../lib/core/watch/query.ts';
import {
  billingConfiguration,
  billingState,
  type MemoryPorts,
  memoryPorts,
} from '../../../support/billing.ts';

const CONFIGURATION = billingConfiguration();

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts();
});

const ask = (query: Query) => answer(ports, CONFIGURATION, query);

function event(minute: number): HistoryEvent {
  return {
    id: `0000000${minute}-0`,
    at: `2026-11-02T08:0${minute}:00.000Z`,
    type: 'Token Requested',
    credential: 'billing',
    phase: 'awaiting-token',
    rotationId: 'rotation-1',
    message: `Asked ${minute}.`,
    reason: 'no-mail',
    remedy: 'Bring it.',
    by: 'ann',
    promptId: 'prompt-1',
  };
}

describe('the fleet', () => {
  test('comes with the time that its ages go with', async () => {
    await ports.ledger.save(billingState('idle', { version: 0 }));
    const { rows, now } = (await ask({ action: 'fleet' })) as FleetReport;
    expect(rows).toMatchObject([{ kind: 'known', credential: 'billing' }]);
    expect(now).toBe(ports.clock.now().toISOString());
  });

  test('may be one credential', async () => {
    const { rows } = (await ask({ action: 'fleet', credential: 'billing' })) as FleetReport;
    expect(rows).toMatchObject([{ kind: 'unknown', credential: 'billing' }]);
  });

  test('is plain data, the same after its way', async () => {
    await ports.ledger.save(billingState('awaiting-token', { version: 0 }));
    const report = await ask({ action: 'fleet' });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('a history', () => {
  test('is of the newest events, in their order, without what leads to a prompt', async () => {
    for (const minute of [1, 2, 3]) await ports.ledger.record(event(minute));
    const { credential, events } = (await ask({
      action: 'history',
      credential: 'billing',
      limit: 2,
    })) as HistoryReport;
    expect(credential).toBe('billing');
    expect(events.map(({ message }) => message)).toEqual(['Asked 2.', 'Asked 3.']);
    expect(events[0]).toEqual({
      at: '2026-11-02T08:02:00.000Z',
      type: 'Token Requested',
      phase: 'awaiting-token',
      rotationId: 'rotation-1',
      message: 'Asked 2.',
      reason: 'no-mail',
      remedy: 'Bring it.',
      by: 'ann',
    });
  });

  test('is empty before anything happened', async () => {
    expect(await ask({ action: 'history', credential: 'billing', limit: 200 })).toMatchObject({ events: [] });
  });
});

test.each<Query>([
  { action: 'fleet', credential: 'nobody' },
  { action: 'history', credential: 'nobody', limit: 1 },
])('$action of a credential that is not configured is refused by its name', async (query) => {
  await expect(ask(query)).rejects.toThrow(UnknownCredential);
});
