import { beforeEach, describe, expect, test } from '@jest/globals';
import { attemptLogin, tokenFingerprint } from '../../../lib/core/attempt.ts';
import type { CredentialValue } from '../../../lib/core/domain/credential-value.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import { RUN_LEASE_SECONDS } from '../../../lib/core/lease.ts';
import { StateKeeper } from '../../../lib/core/reconcile/state-keeper.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../support/billing.ts';

const CREDENTIAL = billingCredential({ lockout: { maxAttempts: 2 } });
const value = (token: string): CredentialValue => ({
  kind: 'password',
  username: USERNAME,
  password: Redacted.of('new-Passw0rd'),
  securityToken: Redacted.of(token),
  loginUrl: LOGIN_URL,
  passwordChangedAt: undefined,
  rotationId: 'rotation-1',
});

let ports: MemoryPorts;
let keeper: StateKeeper;
const attempt = (token = 'wrong', by = keeper) =>
  attemptLogin(ports, by, CREDENTIAL, value(token), 'mailbox');
const stored = () => ports.ledger.stored('billing')?.budgets[USERNAME];

beforeEach(async () => {
  ports = memoryPorts();
  ports.org.addUser({ username: USERNAME, password: 'new-Passw0rd', token: 'right' });
  ports.ledger.put(billingState('awaiting-token'));
  keeper = await StateKeeper.load(ports, billingCredential());
});

describe('an attempt', () => {
  test('is in the ledger before Salesforce hears of it, with a lease', async () => {
    let seen: unknown;
    ports.org.before = async () => {
      seen = stored();
    };
    await attempt();
    expect(seen).toEqual({
      spent: 1,
      made: 1,
      recent: [{ ordinal: 1, at: '2026-11-01T12:00:00.000Z' }],
      refused: [],
      lastAt: '2026-11-01T12:00:00.000Z',
      inFlight: {
        id: expect.any(String),
        fingerprint: tokenFingerprint(value('wrong')),
        source: 'mailbox',
        leaseUntil: '2026-11-01T12:02:30.000Z',
      },
    });
  });

  test('is one of the newest ten that are remembered by their time', async () => {
    const recent = Array.from({ length: 10 }, (_, index) => ({ ordinal: index + 1, at: 'before' }));
    ports.ledger.put(billingState('awaiting-token', billingBudget({ made: 10, recent })));
    await attempt('wrong', await StateKeeper.load(ports, billingCredential()));
    expect(stored()?.recent?.map(({ ordinal }) => ordinal)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('sends the password followed by the token, with the configured version', async () => {
    expect(await attempt('right')).toMatchObject({ kind: 'accepted' });
    expect(ports.org.logins).toBe(1);
  });

  test('that is refused stays spent', async () => {
    expect(await attempt()).toMatchObject({ kind: 'rejected' });
    expect(stored()?.spent).toBe(1);
  });

  test('whose answer was lost stays spent, is over, and is told', async () => {
    ports.org.before = async () => {
      throw new SalesforceOutcomeUnknown('no answer');
    };
    await expect(attempt()).rejects.toThrow(SalesforceOutcomeUnknown);
    expect(stored()).toMatchObject({ spent: 1 });
    expect(stored()).not.toHaveProperty('inFlight');
    expect(ports.telemetry.events).toEqual([
      expect.objectContaining({ type: 'Login Unanswered', reason: 'outcome-unknown' }),
    ]);
  });

  test('of a run that dies stays spent and in flight until its lease ends', async () => {
    ports.org.before = async () => {
      throw new Error('killed');
    };
    await expect(attempt()).rejects.toThrow('killed');
    expect(stored()).toMatchObject({ spent: 1, inFlight: expect.any(Object) });

    ports.org.before = async () => undefined;
    const next = await StateKeeper.load(ports, billingCredential());
    ports.clock.advance(RUN_LEASE_SECONDS - 1);
    expect(await attempt('right', next)).toEqual({ kind: 'not-made', because: 'in-flight' });
    ports.clock.advance(1);
    expect(await attempt('right', next)).toMatchObject({ kind: 'accepted' });
  });

  test('is not made where the budget is spent', async () => {
    ports.ledger.put(billingState('awaiting-token', billingBudget({ spent: 2 })));
    keeper = await StateKeeper.load(ports, billingCredential());
    expect(await attempt('right')).toEqual({ kind: 'not-made', because: 'spent' });
    expect(ports.org.logins).toBe(0);
  });

  test('is not made by two runs at once', async () => {
    const other = await StateKeeper.load(ports, billingCredential());
    const outcomes = await Promise.all([attempt('a'), attempt('b', other)]);
    expect(outcomes).toMatchObject([{ kind: 'rejected' }, { kind: 'not-made', because: 'overtaken' }]);
    expect(ports.org.logins).toBe(1);
  });

  test('that leads to another user or org is none that counts as accepted', async () => {
    const { rotation, ...state } = billingState('awaiting-token');
    if (rotation === undefined) throw new Error('no rotation');
    ports.ledger.put({ ...state, rotation: { ...rotation, userId: '005580000009999AAA' } });
    keeper = await StateKeeper.load(ports, billingCredential());
    expect(await attempt('right')).toMatchObject({ kind: 'other-identity' });
    expect(ports.telemetry.events).toEqual([]);
    expect(stored()).toMatchObject({ spent: 1 });
  });

  test('takes a 15-character id for the same as its 18-character form', async () => {
    const { rotation, ...state } = billingState('awaiting-token');
    if (rotation === undefined) throw new Error('no rotation');
    ports.ledger.put({ ...state, rotation: { ...rotation, userId: rotation.userId.slice(0, 15) } });
    keeper = await StateKeeper.load(ports, billingCredential());
    expect(await attempt('right')).toMatchObject({ kind: 'accepted' });
  });
});

describe('the fingerprint', () => {
  test('names a token by the password that it goes with', () => {
    expect(tokenFingerprint(value('a'))).toBe(tokenFingerprint(value('a')));
    expect(tokenFingerprint(value('a'))).not.toBe(tokenFingerprint(value('b')));
    expect(tokenFingerprint(value('a'))).not.toBe(
      tokenFingerprint({ ...value('a'), password: Redacted.of('x') }),
    );
    expect(tokenFingerprint({ ...value('a'), securityToken: undefined })).toMatch(/^[0-9a-f]{12}$/);
  });
});
