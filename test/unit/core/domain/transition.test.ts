import { describe, expect, test } from '@jest/globals';
import { refusals } from '../../../../lib/core/domain/refusal.ts';
import { unknownState } from '../../../../lib/core/domain/state.ts';
import { block, enter, note, rotationOf, withRotation } from '../../../../lib/core/domain/transition.ts';
import { billingState, ROTATION, USERNAME } from '../../../support/billing.ts';

const AT = '2026-11-01T12:00:00.000Z';
const SET = { type: 'Password Set', message: 'Set.' } as const;

describe('entering a phase', () => {
  test('moves, dates and notes it in one state, which is one write', () => {
    const state = billingState('changing');
    const next = enter(state, 'awaiting-token', AT, SET, { passwordChangedAt: AT });
    expect(next).toEqual({
      ...state,
      phase: 'awaiting-token',
      since: AT,
      passwordChangedAt: AT,
      outbox: [
        {
          id: '00000008-0',
          at: AT,
          credential: 'billing',
          phase: 'awaiting-token',
          rotationId: ROTATION.id,
          ...SET,
        },
      ],
    });
    expect(state.outbox).toEqual([]);
  });

  test('the phase it is in already keeps its date', () => {
    const state = billingState('invited');
    expect(enter(state, 'invited', AT, SET).since).toBe(state.since);
  });

  test('takes the block away', () => {
    const blocked = block(billingState('changing'), AT, refusals.userLocked(USERNAME));
    expect(enter(blocked, 'changing', AT, SET)).not.toHaveProperty('blocked');
  });
});

describe('events in the outbox', () => {
  test('have ids that sort by version and order, and are the same when the write is made again', () => {
    const twice = () =>
      note(note(billingState('changing'), AT, SET), AT, SET).outbox.map((event) => event.id);
    expect(twice()).toEqual(['00000008-0', '00000008-1']);
    expect(twice()).toEqual(twice());
    const later = note(billingState('changing', { version: 1_234 }), AT, SET).outbox[0]?.id;
    expect(later).toBe('00001235-0');
  });

  test('carry no key without a value', () => {
    const event = note(unknownState('billing', AT), AT, SET).outbox[0];
    expect(Object.keys(event ?? {})).not.toContain('rotationId');
  });
});

describe('blocking', () => {
  const refusal = refusals.userLocked(USERNAME);

  test('keeps where it came from and says why, with the remedy', () => {
    const next = block(billingState('awaiting-token'), AT, refusal);
    expect(next).toMatchObject({ phase: 'blocked', blocked: { from: 'awaiting-token', refusal, at: AT } });
    expect(next.outbox).toEqual([
      expect.objectContaining({
        type: 'Rotation Blocked',
        reason: 'user-locked',
        message: refusal.message,
        remedy: refusal.remedy,
      }),
    ]);
    expect(next.rotation).toEqual(ROTATION);
  });

  test('a blocked credential stays blocked for its first reason', () => {
    const first = block(billingState('changing'), AT, refusal);
    expect(block(first, AT, refusals.userFrozen(USERNAME))).toBe(first);
  });
});

describe('the rotation of a state', () => {
  test('is changed in place of nothing else', () => {
    const next = withRotation(billingState('changing'), { passwordSetAt: AT });
    expect(next.rotation).toEqual({ ...ROTATION, passwordSetAt: AT });
  });

  test('where there is none is a bug that names the credential and phase', () => {
    const none = () => rotationOf(billingState('idle'));
    expect(none).toThrow('phase idle of "billing" has no rotation');
  });
});
