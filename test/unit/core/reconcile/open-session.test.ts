import { beforeEach, describe, expect, test } from '@jest/globals';
import { tokenFingerprint } from '../../../../lib/core/attempt.ts';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { SalesforceOutcomeUnknown } from '../../../../lib/core/errors.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import type { Trigger } from '../../../../lib/core/reconcile/facts.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';
import { BillingScene, DRAFT, NEW, OLD, SECRET } from '../../../support/billing-scene.ts';

const CONFIGURATION = billingConfiguration(
  { token: { sources: ['unchanged', 'mailbox'] } },
  { kind: 'self' },
);
const request = { cause: 'requested', by: 'ann', at: '2026-11-01T12:00:00.000Z' } as const;

let scene: BillingScene;
const run = (trigger: Trigger = { kind: 'poke' }) => advance(scene.ports, CONFIGURATION, 'billing', trigger);
const wanted = (changes: Partial<CredentialState> = {}) =>
  scene.ports.ledger.put(billingState('idle', { request, ...changes }));
const budget = () => scene.state.budgets[USERNAME];
const sessions = () => [scene.ports.org.own.opened, scene.ports.org.own.left];
const OLD_PRINT = tokenFingerprint({
  password: Redacted.of(OLD.password),
  securityToken: Redacted.of(OLD.token),
});

beforeEach(() => {
  scene = new BillingScene();
});

describe('the login that opens a session', () => {
  test('gives the budget back when it is accepted, serves the whole run, and is closed', async () => {
    wanted(billingBudget({ spent: 2 }));
    const { state } = await run();
    expect(state.phase).toBe('verified');
    expect(budget()?.spent).toBe(0);
    expect(sessions()).toEqual([1, 0]);
  });

  test('is remembered when it is rejected, and stays spent', async () => {
    wanted();
    scene.user.token = 'another';
    const { state } = await run();
    expect(state.blocked?.refusal.code).toBe('current-credential-refused');
    expect(budget()).toMatchObject({ spent: 1, refused: [{ fingerprint: OLD_PRINT, times: 1 }] });
    expect(scene.draft()).toEqual({});
  });

  test('is not made beside another one, which is waited for', async () => {
    const leaseUntil = '2026-11-01T12:01:00.000Z';
    const inFlight = { id: 'x', fingerprint: 'f', source: 'test', leaseUntil } as const;
    wanted(billingBudget({ spent: 1, inFlight }));
    const { because, until } = await run();
    expect(because).toBe('another run is logging in as the user');
    expect(until?.toISOString()).toBe(leaseUntil);
    expect(scene.ports.org.logins).toBe(0);
  });

  test('is not made without budget; a resume after its time gives it back, though no rotation has begun', async () => {
    wanted(billingBudget({ spent: 3, lastAt: '2026-11-01T11:59:00.000Z' }));
    const { state } = await run();
    expect(state.blocked?.refusal).toMatchObject({
      code: 'attempts-spent',
      notBefore: '2026-11-01T12:59:00.000Z',
      message: expect.stringContaining('No integration was changed.'),
    });
    expect(scene.ports.org.logins).toBe(0);
    scene.ports.ledger.put({ ...scene.state, user: { username: USERNAME } });
    scene.ports.clock.advance(3_600);
    expect((await run({ kind: 'resume', by: 'ann' })).state.phase).toBe('verified');
  });

  test('without an answer ends the run, and the next one makes another', async () => {
    wanted();
    scene.ports.org.lost = 'answer';
    await expect(run()).rejects.toThrow(SalesforceOutcomeUnknown);
    expect(scene.state.phase).toBe('idle');
    expect(budget()?.spent).toBe(1);
    scene.ports.org.lost = undefined;
    expect((await run()).state.phase).toBe('verified');
  });

  test('is another one after the run was overtaken', async () => {
    wanted();
    let overtaken = 0;
    scene.ports.ledger.before = async (operation) => {
      if (operation !== 'save' || scene.ports.org.own.opened !== 1 || overtaken > 1) return;
      overtaken += 1;
      if (overtaken === 2) scene.ports.ledger.put({ ...scene.state, version: scene.state.version + 1 });
    };
    expect((await run()).state.phase).toBe('verified');
    expect(sessions()).toEqual([2, 0]);
  });
});

describe('after the ledger was lost', () => {
  test('the rotation is read from the draft alone, and the login tells whom it is about', async () => {
    const { securityToken: _missing, ...draft } = scene.login(NEW);
    scene.ports.secrets.edit(DRAFT, JSON.stringify({ ...draft, rotationId: ROTATION.id }));
    scene.ports.org.onSet = 'reset-token';
    const { state } = await run();
    expect(state).toMatchObject({
      phase: 'awaiting-token',
      rotation: {
        id: ROTATION.id,
        userId: scene.user.userId,
        organizationId: scene.ports.org.organizationId,
      },
    });
    expect(scene.user.password).toBe(NEW.password);
  });

  test('and the password was set already: that is concluded, and nobody is known yet', async () => {
    scene.passwordIsSet();
    const { state } = await run();
    expect(state).toMatchObject({ phase: 'awaiting-token', rotation: { presumedSet: true, userId: '' } });
    expect(JSON.parse(scene.ports.secrets.text(SECRET) ?? '')).toMatchObject({ password: OLD.password });
  });
});
