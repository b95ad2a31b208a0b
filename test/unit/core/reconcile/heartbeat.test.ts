import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ConfigurationInput } from '../../../../lib/core/config/schema.ts';
import type { CredentialState, LiveUser } from '../../../../lib/core/domain/state.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import type { Trigger } from '../../../../lib/core/reconcile/facts.ts';
import { command } from '../../../../lib/core/watch/command.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  type MemoryPorts,
  USERNAME,
} from '../../../support/billing.ts';
import { BillingScene, OLD } from '../../../support/billing-scene.ts';

type CredentialInput = ConfigurationInput['credentials'][string];

const NOW = Date.parse('2026-11-01T12:00:00.000Z');
const HOUR = 3_600;
const DAY = 24 * HOUR;
const iso = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
/** The org's date that goes with the password in force. */
const CHANGED = '2026-10-01T00:00:00.000Z';

let scene: BillingScene;
let ports: MemoryPorts;
beforeEach(() => {
  scene = new BillingScene();
  ports = scene.ports;
});

/** An idle credential whose last proof is a day old. */
function idle(user: Partial<LiveUser> = {}, changes: Partial<CredentialState> = {}): void {
  const live = { username: USERNAME, changedAt: CHANGED, provenAt: iso(-DAY), ...user };
  ports.ledger.put(billingState('idle', { user: live, ...changes }));
}

const run = (trigger: Trigger = { kind: 'poke' }, changes: Partial<CredentialInput> = {}) =>
  advance(ports, billingConfiguration(changes), 'billing', trigger);
const resetToken = () => {
  scene.user.token = 'ResetTokenResetTokenRese';
};
const spoil = (changes: Partial<BillingScene['user']>) => Object.assign(scene.user, changes);
const left = () => 3 - (scene.state.budgets[USERNAME]?.spent ?? 0);

describe('a heartbeat that Salesforce accepts', () => {
  test('is one login, is remembered, and leaves no line in the history', async () => {
    idle();
    await run();
    expect(ports.org.logins).toBe(1);
    expect(scene.state).toMatchObject({ phase: 'idle', user: { provenAt: iso(0), triedAt: iso(0) } });
    expect(scene.told).toEqual([]);
    await run();
    expect(ports.org.logins).toBe(1);
  });

  test('gives the budget back, and ends what was said against the user', async () => {
    const failed = { trouble: 'login-disabled', at: iso(-2 * HOUR), resumedAt: iso(-60) } as const;
    idle({ failed }, billingBudget({ spent: 1, lastAt: iso(-60) }));
    await run();
    expect(left()).toBe(3);
    expect(scene.state.user?.failed).toBeUndefined();
  });

  test('learns the org’s date where that was not known', async () => {
    ports.ledger.put(
      billingState('idle', { user: { username: USERNAME, provenAt: iso(-DAY) }, passwordChangedAt: CHANGED }),
    );
    await run();
    expect(scene.state.user).toMatchObject({ changedAt: CHANGED, provenAt: iso(0) });
  });

  test('of another user than the recorded one proves nothing', async () => {
    idle();
    const find = ports.org.findUser.bind(ports.org);
    ports.org.findUser = async (...args) => {
      const found = await find(...args);
      return found.kind === 'user'
        ? { ...found, user: { ...found.user, userId: '005580000009999AAA' } }
        : found;
    };
    await run();
    expect(scene.state).toMatchObject({
      phase: 'blocked',
      blocked: { refusal: { code: 'identity-changed' } },
    });
    expect(scene.state.user?.provenAt).toBe(iso(-DAY));
  });
});

