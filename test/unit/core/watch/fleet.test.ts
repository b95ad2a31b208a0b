import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkConfiguration } from '../../../../lib/core/config/load.ts';
import { refusals } from '../../../../lib/core/domain/refusal.ts';
import type { CredentialState, Phase } from '../../../../lib/core/domain/state.ts';
import { block } from '../../../../lib/core/domain/transition.ts';
import { type FleetRow, fleet, fleetRow } from '../../../../lib/core/watch/fleet.ts';
import {
  billingBudget,
  billingConfiguration,
  billingCredential,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const HOUR = 3_600;
const DAY = 24 * HOUR;
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const ahead = (seconds: number) => ago(-seconds);
const MONTHLY = billingCredential({ schedule: { every: '30 days' } });
const TWO_USERS = billingCredential({
  strategy: { kind: 'alternating-users', usernames: ['a@acme.example', 'b@acme.example'] },
});
const FRESH = { passwordChangedAt: ago(12 * DAY), since: ago(2 * HOUR) };

/** A configuration with these credentials, alike but for their names and secrets. */
function configurationOf(...names: readonly string[]) {
  return checkConfiguration({
    orgs: {
      prod: {
        loginUrl: LOGIN_URL,
        connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
      },
    },
    credentials: Object.fromEntries(
      names.map((name) => [
        name,
        { org: 'prod', secret: `salesforce/prod/${name}`, schedule: { every: '30 days' } },
      ]),
    ),
  });
}

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts();
});

describe('a row', () => {
  test('says where the credential stands, with ages and limits in seconds', () => {
    const state = billingState('idle', { ...FRESH, ...billingBudget({ spent: 1 }) });
    expect(fleetRow(MONTHLY, state, NOW)).toEqual({
      kind: 'known',
      credential: 'billing',
      org: 'prod',
      phase: 'idle',
      retirement: expect.objectContaining({ login: 'soap', daysLeft: 212 }),
      since: FRESH.since,
      phaseSeconds: 2 * HOUR,
      waitingFor: { kind: 'nothing', text: 'nothing' },
      passwordChangedAt: FRESH.passwordChangedAt,
      password: { seconds: 12 * DAY, limitSeconds: 30 * DAY },
      nextRotationAt: ahead(18 * DAY),
      schedule: { kind: 'every' },
      attemptsSpent: 1,
      attemptsLeft: 2,
      rotateNow: { kind: 'offered', consequence: expect.any(String) },
    });
  });

  test('of a credential that the service never saw says so, and has no age', () => {
    expect(fleetRow(MONTHLY, undefined, NOW)).toEqual({
      kind: 'unknown',
      credential: 'billing',
      org: 'prod',
      waitingFor: { kind: 'service', text: 'the first look of the service' },
      attemptsLeft: 3,
      schedule: { kind: 'every' },
      rotateNow: { kind: 'offered', consequence: expect.any(String) },
    });
  });

  test.each([
    [billingCredential(), { kind: 'none' }],
    [billingCredential({ schedule: { cron: '0 8 1 * ? *' } }), { kind: 'cron', expression: '0 8 1 * ? *' }],
  ])('says what begins rotations: %#', (credential, schedule) => {
    expect(fleetRow(credential, billingState('idle', FRESH), NOW)).toMatchObject({ schedule });
  });

  test('of a blocked credential has the reason and the remedy', () => {
    const { message, remedy } = refusals.userFrozen(USERNAME);
    const state = block(billingState('awaiting-token'), ago(60), refusals.userFrozen(USERNAME));
    expect(fleetRow(MONTHLY, state, NOW)).toMatchObject({ phase: 'blocked', message, remedy });
  });
});

describe('rotate-now', () => {
  const offer = (state: CredentialState | undefined, credential = MONTHLY) => {
    const row = fleetRow(credential, state, NOW);
    return row.kind === 'unreadable' ? undefined : row.rotateNow;
  };
  const blockedFrom = (phase: 'idle' | 'awaiting-token') =>
    block(billingState(phase, FRESH), ago(60), refusals.userFrozen(USERNAME));

  test.each([
    [
      'of a single user tells of the outage',
      billingState('idle', FRESH),
      MONTHLY,
      /^The password is changed at once, and the integrations cannot log in until/,
    ],
    [
      'of two users tells that there is none',
      billingState('idle', FRESH),
      TWO_USERS,
      /there is no outage\.$/,
    ],
    [
      'where a person brings the token tells that one is invited first',
      billingState('idle', FRESH),
      billingCredential({ token: { sources: ['operator'] } }),
      /^A person is invited to press Start, and nothing changes before\./,
    ],
    ['is offered where nothing is known', undefined, MONTHLY, /^The password/],
    [
      'is offered again where the rotation never began',
      blockedFrom('idle'),
      MONTHLY,
      /^The remedy must have been applied\. The password/,
    ],
    [
      'brings a swap forward that waits for its time',
      billingState('verified', { rotation: { ...ROTATION, commitAt: ahead(DAY) } }),
      TWO_USERS,
      /^The new credential is verified\. .*no outage\.$/,
    ],
  ])('%s', (_name, state, credential, consequence) => {
    expect(offer(state, credential)).toEqual({
      kind: 'offered',
      consequence: expect.stringMatching(consequence),
    });
  });

  test.each(['invited', 'drafted', 'changing', 'awaiting-token', 'verified', 'committing'] as const)(
    'is not offered while %s',
    (phase) => {
      expect(offer(billingState(phase))).toEqual({ kind: 'withheld', because: 'under way' });
    },
  );

  test.each([
    ['a rotation was asked for', { request: { cause: 'requested', by: 'ann', at: ago(1) } } as const],
    ['one is due', { passwordChangedAt: ago(30 * DAY) }],
    ['one was claimed', { rotation: ROTATION }],
  ])('is not offered when %s', (_name, changes) => {
    expect(offer(billingState('idle', { ...FRESH, ...changes }))).toEqual({
      kind: 'withheld',
      because: 'about to begin',
    });
  });

  test('is not offered while blocked half-way', () => {
    expect(offer(blockedFrom('awaiting-token'))).toEqual({
      kind: 'withheld',
      because: 'blocked half-way: apply the remedy, then resume',
    });
  });
});

