import { describe, expect, test } from '@jest/globals';
import { fleetFigures } from '../../../../lib/core/watch/figures.ts';
import { watch } from '../../../../lib/core/watch/watch.ts';
import {
  billingBudget,
  billingConfiguration,
  billingCredential,
  billingState,
  memoryPorts,
} from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const MONTHLY = billingCredential({ schedule: { every: '30 days' } });
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const DAY = 86_400;

describe('what alarms watch', () => {
  test('without a credential, nothing is old and nothing waits', () => {
    expect(fleetFigures([], NOW)).toEqual({ passwordAgeOfLimit: 0, longestWait: 0, attemptsLeft: undefined });
  });

  test('the oldest password, by what its own schedule allows', () => {
    const young = { credential: MONTHLY, state: billingState('idle', { passwordChangedAt: ago(3 * DAY) }) };
    const old = { credential: MONTHLY, state: billingState('idle', { passwordChangedAt: ago(33 * DAY) }) };
    const unscheduled = {
      credential: billingCredential(),
      state: billingState('idle', { passwordChangedAt: ago(100 * DAY) }),
    };
    expect(fleetFigures([young, unscheduled], NOW).passwordAgeOfLimit).toBe(10);
    expect(fleetFigures([young, old, unscheduled], NOW).passwordAgeOfLimit).toBe(110);
  });

  test('the longest wait for a token or a person, and no other', () => {
    const phases = (['idle', 'changing', 'verified', 'committing', 'blocked'] as const).map((phase) => ({
      credential: MONTHLY,
      state: billingState(phase, { since: ago(9_999) }),
    }));
    expect(fleetFigures(phases, NOW).longestWait).toBe(0);
    const waiting = (['awaiting-token', 'invited'] as const).map((phase, index) => ({
      credential: MONTHLY,
      state: billingState(phase, { since: ago(60 + index) }),
    }));
    expect(fleetFigures([...phases, ...waiting], NOW).longestWait).toBe(61);
  });

  test('the attempts left to the user with the fewest; a credential that is not known yet has all', () => {
    const spent = { credential: MONTHLY, state: billingState('idle', billingBudget({ spent: 2 })) };
    const unknown = { credential: MONTHLY, state: undefined };
    expect(fleetFigures([unknown], NOW).attemptsLeft).toBe(3);
    expect(fleetFigures([unknown, spent], NOW).attemptsLeft).toBe(1);
  });

  test('are put by each look of the watch', async () => {
    const ports = memoryPorts();
    ports.ledger.put(billingState('awaiting-token', { since: ago(90) }));
    await watch(ports, billingConfiguration());
    expect(ports.telemetry.looks).toEqual([{ passwordAgeOfLimit: 0, longestWait: 90, attemptsLeft: 3 }]);
  });
});
