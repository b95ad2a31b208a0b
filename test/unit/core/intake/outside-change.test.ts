import { beforeEach, describe, expect, test } from '@jest/globals';
import { submitCredential } from '../../../../lib/core/intake/submit-credential.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { command } from '../../../../lib/core/watch/command.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';
import { BillingScene, DRAFT, NEW, OLD, SECRET } from '../../../support/billing-scene.ts';

const CONFIGURATION = billingConfiguration({
  integrations: [{ secret: 'etl', format: 'json' }],
  onOutsideChange: 'prompt',
});
const WRONG = 'WrongTokenWrongTokenWron';

let scene: BillingScene;
const bring = (password: string, pasted: string, rotationId?: string) =>
  submitCredential(scene.ports, CONFIGURATION, {
    credential: 'billing',
    password: Redacted.of(password),
    pasted: Redacted.of(pasted),
    by: 'ann',
    rotationId,
  });
const begin = () =>
  command(scene.ports, CONFIGURATION, { action: 'outside-change', credential: 'billing', by: 'ann' });
const poke = () => advance(scene.ports, CONFIGURATION, 'billing', { kind: 'poke' });
const secretsNow = () => [SECRET, DRAFT, 'etl'].map((name) => scene.ports.secrets.text(name));
const logins = () => scene.ports.org.logins;

beforeEach(() => {
  scene = new BillingScene();
  scene.ports.secrets.create('etl', JSON.stringify({ ...scene.login(OLD), team: 'etl' }));
  scene.changeOutside();
  scene.ports.ledger.put(billingState('idle', { drift: { checkedAt: '2026-11-01T12:00:00.000Z' } }));
});

describe('an outside change', () => {
  test('is asked about at once: nothing is set, drafted or tried', async () => {
    const before = secretsNow();
    const { message, status } = await begin();
    expect(message).toContain('waiting for the password that was set outside');
    expect(status.phase).toBe('awaiting-token');
    expect(scene.rotation).toMatchObject({ cause: 'outside-change', username: USERNAME, reminders: 0 });
    expect(scene.rotation.promptId).toMatch(/^[0-9a-f]{32}$/);
    expect(scene.told).toContain('Password Changed Outside');
    expect(scene.state.request).toBeUndefined();
    expect(secretsNow()).toEqual(before);
    expect(logins()).toBe(0);
  });

  test('is asked about also while the integrations have locked the user out', async () => {
    scene.user.isLocked = true;
    await begin();
    expect(scene.state.phase).toBe('awaiting-token');
  });

  test('where the preflight refuses, asks nobody', async () => {
    scene.user.isFrozen = true;
    await begin();
    expect(scene.state).toMatchObject({ phase: 'blocked', blocked: { refusal: { code: 'user-frozen' } } });
    expect(scene.told).not.toContain('Password Changed Outside');
  });

  test('is not begun beside a rotation, whose password is the one in force', async () => {
    scene.put('awaiting-token');
    expect((await begin()).message).toContain('nothing was asked for');
    expect(scene.rotation.cause).toBe('requested');
  });

  test('makes room for a rotation, which sets a password of its own', async () => {
    await begin();
    const { id } = scene.rotation;
    await command(scene.ports, CONFIGURATION, { action: 'rotate-now', credential: 'billing', by: 'bob' });
    expect(scene.state).toMatchObject({ phase: 'idle', request: { cause: 'requested', by: 'bob' } });
    expect(scene.state.rotation).toBeUndefined();
    await poke();
    expect(scene.rotation.cause).toBe('requested');
    expect(await bring(NEW.password, NEW.token, id)).toMatchObject({ kind: 'declined' });
  });

  test('makes none while what was brought is being tried', async () => {
    await begin();
    scene.ports.org.before = async () => {
      await command(scene.ports, CONFIGURATION, { action: 'rotate-now', credential: 'billing', by: 'bob' });
    };
    expect(await bring(NEW.password, NEW.token)).toEqual({ kind: 'accepted' });
    expect(scene.state).toMatchObject({ phase: 'verified', rotation: { cause: 'outside-change' } });
    expect(scene.state.request).toBeUndefined();
  });

  test('asked about twice is one', async () => {
    await begin();
    const { id, promptId } = scene.rotation;
    await begin();
    expect(scene.rotation).toMatchObject({ id, promptId });
  });
});