describe('the fleet', () => {
  const names = (rows: readonly FleetRow[]) => rows.map(({ credential }) => credential);
  const put = (credential: string, phase: Phase, changes: Partial<CredentialState> = {}) =>
    ports.ledger.put({ ...billingState(phase, { ...FRESH, ...changes }), credential });

  test('of no credentials is empty', async () => {
    expect(await fleet(ports, checkConfiguration({ orgs: {}, credentials: {} }))).toEqual([]);
  });

  test('is worst first, and of those that are alike the longest, and the next that is due', async () => {
    put('idle-later', 'idle', { passwordChangedAt: ago(1 * DAY) });
    put('idle-next', 'idle', { passwordChangedAt: ago(20 * DAY) });
    const { passwordChangedAt: _unknown, ...ageless } = billingState('idle', FRESH);
    ports.ledger.put({ ...ageless, credential: 'a-ageless' });
    put('under-way', 'changing');
    put('asked', 'idle', { request: { cause: 'requested', by: 'ann', at: ago(1) }, since: ago(DAY) });
    put('token-short', 'awaiting-token', { rotation: { ...ROTATION, reminders: 0 }, since: ago(60) });
    put('token-long', 'awaiting-token', { rotation: { ...ROTATION, reminders: 0 }, since: ago(600) });
    put('start', 'invited', { since: ago(61) });
    ports.ledger.put({
      ...block(billingState('idle'), ago(60), refusals.userFrozen(USERNAME)),
      credential: 'z-blocked',
    });
    put('zz-damaged', 'idle', { since: 'yesterday' });
    const configuration = configurationOf(
      'idle-later',
      'idle-next',
      'a-ageless',
      'new',
      'under-way',
      'asked',
      'token-short',
      'token-long',
      'start',
      'z-blocked',
      'zz-damaged',
    );
    expect(names(await fleet(ports, configuration))).toEqual([
      'zz-damaged',
      'z-blocked',
      'token-long',
      'start',
      'token-short',
      'asked',
      'under-way',
      'new',
      'idle-next',
      'idle-later',
      'a-ageless',
    ]);
  });

  test.each<[string, object]>([
    ['a phase of another version', { phase: 'dreaming' }],
    ['a phase that needs a rotation, without one', { phase: 'awaiting-token' }],
    ['a time that is none', { since: 'yesterday' }],
    ['an age that is none', { passwordChangedAt: 'x' }],
    ['no budgets that can be counted', { budgets: { a: { spent: 'many' } } }],
    ['a list for a state', { budgets: [null] }],
  ])('has a row for a record with %s, and spoils no other', async (_name, damage) => {
    ports.ledger.put({ ...billingState('idle', FRESH), ...damage, credential: 'damaged' } as CredentialState);
    put('sound', 'idle');
    const rows = await fleet(ports, configurationOf('sound', 'damaged'));
    expect(rows[0]).toEqual({ kind: 'unreadable', credential: 'damaged', org: 'prod' });
    expect(rows[1]).toMatchObject({ kind: 'known', credential: 'sound' });
    expect(ports.telemetry.warnings).toEqual([`The ledger's record of "damaged" cannot be read.`]);
  });

  test('has a row for a record that could not be loaded', async () => {
    put('billing', 'idle');
    ports.ledger.before = async () => {
      throw new Error('denied');
    };
    expect(await fleet(ports, billingConfiguration())).toEqual([
      { kind: 'unreadable', credential: 'billing', org: 'prod' },
    ]);
  });

  test('only reads', async () => {
    put('billing', 'awaiting-token', { rotation: ROTATION });
    await fleet(ports, billingConfiguration());
    expect([ports.ledger.saves, ports.queue.pokes, ports.notifier.announced]).toEqual([0, [], []]);
  });
});
