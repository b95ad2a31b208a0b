import { beforeEach, describe, expect, test } from '@jest/globals';
import { submitToken } from '../../../../lib/core/intake/submit-token.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { billingBudget, billingConfiguration, USERNAME } from '../../../support/billing.ts';
import { BillingScene, NEW } from '../../../support/billing-scene.ts';

const token = { sources: ['operator' as const] };
const UNLOCKING = billingConfiguration({ token, lockout: { unlock: true } });
const NOT_UNLOCKING = billingConfiguration({ token });
const WRONG = 'WrongTokenWrongTokenWron';

let scene: BillingScene;
const submit = (pasted: string, configuration = UNLOCKING) =>
  submitToken(scene.ports, configuration, { credential: 'billing', pasted: Redacted.of(pasted), by: 'ann' });
const unlocks = () => scene.told.filter((type) => type === 'User Unlocked').length;

beforeEach(() => {
  scene = new BillingScene();
  scene.passwordIsSet();
  scene.put('awaiting-token', { triedUnchanged: true, reminders: 0 }, billingBudget({ spent: 2 }));
  scene.user.isLocked = true;
});

describe('a user who is locked out', () => {
  test('is unlocked where the configuration allows it; the budget is full again, and the token is tried once more', async () => {
    expect(await submit(NEW.token)).toEqual({ kind: 'rejected', because: 'locked', attemptsLeft: 3 });
    expect(scene.user.isLocked).toBe(false);
    expect(scene.state).toMatchObject({ phase: 'awaiting-token', budgets: { [USERNAME]: { spent: 0 } } });
    expect((await scene.ports.ledger.history('billing', 9)).map(({ type }) => type)).toContain(
      'User Unlocked',
    );
    expect(await submit(NEW.token)).toEqual({ kind: 'accepted' });
  });

  test('stays so where it does not, and a person is waited for', async () => {
    expect(await submit(NEW.token, NOT_UNLOCKING)).toMatchObject({ kind: 'blocked' });
    expect(scene.user.isLocked).toBe(true);
    expect(scene.state.blocked?.refusal.code).toBe('user-locked');
  });

  test('is unlocked once in a rotation', async () => {
    await submit(NEW.token);
    scene.user.isLocked = true;
    expect(await submit(NEW.token)).toMatchObject({ kind: 'blocked' });
    expect(scene.user.isLocked).toBe(true);
    expect(unlocks()).toBe(1);
  });

  test('by many runs at once is unlocked once', async () => {
    await submit(NEW.token, NOT_UNLOCKING);
    let calls = 0;
    const unlock = scene.ports.org.unlock.bind(scene.ports.org);
    scene.ports.org.unlock = (...args) => {
      calls += 1;
      return unlock(...args);
    };
    await Promise.all(
      Array.from({ length: 10 }, () => advance(scene.ports, UNLOCKING, 'billing', { kind: 'poke' })),
    );
    expect(calls).toBe(1);
    expect(scene.state.phase).toBe('awaiting-token');
  });

  test.each([
    ['the permission is missing', () => Object.assign(scene.ports.org, { mayReset: false })],
    ['the connection secret is gone', () => scene.ports.secrets.hide('salesforce/prod/rotator', 'gone')],
  ])('stays blocked where %s', async (_name, hinder) => {
    await submit(NEW.token, NOT_UNLOCKING);
    hinder();
    await advance(scene.ports, UNLOCKING, 'billing', { kind: 'poke' });
    expect(scene.state.blocked?.refusal.code).toBe('user-locked');
    expect(unlocks()).toBe(0);
  });

  test('whose unlocking got no answer is not unlocked again by itself', async () => {
    await submit(NEW.token, NOT_UNLOCKING);
    scene.ports.org.unlock = async () => {
      throw new Error('no answer');
    };
    await expect(advance(scene.ports, UNLOCKING, 'billing', { kind: 'poke' })).rejects.toThrow('no answer');
    expect(await advance(scene.ports, UNLOCKING, 'billing', { kind: 'poke' })).toMatchObject({
      state: { phase: 'blocked' },
    });
  });

  test('who is not any more goes on without one: the budget stays what it is', async () => {
    await submit(NEW.token, NOT_UNLOCKING);
    scene.user.isLocked = false;
    await advance(scene.ports, UNLOCKING, 'billing', { kind: 'poke' });
    expect(scene.state).toMatchObject({ phase: 'blocked', blocked: { refusal: { code: 'attempts-spent' } } });
    expect(unlocks()).toBe(0);
  });
});

test('a wrong token of a user who is not locked out unlocks nobody', async () => {
  scene.user.isLocked = false;
  expect(await submit(WRONG)).toMatchObject({ kind: 'rejected', attemptsLeft: 0 });
  expect(scene.rotation.unlockTriedAt).toBeUndefined();
  expect(unlocks()).toBe(0);
});
