import { beforeEach, describe, expect, test } from '@jest/globals';
import { tokenFingerprint } from '../../../../lib/core/attempt.ts';
import type { Configuration } from '../../../../lib/core/config/load.ts';
import type { CredentialState, HistoryEvent } from '../../../../lib/core/domain/state.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../../support/billing.ts';

const SECRET = 'salesforce/prod/billing';
const NAMES = Array.from({ length: 12 }, (_, index) => `etl/${String(index).padStart(2, '0')}`);
const CURRENT = { username: USERNAME, password: 'current', securityToken: 'tok', loginUrl: LOGIN_URL };
const OLD = { ...CURRENT, password: 'old' };
const configured = (changes: Parameters<typeof billingConfiguration>[0] = {}) =>
  billingConfiguration({
    integrations: NAMES.map((secret) => ({ secret, format: 'json' as const })),
    ...changes,
  });

let ports: MemoryPorts;

/** The ledger knows an idle credential; a person wrote what is current, and these secrets carry an older one. */
function given(strays: readonly string[], changes: Partial<CredentialState> = {}): void {
  for (const name of NAMES) ports.secrets.create(name, JSON.stringify(strays.includes(name) ? OLD : CURRENT));
  ports.ledger.put(billingState('idle', changes));
}

async function look(configuration: Configuration = configured()): Promise<CredentialState> {
  await advance(ports, configuration, 'billing', { kind: 'poke' });
  const state = ports.ledger.stored('billing');
  if (state === undefined) throw new Error('the ledger has no state');
  return state;
}

const drift = (): readonly HistoryEvent[] =>
  ports.telemetry.events.filter(({ type }) => type.startsWith('Drift'));
const straying = () => NAMES.filter((name) => ports.secrets.text(name)?.includes('"old"'));

beforeEach(() => {
  ports = memoryPorts();
  ports.org.addUser({ username: USERNAME, password: 'current', token: 'tok' });
  ports.secrets.create(SECRET, JSON.stringify(CURRENT), true);
});

describe('what was not made by a rotation is proved first', () => {
  test('by one login, and no second one in the same version', async () => {
    given(['etl/03']);
    const { drift: known } = await look();
    expect(straying()).toEqual([]);
    expect(known?.provenVersion).toBe(ports.secrets.labelsOf(SECRET)['AWSCURRENT']);
    ports.secrets.edit('etl/04', JSON.stringify(OLD));
    ports.clock.advance(3_600);
    await look();
    expect(straying()).toEqual([]);
    expect(ports.org.logins).toBe(1);
  });

  test.each([
    ['Salesforce has refused it before', 1, [1], /Salesforce has refused it before/],
    ['no attempt is left', 3, [], /the last login attempt is kept for a rotation/],
    ['one attempt is left', 2, [], /the last login attempt is kept for a rotation/],
  ])('not where %s: told once, no login, and nothing moves', async (_name, spent, refused, why) => {
    const fingerprint = tokenFingerprint({
      password: Redacted.of(CURRENT.password),
      securityToken: Redacted.of(CURRENT.securityToken),
    });
    const entries = refused.map((times) => ({ fingerprint, at: '2026-11-01T11:00:00.000Z', times }));
    given(['etl/03'], billingBudget({ spent, refused: entries }));
    for (let hour = 0; hour < 3; hour += 1) {
      await look();
      ports.clock.advance(3_600);
    }
    expect(ports.org.logins).toBe(0);
    expect(straying()).toEqual(['etl/03']);
    expect(drift().map(({ message }) => message)).toEqual([expect.stringMatching(why)]);
  });

  test('with the only attempt where the budget is one', async () => {
    given(['etl/03']);
    await look(configured({ lockout: { maxAttempts: 1 } }));
    expect(straying()).toEqual([]);
  });

  test('at the next check where another run is logging in', async () => {
    const leaseUntil = '2026-11-01T12:00:30.000Z';
    const inFlight = { id: 'x', fingerprint: 'f', source: 'test', leaseUntil } as const;
    given(['etl/03'], billingBudget({ spent: 1, inFlight }));
    const { drift: known } = await look();
    const foundVersion = ports.secrets.labelsOf(SECRET)['AWSCURRENT'];
    expect(known).toEqual({ checkedAt: '2026-11-01T12:00:00.000Z', foundVersion });
    expect([ports.org.logins, drift()]).toEqual([0, []]);
    ports.clock.advance(3_600);
    await look();
    expect(straying()).toEqual([]);
  });

  test('at the next check where its answer was lost', async () => {
    given(['etl/03']);
    ports.org.lost = 'answer';
    await expect(look()).rejects.toThrow('no definite answer');
    await look();
    expect(ports.org.logins).toBe(1);
    ports.org.lost = undefined;
    ports.clock.advance(3_600);
    await look();
    expect(straying()).toEqual([]);
  });
});

describe('what is told', () => {
  test('of many, the first ten by name and the others by number', async () => {
    given(NAMES);
    await look(configured({ drift: { bringForward: false } }));
    expect(drift().map(({ message, remedy }) => [message, remedy])).toEqual([
      [
        `12 integration secrets carry another credential than the current one: ${NAMES.slice(0, 10).join(', ')} and 2 more.`,
        'They are left as they are, because drift.bringForward is off. Rotate, or turn it on, to bring them forward.',
      ],
    ]);
    expect(straying()).toHaveLength(12);
  });

  test('of a credential secret that is empty', async () => {
    given(['etl/03']);
    ports.secrets.edit(SECRET, '{}');
    await look();
    expect(drift()).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^The credential secret "salesforce\/prod\/billing" cannot be used: /),
      }),
    ]);
    expect(straying()).toEqual(['etl/03']);
  });
});
