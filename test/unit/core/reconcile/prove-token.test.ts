import { beforeEach, describe, expect, test } from '@jest/globals';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const CONFIGURATION = billingConfiguration({ token: { prove: true } });
const AT = '2026-11-01T12:00:00.000Z';
const VERIFIED = { ...ROTATION, verifiedAt: AT };

let ports: MemoryPorts;
const run = () => advance(ports, CONFIGURATION, 'billing', { kind: 'poke' });
const stored = () => ports.ledger.stored('billing');

beforeEach(() => {
  ports = memoryPorts();
  ports.org.addUser({ username: USERNAME, password: 'new', token: 'token' });
  const value = { username: USERNAME, password: 'new', securityToken: 'token', loginUrl: LOGIN_URL };
  ports.secrets.create('salesforce/prod/billing', JSON.stringify({ ...value, password: 'old' }), true);
  ports.secrets.create(
    'salesforce/prod/billing/draft',
    JSON.stringify({ ...value, rotationId: ROTATION.id, verifiedAt: AT }),
  );
  ports.ledger.put(billingState('verified', { rotation: VERIFIED }));
});

describe('proving a token', () => {
  test('is one reserved attempt with the password alone; refused, the token was needed', async () => {
    expect((await run()).state).toMatchObject({
      phase: 'verified',
      ...billingBudget({ spent: 1, made: 1 }),
      rotation: { triedWithoutToken: true, commitRequestedAt: AT },
    });
    expect(ports.org.logins).toBe(1);
    expect(ports.notifier.announced.map((event) => event.type)).not.toContain('Token Not Proven');
  });

  test('accepted, it says that nothing was proved, and goes on', async () => {
    const user = ports.org.users[0];
    if (user) user.token = '';
    await run();
    expect(ports.notifier.announced.map((event) => event.type)).toContain('Token Not Proven');
    expect(stored()).toMatchObject({ ...billingBudget({}), rotation: { commitRequestedAt: AT } });
  });

  test('is not made beside another run’s attempt: it waits for that one', async () => {
    const inFlight = {
      id: 'x',
      fingerprint: 'f',
      source: 'test',
      leaseUntil: '2026-11-01T12:00:50.000Z',
    } as const;
    ports.ledger.put(
      billingState('verified', { rotation: VERIFIED, ...billingBudget({ spent: 1, inFlight }) }),
    );
    expect(await run()).toMatchObject({
      because: 'a token is being checked',
      until: new Date(inFlight.leaseUntil),
    });
    expect(ports.org.logins).toBe(0);
    expect(ports.queue.pokes).toEqual([{ credential: 'billing', afterSeconds: 50 }]);
    ports.clock.advance(50);
    await run();
    expect(ports.org.logins).toBe(1);
  });

  test('is not made with the last attempt', async () => {
    ports.ledger.put(billingState('verified', { rotation: VERIFIED, ...billingBudget({ spent: 2 }) }));
    await run();
    expect(ports.org.logins).toBe(0);
    expect(stored()).toMatchObject({ rotation: { commitRequestedAt: AT } });
  });
});
