import { describe, expect, test } from '@jest/globals';
import {
  accepted,
  budgetOf,
  FULL_BUDGET,
  refused,
  released,
  withBudget,
} from '../../../../lib/core/domain/budget.ts';
import type { Attempts } from '../../../../lib/core/domain/state.ts';
import { billingBudget, billingState, USERNAME } from '../../../support/billing.ts';

const inFlight = { id: 'x', fingerprint: 'f1', source: 'mailbox', leaseUntil: 'soon' } as const;
const attempt = { username: USERNAME, id: 'x', ordinal: 2 };
const state = (budget: Partial<Attempts>) => billingState('awaiting-token', billingBudget(budget));

test('a user of whom nothing is known has a full budget', () => {
  expect(budgetOf(billingState('idle'), USERNAME)).toEqual({ spent: 0, refused: [] });
  expect(FULL_BUDGET).toEqual({ spent: 0, refused: [] });
});

test('each user has a budget of its own, whatever the capitals of the name', () => {
  const one = withBudget(billingState('idle'), 'Ann@Acme.Example', { spent: 1, refused: [] });
  const two = withBudget(one, 'bob@acme.example', { spent: 2, refused: [] });
  expect(budgetOf(two, 'ann@acme.example').spent).toBe(1);
  expect(budgetOf(two, 'BOB@acme.example').spent).toBe(2);
});

describe('an accepted attempt', () => {
  test('gives the whole budget back', () => {
    const earlier = { fingerprint: 'f0', at: 'then', times: 1 };
    const after = accepted(state({ spent: 2, made: 2, inFlight, refused: [earlier] }), attempt);
    expect(budgetOf(after, USERNAME)).toEqual({ spent: 0, made: 2, refused: [] });
  });

  test('is marked among the newest reservations, and no other', () => {
    const recent = [1, 2, 3].map((ordinal) => ({ ordinal, at: `at ${ordinal}` }));
    const after = accepted(state({ spent: 3, made: 3, recent }), attempt);
    expect(budgetOf(after, USERNAME).recent).toEqual([
      { ordinal: 1, at: 'at 1' },
      { ordinal: 2, at: 'at 2', accepted: true },
      { ordinal: 3, at: 'at 3' },
    ]);
  });

  test('whose answer comes late does not forgive what failed after it', () => {
    const later = { fingerprint: 'f9', at: 'now', times: 1 };
    const after = accepted(state({ spent: 3, made: 3, refused: [later] }), attempt);
    expect(budgetOf(after, USERNAME)).toEqual({ spent: 1, made: 3, refused: [later] });
  });

  test('whose answer comes after a later acceptance takes nothing away from that', () => {
    const after = accepted(state({ spent: 1, made: 9 }), attempt);
    expect(budgetOf(after, USERNAME).spent).toBe(1);
  });
});

describe('a refused attempt', () => {
  test('stays spent, and its token is remembered with how often it was refused', () => {
    const once = refused(state({ spent: 1, inFlight }), attempt, 'f1', 'then');
    expect(budgetOf(once, USERNAME)).toEqual({
      spent: 1,
      refused: [{ fingerprint: 'f1', at: 'then', times: 1 }],
    });
    const other = refused(once, attempt, 'f2', 'later');
    expect(budgetOf(refused(other, attempt, 'f1', 'now'), USERNAME).refused).toEqual([
      { fingerprint: 'f2', at: 'later', times: 1 },
      { fingerprint: 'f1', at: 'now', times: 2 },
    ]);
  });
});

test('an attempt that is over frees its place, and no other one’s', () => {
  const mine = released(state({ spent: 1, inFlight }), attempt);
  expect(budgetOf(mine, USERNAME)).toEqual({ spent: 1, refused: [] });
  const others = released(state({ spent: 1, inFlight: { ...inFlight, id: 'y' } }), attempt);
  expect(budgetOf(others, USERNAME).inFlight?.id).toBe('y');
});