describe('what a person brings after it', () => {
  beforeEach(async () => {
    await begin();
  });

  test('is tried by one login, becomes the draft only then, and is committed as usual', async () => {
    expect(await bring(`${NEW.password}\n`, NEW.token, scene.rotation.id)).toEqual({ kind: 'accepted' });
    expect(logins()).toBe(1);
    expect(scene.state.phase).toBe('verified');
    expect(scene.rotation).toMatchObject({ source: 'operator' });
    expect(scene.draft()).toMatchObject({
      ...scene.login(NEW),
      rotationId: scene.rotation.id,
      verifiedAt: '2026-11-01T12:00:00.000Z',
      passwordChangedAt: '2026-11-01T11:30:00.000Z',
    });
    expect(scene.ports.secrets.labelsOf(SECRET)).toHaveProperty('AWSPENDING');
  });

  test('wrong, leaves every secret as it is and spends one attempt', async () => {
    const before = secretsNow();
    expect(await bring(NEW.password, WRONG)).toEqual({
      kind: 'rejected',
      because: 'wrong-password-or-token',
      attemptsLeft: 2,
    });
    expect(secretsNow()).toEqual(before);
    expect(logins()).toBe(1);
    expect(scene.state).toMatchObject({ phase: 'awaiting-token', budgets: { [USERNAME]: { spent: 1 } } });
  });

  test('wrong once, is too soon at once; right, it is tried', async () => {
    await bring(NEW.password, WRONG);
    expect(await bring(NEW.password, WRONG)).toMatchObject({ kind: 'too-soon' });
    expect(await bring(NEW.password, NEW.token)).toEqual({ kind: 'accepted' });
  });

  test('wrong with the last attempt, blocks without a word of a draft that is not there', async () => {
    scene.ports.ledger.put({ ...scene.state, ...billingBudget({ spent: 2 }) });
    expect(await bring(NEW.password, WRONG)).toMatchObject({ kind: 'rejected', attemptsLeft: 0 });
    expect(scene.state.blocked?.refusal).toMatchObject({ code: 'attempts-spent' });
    expect(scene.state.blocked?.refusal.message).not.toContain('draft');
    expect(await bring(NEW.password, NEW.token)).toMatchObject({ kind: 'blocked' });
    expect(logins()).toBe(1);
  });

  test.each([
    ['no password', '\n', NEW.token, 'no-password'],
    ['no token, which the user needs', NEW.password, '', 'empty'],
    ['the password twice', NEW.password, NEW.password, 'is-password'],
    ['the password with its token, and the token', NEW.password + NEW.token, NEW.token, 'is-password'],
    [
      'another user’s mail',
      NEW.password,
      `Username: crm@acme.example\nSecurity token: ${NEW.token}`,
      'other-user',
    ],
    ['what is known already', OLD.password, OLD.token, 'is-previous-token'],
  ])('%s costs no login', async (_name, password, pasted, problem) => {
    expect(await bring(password, pasted)).toEqual({ kind: 'unusable', problem });
    expect(logins()).toBe(0);
  });

  test('may have the old token, which a change need not reset', async () => {
    scene.user.token = OLD.token;
    expect(await bring(NEW.password, OLD.token)).toEqual({ kind: 'accepted' });
  });

  test('needs no token where the user has none', async () => {
    const { securityToken: _none, ...bare } = scene.login(OLD);
    scene.ports.secrets.edit(SECRET, JSON.stringify(bare));
    scene.user.token = '';
    expect(await bring(NEW.password, '')).toEqual({ kind: 'accepted' });
    expect(scene.draft()).not.toHaveProperty('securityToken');
  });

  test('leaves nothing in the ledger from which a password could be guessed', async () => {
    const kept: unknown[] = [];
    scene.ports.org.before = async () => void kept.push(JSON.stringify(scene.state));
    await bring('Summer2026!', WRONG);
    kept.push(JSON.stringify(scene.state));
    await bring(NEW.password, NEW.token);
    kept.push(JSON.stringify([scene.state, await scene.ports.ledger.history('billing', 99)]));
    expect(kept).toHaveLength(4);
    for (const secret of ['Summer2026!', WRONG, NEW.password, NEW.token])
      expect(kept.join()).not.toContain(secret);
  });

  test('is checked again before it is tried: a refusal costs no login', async () => {
    scene.ports.secrets.hide('etl', 'access is denied');
    expect(await bring(NEW.password, NEW.token)).toMatchObject({ kind: 'blocked' });
    expect(scene.state.blocked?.refusal.code).toBe('integration-secret-missing');
    expect(logins()).toBe(0);
  });

  test('for another rotation is not tried', async () => {
    expect(await bring(NEW.password, NEW.token, 'rotation-0')).toEqual({
      kind: 'declined',
      reason: 'another-rotation',
    });
  });

  test('by many at once, is tried by one', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => bring(NEW.password, NEW.token)));
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(logins()).toBe(1);
  });
});

