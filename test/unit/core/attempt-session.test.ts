import { beforeEach, describe, expect, test } from '@jest/globals';
import { attemptSession } from '../../../lib/core/attempt.ts';
import type { CredentialValue } from '../../../lib/core/domain/credential-value.ts';
import { LoginUnanswered } from '../../../lib/core/errors.ts';
import { StateKeeper } from '../../../lib/core/reconcile/state-keeper.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
  USERNAME,
} from '../../support/billing.ts';

const CREDENTIAL = billingCredential({ lockout: { maxAttempts: 2 } }, { kind: 'self' });
const value = (token: string): CredentialValue => ({
  kind: 'password',
  username: USERNAME,
  password: Redacted.of('old-Passw0rd'),
  securityToken: Redacted.of(token),
  loginUrl: LOGIN_URL,
  passwordChangedAt: undefined,
  rotationId: undefined,
});

let ports: MemoryPorts;
const attempt = async (token = 'right') =>
  attemptSession(ports, await StateKeeper.load(ports, CREDENTIAL), CREDENTIAL, value(token));
const budget = () => ports.ledger.stored('billing')?.budgets[USERNAME];

beforeEach(() => {
  ports = memoryPorts();
  ports.org.addUser({ username: USERNAME, password: 'old-Passw0rd', token: 'right' });
  ports.ledger.put(billingState('changing'));
});

describe('an attempt that keeps its session', () => {
  test('is reserved before Salesforce hears of it, and opens one session', async () => {
    let reserved: number | undefined;
    ports.org.before = async () => {
      reserved = budget()?.spent;
    };
    const outcome = await attempt();
    expect(outcome).toMatchObject({ kind: 'accepted', session: { by: 'soap' } });
    expect(reserved).toBe(1);
    expect(ports.org.own.left).toBe(1);
  });

  test('is not made once the budget is spent', async () => {
    ports.ledger.put(billingState('changing', billingBudget({ spent: 2 })));
    expect(await attempt()).toEqual({ kind: 'not-made', because: 'spent' });
    expect(ports.org.logins).toBe(0);
  });

  test('without an answer stays spent', async () => {
    ports.org.lost = 'answer';
    await expect(attempt()).rejects.toThrow(LoginUnanswered);
    expect(budget()?.spent).toBe(1);
  });

  test('that is rejected opens none', async () => {
    expect(await attempt('wrong')).toMatchObject({ kind: 'rejected' });
    expect(ports.org.own.left).toBe(0);
  });

  test('as another user than the recorded one closes what it opened', async () => {
    ports.ledger.put(billingState('changing', { rotation: { ...ROTATION, userId: '0055g0000000009AAA' } }));
    expect(await attempt()).toMatchObject({ kind: 'other-identity' });
    expect([ports.org.own.opened, ports.org.own.left]).toEqual([1, 0]);
  });

  test('takes any user where none is recorded yet', async () => {
    const unknown = { ...ROTATION, userId: '', organizationId: '' };
    ports.ledger.put(billingState('changing', { rotation: unknown }));
    expect(await attempt()).toMatchObject({ kind: 'accepted' });
  });
});