describe('no login is made', () => {
  test.each<[string, () => void, Partial<LiveUser>, Partial<CredentialInput>]>([
    ['while a proof is younger than the interval', () => undefined, { provenAt: iso(60 - DAY) }, {}],
    ['where it is turned off', () => undefined, {}, { heartbeat: 0 }],
    ['within an hour after a try without an answer', () => undefined, { triedAt: iso(60 - HOUR) }, {}],
    [
      'while what it met is not said to be mended',
      resetToken,
      { failed: { trouble: 'token-reset', at: iso(-DAY) } },
      {},
    ],
    ['of a user that the records show as locked out', () => spoil({ isLocked: true }), {}, {}],
    ['of a user that the records show as frozen', () => spoil({ isFrozen: true }), {}, {}],
    ['of a user that the records show as deactivated', () => spoil({ isActive: false }), {}, {}],
    [
      'after a change of the password that was told',
      () => scene.changeOutside(),
      {},
      { onOutsideChange: 'alert' },
    ],
    ['with another user’s credential', () => undefined, { username: 'somebody@acme.example' }, {}],
  ])('%s', async (_name, arrange, user, changes) => {
    arrange();
    idle(user);
    await run({ kind: 'poke' }, changes);
    expect(ports.org.logins).toBe(0);
    expect(left()).toBe(3);
  });

  test('with the last attempt, which a rotation may need', async () => {
    idle({}, billingBudget({ spent: 2, lastAt: iso(-600) }));
    await run();
    expect(ports.org.logins).toBe(0);
    expect(scene.state.user?.triedAt).toBe(iso(0));
  });

  test('where nobody answers, not even to a question about the user; the next try is an hour later', async () => {
    idle();
    ports.org.lost = 'request';
    await run();
    expect(left()).toBe(3);
    ports.org.lost = undefined;
    ports.clock.advance(HOUR - 1);
    await run();
    expect(ports.org.logins).toBe(0);
    ports.clock.advance(1);
    await run();
    expect(ports.org.logins).toBe(1);
  });

  test('beside a rotation that is wanted', async () => {
    idle({}, { request: { cause: 'requested', by: 'ann', at: iso(0) } });
    ports.org.mayReset = false;
    await run();
    expect(ports.org.logins).toBe(0);
  });
});

test('with failures that the org has forgotten, the attempt is affordable again', async () => {
  idle({}, billingBudget({ spent: 2, lastAt: iso(-HOUR) }));
  await run();
  expect(ports.org.logins).toBe(1);
  expect(left()).toBe(3);
});

test('an only attempt may be used: there is none to be left for a rotation', async () => {
  idle();
  await run({ kind: 'poke' }, { lockout: { maxAttempts: 1 } });
  expect(ports.org.logins).toBe(1);
});

test('without an answer the attempt stays spent, nothing else follows, and the run goes on', async () => {
  idle();
  const find = ports.org.findUser.bind(ports.org);
  ports.org.before = async () => {
    ports.org.lost = 'answer';
  };
  ports.org.findUser = (...args) => find(...args);
  await run();
  expect(left()).toBe(2);
  expect(scene.state).toMatchObject({ phase: 'idle', user: { triedAt: iso(0), provenAt: iso(-DAY) } });
  expect(scene.told).toEqual(['Login Unanswered']);
});

test('the records cannot be read by us, so a login tells', async () => {
  idle();
  ports.secrets.edit('salesforce/prod/rotator', '{"clientId":"3MVG9.other","clientSecret":"app-secret"}');
  await run();
  expect(scene.state.user?.provenAt).toBe(iso(0));
});

test('two runs at once make one login', async () => {
  idle();
  ports.org.before = async () => {
    ports.org.before = async () => undefined;
    await run();
  };
  await run();
  expect(ports.org.logins).toBe(1);
  expect(left()).toBe(3);
});

test('a run that dies before Salesforce hears of it is followed by another try an hour later, within the budget', async () => {
  idle();
  ports.org.before = () => Promise.reject(new Error('the process dies'));
  await expect(run()).rejects.toThrow('dies');
  expect(left()).toBe(2);
  ports.org.before = async () => undefined;
  await run();
  expect(ports.org.logins).toBe(0);
  ports.clock.advance(HOUR);
  await run();
  expect(scene.state).toMatchObject({ phase: 'idle', user: { provenAt: iso(HOUR) } });
  expect(left()).toBe(3);
});

describe('a password that is changed while the heartbeat is on its way', () => {
  test.each(['prompt', 'take-over', 'alert'] as const)(
    'is told as what it is: %s',
    async (onOutsideChange) => {
      idle();
      ports.org.before = async () => {
        ports.org.before = async () => undefined;
        scene.changeOutside();
      };
      await run({ kind: 'poke' }, { onOutsideChange });
      expect(scene.told).toContain('Password Changed Outside');
      expect(scene.told).not.toContain('Token Reset Outside');
      expect(scene.state.last?.cause ?? scene.state.rotation?.cause).toBe(
        { prompt: 'outside-change', 'take-over': 'take-over', alert: undefined }[onOutsideChange],
      );
    },
  );
});

