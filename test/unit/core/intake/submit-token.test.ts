import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Configuration } from '../../../../lib/core/config/load.ts';
import { SalesforceOutcomeUnknown } from '../../../../lib/core/errors.ts';
import { submitToken } from '../../../../lib/core/intake/submit-token.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';
import { BillingScene, NEW, OLD } from '../../../support/billing-scene.ts';

const CONFIGURATION = billingConfiguration({ token: { sources: ['unchanged', 'operator'] } });
const WRONG = 'WrongTokenWrongTokenWron';
const TRIED = { triedUnchanged: true, reminders: 0, promptId: 'prompt-1' };

let scene: BillingScene;
const submit = (pasted: string, rotationId?: string, configuration: Configuration = CONFIGURATION) =>
  submitToken(scene.ports, configuration, {
    credential: 'billing',
    pasted: Redacted.of(pasted),
    by: 'ann',
    rotationId,
  });
const logins = () => scene.ports.org.logins;

beforeEach(() => {
  scene = new BillingScene();
  scene.passwordIsSet();
  scene.put('awaiting-token', TRIED);
});

describe('the right token', () => {
  test.each([
    ['bare', NEW.token],
    ['with blanks and line breaks', `  ${NEW.token.slice(0, 9)}\n ${NEW.token.slice(9)}\u200b\r\n`],
    ['in its whole mail', `Username: ${USERNAME}\nSecurity token (case-sensitive): ${NEW.token}\n`],
    [
      'in its mail, whose username has other capitals',
      `Username: ${USERNAME.toUpperCase()}\nSecurity token (case-sensitive): ${NEW.token}`,
    ],
  ])('%s, is accepted by one login, and the swap is asked for', async (_name, pasted) => {
    expect(await submit(pasted, ROTATION.id)).toEqual({ kind: 'accepted' });
    expect(logins()).toBe(1);
    expect(scene.state).toMatchObject({ phase: 'verified', rotation: { source: 'operator' } });
    expect(scene.rotation.commitRequestedAt).toBeDefined();
    expect(scene.draft()).toMatchObject({ securityToken: NEW.token });
  });

  test('is accepted also where the swap could not be asked for at once', async () => {
    scene.ports.secrets.before = (operation) => {
      if (operation === 'rotate') throw new Error('throttled');
    };
    expect(await submit(NEW.token)).toEqual({ kind: 'accepted' });
    expect(scene.state.phase).toBe('verified');
  });

  test('is accepted, and nothing else is begun, where the swap is over before its request is noted', async () => {
    const looked: string[] = [];
    scene.ports.secrets.before = (operation, secret) => {
      if (operation === 'rotate') scene.ports.ledger.put(billingState('idle', { version: 99 }));
      if (scene.state.phase === 'idle' && operation === 'readCurrent') looked.push(secret);
    };
    scene.ports.secrets.create('etl', JSON.stringify(scene.login(OLD)));
    const configuration = billingConfiguration({
      token: { sources: ['unchanged', 'operator'] },
      integrations: [{ secret: 'etl', format: 'json' }],
    });
    expect(await submit(NEW.token, undefined, configuration)).toEqual({ kind: 'accepted' });
    expect(looked).toEqual([]);
    expect(scene.state.phase).toBe('idle');
  });

  test('is found by a ledger that was lost', async () => {
    scene = new BillingScene();
    scene.passwordIsSet();
    scene.user.lastPasswordChangeDate = '2026-11-01T11:59:00.000Z';
    expect(await submit(NEW.token)).toEqual({ kind: 'accepted' });
  });
});