describe('a crash', () => {
  beforeEach(async () => {
    await begin();
  });

  test('between the login and the draft costs the attempt, and nothing else', async () => {
    const before = secretsNow();
    scene.ports.secrets.before = (operation) => {
      if (operation === 'write') throw new Error('killed');
    };
    await expect(bring(NEW.password, NEW.token)).rejects.toThrow('killed');
    scene.ports.secrets.before = () => undefined;
    expect(secretsNow()).toEqual(before);
    expect(await bring(NEW.password, NEW.token)).toEqual({ kind: 'busy', sameToken: true });
    scene.ports.clock.advance(150);
    expect(await bring(NEW.password, NEW.token)).toEqual({ kind: 'accepted' });
  });

  test('between the draft and the ledger costs no second login', async () => {
    const { rotation } = scene;
    scene.ports.secrets.edit(
      DRAFT,
      JSON.stringify({
        ...scene.login(NEW),
        rotationId: rotation.id,
        verifiedAt: '2026-11-01T12:00:00.000Z',
      }),
    );
    await poke();
    expect(scene.state.phase).toBe('verified');
    expect(logins()).toBe(0);
  });

  test('that takes the ledger along, is found in the draft', async () => {
    await bring(NEW.password, NEW.token);
    const lost = new BillingScene();
    lost.ports.secrets.edit(DRAFT, scene.ports.secrets.text(DRAFT) ?? '');
    lost.ports.secrets.create('etl', JSON.stringify(lost.login(OLD)));
    lost.changeOutside();
    await advance(lost.ports, CONFIGURATION, 'billing', { kind: 'poke' });
    expect(lost.state).toMatchObject({ phase: 'verified', rotation: { id: scene.rotation.id } });
    expect(lost.ports.org.logins).toBe(0);
  });
});

describe('with two users', () => {
  const PAIR = billingConfiguration({
    strategy: { kind: 'alternating-users', usernames: [USERNAME, 'billing-b@acme.example'] },
  });

  test('it is about the live one, and the other’s old password is left alone', async () => {
    const predecessor = { username: 'billing-b@acme.example', versionId: 'v', replacedAt: 'then' };
    scene.ports.ledger.put(billingState('idle', { predecessor }));
    await command(scene.ports, PAIR, { action: 'outside-change', credential: 'billing', by: 'ann' });
    expect(scene.rotation.username).toBe(USERNAME);
    expect(scene.state.predecessor).toEqual(predecessor);
    expect(ROTATION.username).toBe(USERNAME);
  });
});