describe('alert', () => {
  test('tells a token reset once, tries no more, and lets a person ask again', async () => {
    const alert = { onOutsideChange: 'alert' } as const;
    idle();
    resetToken();
    await run({ kind: 'poke' }, alert);
    expect(scene.told).toEqual(['Token Reset Outside']);
    ports.clock.advance(3 * DAY);
    await run({ kind: 'poke' }, alert);
    expect(ports.org.logins).toBe(1);

    await run({ kind: 'resume', by: 'ann' }, alert);
    expect(ports.org.logins).toBe(2);
    expect(scene.told).toEqual(['Token Reset Outside']);

    scene.user.token = OLD.token;
    ports.clock.advance(HOUR);
    await run({ kind: 'resume', by: 'ann' }, alert);
    expect(scene.state.user?.failed).toBeUndefined();
    expect(scene.state.phase).toBe('idle');
    expect(left()).toBe(3);
  });

  test('a login in the org’s records that is newer than the trouble makes heartbeats regular again', async () => {
    idle({ failed: { trouble: 'token-reset', at: iso(-2 * DAY) }, provenAt: iso(-DAY) });
    await run();
    expect(scene.state.user).toMatchObject({ provenAt: iso(0) });
  });
});

describe('what waits for a person', () => {
  const REMEDIES: readonly (readonly [string, string, RegExp, (on: boolean) => void])[] = [
    [
      'SOAP login() off',
      'login-disabled',
      /login\(\)/,
      (on) => {
        ports.org.soapLogin = !on;
      },
    ],
    [
      'no Use Any API Auth',
      'login-disabled',
      /Use Any API Auth/,
      (on) => {
        ports.org.anyApiAuth = !on;
      },
    ],
    [
      'an address that is not allowed',
      'login-restricted',
      /addresses and hours/,
      (on) => {
        ports.org.restriction = on ? 'Not from this IP address.' : undefined;
      },
    ],
  ];

  test.each(REMEDIES)(
    '%s blocks it as %s until the remedy is proved by a login',
    async (_name, code, remedy, set) => {
      idle();
      set(true);
      await run();
      expect(scene.state).toMatchObject({ phase: 'blocked', blocked: { from: 'idle', refusal: { code } } });
      const { message, remedy: said } = scene.state.blocked?.refusal ?? {};
      expect(said).toMatch(remedy);
      expect(message).toContain('No integration was changed.');
      expect(message).not.toContain('draft');
      expect(scene.told).toEqual(['Rotation Blocked']);
      await run();
      expect(ports.org.logins).toBe(1);

      await command(ports, billingConfiguration(), { action: 'resume', credential: 'billing', by: 'ann' });
      expect(ports.org.logins).toBe(2);
      expect(scene.state).toMatchObject({ phase: 'blocked', blocked: { refusal: { code } } });

      ports.clock.advance(HOUR);
      set(false);
      await command(ports, billingConfiguration(), { action: 'resume', credential: 'billing', by: 'ann' });
      expect(ports.org.logins).toBe(3);
      expect(scene.state.phase).toBe('idle');
      expect(left()).toBe(3);
    },
  );

  test('the app of the integrations cannot be read', async () => {
    ports.secrets.create('app', '{}');
    idle();
    await run({ kind: 'poke' }, { login: { kind: 'oauth-password', secret: 'app' } });
    expect(scene.state).toMatchObject({
      phase: 'blocked',
      blocked: { refusal: { code: 'login-app-unusable' } },
    });
    expect(ports.org.logins).toBe(0);
    expect(left()).toBe(3);
  });

  test('the OAuth flow that is switched off is not taken for a reset token', async () => {
    ports.secrets.create('app', '{"clientId":"3MVG9.rotator","clientSecret":"app-secret"}');
    ports.org.passwordFlow = false;
    idle();
    await run({ kind: 'poke' }, { login: { kind: 'oauth-password', secret: 'app' } });
    expect(scene.state).toMatchObject({ phase: 'blocked', blocked: { refusal: { code: 'login-disabled' } } });
    expect(scene.state.blocked?.refusal.remedy).toContain('OAuth Username-Password Flows');
  });

  test.each([
    ['ip-restricted', 'blocked', 'login-restricted'],
    ['time-restricted', 'blocked', 'login-restricted'],
    ['api-disabled', 'blocked', 'login-disabled'],
    ['inactive', 'blocked', 'user-inactive'],
    ['frozen', 'blocked', 'user-frozen'],
    ['locked', 'idle', undefined],
    ['rate-exceeded', 'idle', undefined],
  ] as const)('the login history says %s', async (because, phase, code) => {
    idle();
    resetToken();
    ports.org.lastLoginFailure = async () => because;
    await run();
    expect(scene.state.phase).toBe(phase);
    expect(scene.state.blocked?.refusal.code).toBe(code);
    expect(scene.told).toEqual(
      { blocked: ['Rotation Blocked'], idle: because === 'locked' ? ['User Locked Out'] : [] }[phase],
    );
  });
});
