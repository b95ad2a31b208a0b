import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState, Predecessor } from '../../../../lib/core/domain/state.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { rotationTarget } from '../../../../lib/core/reconcile/rotation-target.ts';
import { Workbench } from '../../../../lib/core/reconcile/workbench.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingConfiguration,
  billingCredential,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../../support/billing.ts';

const LIVE = 'billing-b@acme.example';
const SECRET = 'salesforce/prod/billing';
const PAIR = { strategy: { kind: 'alternating-users' as const, usernames: [USERNAME, LIVE] } };
const credentialOf = (username: string) =>
  JSON.stringify({ username, password: `of ${username}`, securityToken: 'tok', loginUrl: LOGIN_URL });

let ports: MemoryPorts;

async function run(predecessor: Partial<Predecessor> = {}): Promise<CredentialState> {
  ports.ledger.put(
    billingState('idle', {
      predecessor: {
        username: USERNAME,
        versionId: ports.secrets.labelsOf(SECRET)['AWSPREVIOUS'] ?? '',
        replacedAt: '2026-10-31T11:00:00.000Z',
        retireAt: '2026-11-01T11:00:00.000Z',
        ...predecessor,
      },
    }),
  );
  await advance(ports, billingConfiguration(PAIR), 'billing', { kind: 'poke' });
  const state = ports.ledger.stored('billing');
  if (state === undefined) throw new Error('the ledger has no state');
  return state;
}

const told = () => ports.telemetry.events.map(({ type, message }) => [type, message]);

beforeEach(() => {
  ports = memoryPorts();
  ports.secrets.create(SECRET, credentialOf(USERNAME), true);
  ports.secrets.edit(SECRET, credentialOf(LIVE));
  ports.secrets.create('salesforce/prod/billing/draft', '{}');
  ports.secrets.create(
    'salesforce/prod/rotator',
    JSON.stringify({ clientId: '3MVG9.rotator', clientSecret: 'app-secret' }),
  );
});

const addOldUser = () => ports.org.addUser({ username: USERNAME, password: 'old', token: 'tok' });

describe('the old user retires', () => {
  test('with a password that is as long as configured and nowhere to be read', async () => {
    const user = addOldUser();
    const { predecessor } = await run();
    expect(predecessor?.endedAt).toBe('2026-11-01T12:00:00.000Z');
    expect(user.password).toHaveLength(32);
    expect(JSON.stringify([ports.ledger.stored('billing'), ports.telemetry.events])).not.toContain(
      user.password,
    );
  });

  test('who is gone from the org: it is over', async () => {
    const { predecessor } = await run();
    expect(predecessor?.endedAt).toBeDefined();
    expect(told()).toEqual([
      [
        'Old User Retired',
        `The old credential of "${USERNAME}" no longer works. The user is gone or deactivated.`,
      ],
    ]);
  });

  test.each([
    ['moved since it was begun: nothing is set again', '2026-10-30T00:00:00.000Z', 'old'],
    ['not moved: it is set', '2026-10-31T00:00:00.000Z', undefined],
  ])('after a lost answer, the date of the password %s', async (_name, changedBefore, password) => {
    const user = addOldUser();
    user.lastPasswordChangeDate = '2026-10-31T00:00:00.000Z';
    const retirement = { begunAt: '2026-11-01T11:00:00.000Z', changedBefore };
    const { predecessor, chore } = await run({ retirement });
    expect(predecessor?.endedAt).toBeDefined();
    expect(chore).toBeUndefined();
    expect(user.password === 'old').toBe(password === 'old');
  });

  test('not where it is the user of the current credential again', async () => {
    const user = addOldUser();
    ports.secrets.edit(SECRET, credentialOf(USERNAME.toUpperCase()));
    const { predecessor } = await run();
    expect(predecessor).toBeUndefined();
    expect(user.password).toBe('old');
    expect(told()).toEqual([
      [
        'Retirement Postponed',
        `The password of "${USERNAME}" is not replaced, because the credential secret holds this user again.`,
      ],
    ]);
  });

  test('not where nobody can tell which user is live', async () => {
    const user = addOldUser();
    ports.secrets.edit(SECRET, 'garbage');
    const { predecessor } = await run();
    expect(predecessor?.retireAt).toBe('2026-11-02T12:00:00.000Z');
    expect(user.password).toBe('old');
  });
});

describe('whom a rollback leads back to', () => {
  const target = (predecessor: Predecessor | undefined) =>
    rotationTarget(
      new Workbench(ports, billingCredential(PAIR)),
      billingState('idle', {
        request: { cause: 'rollback', by: 'ann', at: 'now' },
        ...(predecessor === undefined ? {} : { predecessor }),
      }),
      {
        kind: 'password',
        username: LIVE,
        password: Redacted.of('p'),
        securityToken: undefined,
        loginUrl: LOGIN_URL,
        passwordChangedAt: undefined,
        rotationId: undefined,
      },
    );
  const known = { username: USERNAME, versionId: 'gone', replacedAt: 'then' };

  test('the one whose version is recorded or, where that is gone, in the previous version', async () => {
    for (const predecessor of [undefined, known]) {
      expect(await target(predecessor)).toMatchObject({ kind: 'found', username: USERNAME });
    }
  });

  test.each([
    ['was replaced', { ...known, endedAt: 'T1' }],
    ['may have been replaced', { ...known, retirement: { begunAt: 'T1' } }],
  ])('not one whose password %s', async (_name, predecessor) => {
    expect(await target(predecessor)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'rollback-to-dead-credential', message: expect.stringContaining('replaced at T1') },
    });
  });

  test('what became of the other user is no matter', async () => {
    expect(await target({ ...known, username: LIVE, endedAt: 'T1' })).toMatchObject({ kind: 'found' });
  });
});