describe('what cannot be the token costs no login and changes nothing', () => {
  const unusable: readonly (readonly [string, string, string])[] = [
    ['nothing', ' \n', 'empty'],
    ['a short text', 'abc', 'wrong-length'],
    ['something with other characters', 'not a token!', 'wrong-characters'],
    ['a sentence', 'this is only one sentence of mine', 'looks-like-words'],
    ['a mail without a token', `Username: ${USERNAME}\n`, 'whole-mail-without-token'],
    [
      'a mail with two tokens',
      `Security token (case-sensitive): ${NEW.token}\nSecurity token (case-sensitive): ${WRONG}`,
      'whole-mail-with-two-tokens',
    ],
    [
      'another user’s mail',
      `Username: crm@acme.example\nSecurity token (case-sensitive): ${NEW.token}`,
      'other-user',
    ],
    ['the new password', NEW.password, 'is-password'],
    ['the new password with a line break', `${NEW.password}\n`, 'is-password'],
    ['password and token in one', NEW.password + NEW.token, 'is-password'],
    ['the old password', OLD.password, 'is-password'],
    ['the old token, which was tried', OLD.token, 'is-previous-token'],
  ];

  test.each(unusable)('%s', async (_name, pasted, problem) => {
    const before = scene.ports.ledger.stored('billing');
    expect(await submit(pasted)).toEqual({ kind: 'unusable', problem });
    expect(logins()).toBe(0);
    expect(scene.ports.ledger.stored('billing')).toEqual(before);
  });

  test('but the old token may still work while nobody has tried it', async () => {
    scene.put('awaiting-token', { reminders: 0 });
    scene.user.token = OLD.token;
    expect(await submit(OLD.token)).toEqual({ kind: 'accepted' });
    expect(logins()).toBe(1);
  });

  test('where it is no source, it is not tried', async () => {
    scene.put('awaiting-token', { reminders: 0 });
    const configuration = billingConfiguration({ token: { sources: ['operator'] } });
    expect(await submit(OLD.token, undefined, configuration)).toMatchObject({ problem: 'is-previous-token' });
  });
});

describe('what nobody waits for costs no login', () => {
  test.each([
    ['idle', 'not-waiting'],
    ['invited', 'not-waiting'],
    ['drafted', 'not-waiting'],
    ['verified', 'already-verified'],
    ['committing', 'already-verified'],
  ] as const)('in phase %s it is %s', async (phase, reason) => {
    scene.put(phase, phase === 'invited' ? { promptId: 'prompt-1' } : {});
    expect(await submit(NEW.token)).toEqual({ kind: 'declined', reason });
    expect(logins()).toBe(0);
  });

  test('for a rotation that has just ended, it was accepted already', async () => {
    const last = {
      id: 'rotation-0',
      cause: 'due',
      completedAt: 'x',
      versionId: 'v',
      integrations: 1,
    } as const;
    scene.put('awaiting-token', TRIED, { last });
    expect(await submit(NEW.token, 'rotation-0')).toEqual({ kind: 'declined', reason: 'already-verified' });
  });

  test('for another rotation', async () => {
    expect(await submit(NEW.token, 'rotation-0')).toEqual({ kind: 'declined', reason: 'another-rotation' });
    expect(logins()).toBe(0);
  });

  test('after an outside change a token alone is not enough', async () => {
    scene.put('awaiting-token', { ...TRIED, cause: 'outside-change' });
    expect(await submit(NEW.token)).toEqual({ kind: 'declined', reason: 'password-needed' });
  });

  test('blocked, it says why and what to do', async () => {
    const refusal = {
      code: 'user-frozen',
      message: 'Frozen.',
      remedy: 'Unfreeze.',
      notBefore: 'then',
    } as const;
    scene.put('blocked', TRIED, { blocked: { from: 'awaiting-token', refusal, at: 'x' } });
    expect(await submit(NEW.token)).toEqual({
      kind: 'blocked',
      message: 'Frozen.',
      remedy: 'Unfreeze.',
      tryAgainAt: 'then',
    });
  });

  test('and leaves no trace in the history, because the person is told', async () => {
    scene.put('verified');
    await submit(NEW.token);
    expect(await scene.ports.ledger.history('billing', 9)).toEqual([]);
  });
});

