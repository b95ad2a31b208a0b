import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { budgetOf } from '../../lib/core/domain/budget.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { CUT, ScriptedWire } from '../support/scripted-wire.ts';
import type { Login } from '../support/secrets-probe.ts';
import { replayMail, sendTokenMail } from '../support/token-mails.ts';

/** `lockout.maxAttempts` of the sandbox's credential. */
const MAX_ATTEMPTS = 3;

beforeAll(() => {
  // What is cut is not repeated by the SDK.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

describe('no more than the allowed logins fail, whatever comes in', () => {
  test('the same mail again and again', async () => {
    const bench = await RotationBench.start({ settings: { tokenActivationDelayMs: 5 * HOUR * 1_000 } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    await bench.pass(2);
    for (let turn = 0; turn < 20; turn += 1) {
      await replayMail(bench);
      await bench.pass(30);
    }
    await blockedWithBudgetSpent(bench, old);
  });

  test('one wrong token after the other', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    for (let turn = 0; turn < 10; turn += 1) {
      await sendTokenMail(bench, `WrongTokenNumber${String(turn).padStart(8, '0')}`);
    }
    await bench.pass(10 * MINUTE);
    await blockedWithBudgetSpent(bench, old);
  });

  test('pokes without end', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    await bench.request();
    for (let turn = 0; turn < 30; turn += 1) {
      bench.sandbox.messages.send(JSON.stringify({ credential: 'billing' }), 0);
      bench.sandbox.messages.send(JSON.stringify({ credential: 'billing' }), 0);
      await bench.pass(10);
    }
    expect(failedLogins(bench)).toBe(1);
    expect(await bench.phase()).toBe('awaiting-token');
  });

  test('a request for a rotation again and again', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    for (let turn = 0; turn < 10; turn += 1) {
      await bench.request();
      await bench.ask('resume');
      await bench.pass(30);
    }
    expect(failedLogins(bench)).toBe(1);
  });

  test.each(['reset-without-mail', 'keep-token'] as const)(
    'logins whose answers never come, where the org does %s to the token',
    async (onApiPasswordSet) => {
      const wire = new ScriptedWire();
      const bench = await RotationBench.start({ wire, settings: { onApiPasswordSet } });
      const old = bench.secrets.login(SECRET);
      const before = wire.seen('login');
      wire.on({ operation: 'login', when: 'after', does: () => CUT });
      await bench.request();
      await bench.pass(20 * MINUTE);
      // The last attempt is kept for a token that somebody brings.
      expect(wire.seen('login') - before).toBe(MAX_ATTEMPTS - 1);
      await bench.newToken();
      await bench.pass(20 * MINUTE);
      expect(wire.seen('login') - before).toBe(MAX_ATTEMPTS);
      const { blocked } = await bench.state();
      expect(blocked?.refusal.code).toBe('attempts-spent');

      wire.clear();
      await bench.pass(HOUR);
      await bench.ask('resume');
      await bench.newToken();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
    },
  );
});

describe('once the budget is spent', () => {
  test('a resume before its time is refused, and one after it succeeds with the right token', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    for (let turn = 0; turn < 4; turn += 1) await sendTokenMail(bench, `WrongTokenNumber0000000${turn}`);
    const refusal = await blockedWithBudgetSpent(bench, old);
    const notBefore = Date.parse(refusal.notBefore ?? '');
    expect(notBefore - Date.parse(budgetOf(await bench.state(), USERNAME).lastAt ?? '')).toBe(HOUR * 1_000);

    const early = await bench.ask('resume');
    expect(early.status.phase).toBe('blocked');
    expect(early.message).toContain(refusal.notBefore ?? 'a time');
    await bench.pass(50 * MINUTE);
    expect((await bench.ask('resume')).status.phase).toBe('blocked');
    expect(failedLogins(bench)).toBe(MAX_ATTEMPTS);

    await bench.pass((notBefore - bench.sandbox.clock.now().getTime()) / 1_000);
    expect((await bench.ask('resume')).status.phase).toBe('awaiting-token');
    await bench.newToken();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(failedLogins(bench)).toBe(MAX_ATTEMPTS);
  });

  test('a mail that comes meanwhile costs no attempt', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    for (let turn = 0; turn < 4; turn += 1) await sendTokenMail(bench, `WrongTokenNumber0000000${turn}`);
    await blockedWithBudgetSpent(bench, old);
    await bench.newToken();
    expect(await bench.phase()).toBe('blocked');
    expect(failedLogins(bench)).toBe(MAX_ATTEMPTS);
    expect((await bench.ledger.history()).at(-1)).toMatchObject({ type: 'Token Refused', reason: 'blocked' });
  });
});

describe('a user whom somebody else has locked out', () => {
  test('is told from a wrong token, and the rotation goes on once the user is unlocked', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    for (let turn = 0; turn < 10; turn += 1) await logInAsIntegration({ ...old, password: 'a stale client' });
    const { salesforce } = bench.sandbox;
    expect(salesforce.inspect(USERNAME).lockedUntil).not.toBeNull();
    const failed = failedLogins(bench);

    await bench.newToken();
    const { blocked } = await bench.state();
    expect(blocked?.refusal.code).toBe('user-locked');
    expect(failedLogins(bench)).toBe(failed + 1);
    await bench.pass(16 * MINUTE);
    await bench.ask('resume');
    await bench.newToken();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

/** The state that every waste of attempts ends in: nothing lost, nothing touched, and a time to wait for. */
async function blockedWithBudgetSpent(bench: RotationBench, old: Login) {
  const state = await bench.state();
  const { phase, blocked } = state;
  expect([phase, blocked?.refusal.code]).toEqual(['blocked', 'attempts-spent']);
  expect(budgetOf(state, USERNAME).spent).toBe(MAX_ATTEMPTS);
  expect(failedLogins(bench)).toBe(MAX_ATTEMPTS);
  expect(bench.sandbox.salesforce.inspect(USERNAME).lockedUntil).toBeNull();
  expect(bench.secrets.login(SECRET)).toEqual(old);
  const refusal = blocked?.refusal;
  if (refusal?.notBefore === undefined) throw new Error('the refusal names no time to wait for');
  return refusal;
}