describe('a token that Salesforce refuses', () => {
  test('spends one attempt, and the login history says why', async () => {
    expect(await submit(WRONG)).toEqual({
      kind: 'rejected',
      because: 'wrong-password-or-token',
      attemptsLeft: 2,
    });
    expect(scene.state).toMatchObject({
      phase: 'awaiting-token',
      ...{ budgets: { [USERNAME]: { spent: 1 } } },
    });
  });

  test('without a readable history is refused for an unknown reason', async () => {
    scene.ports.secrets.hide('salesforce/prod/rotator', 'access is denied');
    expect(await submit(WRONG)).toMatchObject({ kind: 'rejected', because: 'unknown' });
  });

  test('is not tried again at once, and later once more, and then never', async () => {
    await submit(WRONG);
    expect(await submit(WRONG)).toEqual({ kind: 'too-soon', tryAgainAt: '2026-11-01T12:02:00.000Z' });
    scene.ports.clock.advance(120);
    expect(await submit(WRONG)).toMatchObject({ kind: 'rejected', attemptsLeft: 1 });
    expect(await submit(WRONG)).toEqual({ kind: 'declined', reason: 'refused-before' });
    expect(logins()).toBe(2);
  });

  test('with the last attempt: blocked, with the time at which Salesforce forgets', async () => {
    scene.put('awaiting-token', TRIED, billingBudget({ spent: 2 }));
    expect(await submit(WRONG)).toMatchObject({ kind: 'rejected', attemptsLeft: 0 });
    expect(scene.state.blocked?.refusal).toMatchObject({
      code: 'attempts-spent',
      notBefore: '2026-11-01T13:00:00.000Z',
    });
    expect(await submit(NEW.token)).toMatchObject({
      kind: 'blocked',
      tryAgainAt: '2026-11-01T13:00:00.000Z',
    });
    expect(logins()).toBe(1);
  });

  test('because the user is locked out, blocks, and the token may be tried again after that', async () => {
    scene.user.isLocked = true;
    expect(await submit(NEW.token)).toMatchObject({
      kind: 'blocked',
      remedy: expect.stringContaining('Unlock'),
    });
    expect(scene.state.blocked?.refusal.code).toBe('user-locked');
  });

  test.each([
    ['restricted', 'login-restricted'],
    ['disabled', 'login-disabled'],
    ['expired', 'password-expired'],
  ])('because the login is %s, blocks', async (what, code) => {
    if (what === 'restricted') scene.ports.org.restriction = 'Not from here.';
    if (what === 'disabled') scene.ports.org.soapLogin = false;
    if (what === 'expired') scene.user.expired = true;
    expect(await submit(NEW.token)).toMatchObject({ kind: 'blocked' });
    expect(scene.state.blocked?.refusal.code).toBe(code);
  });
});

describe('a login without a definite answer', () => {
  test('counts as spent, and the person is told', async () => {
    scene.ports.org.lost = 'answer';
    expect(await submit(WRONG)).toEqual({ kind: 'unanswered', attemptsLeft: 2 });
    expect(scene.state.budgets[USERNAME]).toMatchObject({ spent: 1 });
  });

  test('what was no login is no such answer', async () => {
    scene.put('changing', { changedBefore: '2026-10-01T00:00:00.000Z' });
    scene.ports.org.lost = 'request';
    await expect(submit(NEW.token)).rejects.toThrow(SalesforceOutcomeUnknown);
    expect(logins()).toBe(0);
  });
});

describe('while another login is under way', () => {
  test.each([
    ['the same token', NEW.token, true],
    ['another one', WRONG, false],
  ])('%s is not tried', async (_name, second, sameToken) => {
    let answer: unknown;
    scene.ports.org.before = async () => {
      scene.ports.org.before = async () => undefined;
      answer = await submit(second);
    };
    expect(await submit(NEW.token)).toEqual({ kind: 'accepted' });
    expect(answer).toEqual({ kind: 'busy', sameToken });
    expect(logins()).toBe(1);
  });

  test('or the password is being set, it is too early', async () => {
    scene.put('changing', {
      changedBefore: '2026-10-01T00:00:00.000Z',
      setLeaseUntil: '2026-11-01T12:01:00.000Z',
    });
    expect(await submit(NEW.token)).toEqual({ kind: 'busy', sameToken: false });
  });
});
