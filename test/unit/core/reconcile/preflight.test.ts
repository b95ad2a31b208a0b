import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { connectionSecrets } from '../../../../lib/core/config/connection-secrets.ts';
import { preflight } from '../../../../lib/core/reconcile/preflight.ts';
import { Workbench } from '../../../../lib/core/reconcile/workbench.ts';
import {
  billingCredential,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const CREDENTIAL = billingCredential({ integrations: [{ secret: 'etl', format: 'json' }] });
const SECRET = CREDENTIAL.secret;
const DRAFT = CREDENTIAL.draftSecret;
const [CONNECTION = ''] = connectionSecrets(CREDENTIAL);
const OTHER = 'billing-b@acme.example';
const CURRENT = { username: USERNAME, password: 'old', securityToken: 'old', loginUrl: LOGIN_URL };

let ports: MemoryPorts;
let writes: string[];
const check = (rotationId?: string) =>
  preflight(
    new Workbench(ports, CREDENTIAL),
    billingState('idle', rotationId === undefined ? {} : { rotation: { ...ROTATION, id: rotationId } }),
  );
const user = () => {
  const found = ports.org.users[0];
  if (found === undefined) throw new Error('no user');
  return found;
};
const draft = (fields: object) =>
  ports.secrets.edit(DRAFT, JSON.stringify({ ...CURRENT, password: 'new', ...fields }));

beforeEach(() => {
  ports = memoryPorts();
  ports.org.addUser({ username: USERNAME, password: 'old', token: 'old' });
  ports.secrets.create(SECRET, JSON.stringify(CURRENT), true);
  ports.secrets.create(DRAFT, '{}');
  ports.secrets.create(CONNECTION, JSON.stringify({ clientId: '3MVG9.rotator', clientSecret: 'app-secret' }));
  ports.secrets.create('etl', '{"owner":"team"}');
  writes = [];
  ports.secrets.before = (operation) => {
    if (!['describe', 'readCurrent', 'readVersion'].includes(operation)) writes.push(operation);
  };
});

test('a healthy credential passes, without a write and without a login', async () => {
  const result = await check();
  expect(result).toMatchObject({
    kind: 'passed',
    preflight: { user: { userId: user().userId }, adoptable: undefined },
  });
  expect(writes).toEqual([]);
  expect(ports.org.logins).toBe(0);
});

test.each([
  ['as long as Salesforce accepts one fits', 0, 'passed'],
  ['as long as Salesforce accepts one is a byte too much for', 1, 'refused'],
])('a credential %s an integration secret', async (_what, more, kind) => {
  const largest = { ...CURRENT, password: '\\'.repeat(50), securityToken: 'W'.repeat(32) };
  const withFilling = (length: number) => ({ filling: 'x'.repeat(length), ...largest });
  const room = 65_536 - Buffer.byteLength(JSON.stringify(withFilling(0)));
  ports.secrets.edit('etl', JSON.stringify({ ...withFilling(room + more), ...CURRENT }));
  expect((await check()).kind).toBe(kind);
});

describe('refused before anything is irreversible', () => {
  const CASES: readonly (readonly [string, () => unknown, string])[] = [
    [
      'credential secret marked for deletion',
      () => ports.secrets.hide(SECRET, 'it is marked for deletion'),
      'credential-secret-missing',
    ],
    [
      'credential secret that may not be read',
      () => ports.secrets.hide(SECRET, 'access is denied'),
      'credential-secret-missing',
    ],
    [
      'credential secret that is no JSON',
      () => ports.secrets.edit(SECRET, 'text'),
      'credential-secret-unusable',
    ],
    [
      'credential secret without a field',
      () => ports.secrets.edit(SECRET, '{"username":"u"}'),
      'credential-secret-unusable',
    ],
    [
      'rotation turned off',
      () => ports.secrets.create(SECRET, JSON.stringify(CURRENT), false),
      'credential-without-rotation',
    ],
    ['no draft secret', () => ports.secrets.hide(DRAFT, 'it does not exist'), 'draft-secret-missing'],
    ['a draft that is no JSON', () => ports.secrets.edit(DRAFT, 'text'), 'draft-holds-another-rotation'],
    ['a draft of another rotation', () => draft({ rotationId: 'other' }), 'draft-holds-another-rotation'],
    ['a draft that names no rotation', () => draft({}), 'draft-holds-another-rotation'],
    [
      'a draft that was accepted',
      () => draft({ rotationId: 'r1', verifiedAt: 'x' }),
      'draft-holds-another-rotation',
    ],
    [
      'a connection that is no JSON',
      () => ports.secrets.edit(CONNECTION, 'text'),
      'connection-secret-unusable',
    ],
    [
      'no connection secret',
      () => ports.secrets.hide(CONNECTION, 'it does not exist'),
      'connection-secret-unusable',
    ],
    [
      'a connection that the org refuses',
      () => ports.secrets.edit(CONNECTION, '{"clientId":"x","clientSecret":"y"}'),
      'org-connection-refused',
    ],
    [
      'no integration secret',
      () => ports.secrets.hide('etl', 'it does not exist'),
      'integration-secret-missing',
    ],
    [
      'an integration secret in another format',
      () => ports.secrets.edit('etl', 'key=value'),
      'integration-secret-unusable',
    ],
    [
      'an integration secret that is a number',
      () => ports.secrets.edit('etl', '7'),
      'integration-secret-unusable',
    ],
    [
      'a user that the org does not have',
      () => ports.secrets.edit(SECRET, JSON.stringify({ ...CURRENT, username: 'x@y' })),
      'user-not-found',
    ],
    ['a deactivated user', () => Object.assign(user(), { isActive: false }), 'user-inactive'],
    ['a frozen user', () => Object.assign(user(), { isFrozen: true }), 'user-frozen'],
    ['a user who is locked out', () => Object.assign(user(), { isLocked: true }), 'user-locked'],
    [
      'a connection that may not set passwords',
      () => Object.assign(ports.org, { mayReset: false }),
      'connection-permission-missing',
    ],
  ];

  test.each(CASES)('%s', async (_name, spoil, code) => {
    spoil();
    const result = await check();
    expect(result).toMatchObject({ kind: 'refused', refusal: { code } });
    expect(writes).toEqual([]);
    expect(ports.org.logins).toBe(0);
  });
});

test('of several reasons the first in a fixed order is told, and what comes after it is not asked for', async () => {
  const { secrets, org } = ports;
  const reads: string[] = [];
  const asked = jest.spyOn(org, 'findUser');
  secrets.before = (operation) => void reads.push(operation);
  const texts = new Map([SECRET, CONNECTION, DRAFT, 'etl'].map((name) => [name, secrets.text(name) ?? '']));
  for (const name of texts.keys()) secrets.create(name, 'text', false);
  Object.assign(user(), { isActive: false, isFrozen: true });
  org.mayReset = false;
  const mend = (name: string) => () => void secrets.create(name, texts.get(name) ?? '', true);
  const ORDER: readonly (readonly [string, () => unknown, string])[] = [
    ['credential-without-rotation', () => secrets.create(SECRET, 'text', true), 'describe'],
    ['credential-secret-unusable', mend(SECRET), 'describe readCurrent'],
    ['connection-secret-unusable', mend(CONNECTION), 'describe readCurrent'],
    ['draft-holds-another-rotation', mend(DRAFT), 'describe readCurrent'],
    ['integration-secret-unusable', mend('etl'), 'describe readCurrent'],
    ['user-inactive', () => Object.assign(user(), { isActive: true }), 'describe readCurrent'],
    ['user-frozen', () => Object.assign(user(), { isFrozen: false }), 'describe readCurrent'],
    ['connection-permission-missing', () => Object.assign(org, { mayReset: true }), 'describe readCurrent'],
  ];
  for (const [code, repair, calls] of ORDER) {
    reads.length = 0;
    expect(await check()).toMatchObject({ kind: 'refused', refusal: { code } });
    expect(reads.join(' ')).toBe(calls);
    repair();
  }
  expect(asked).toHaveBeenCalledTimes(3);
  expect(await check()).toMatchObject({ kind: 'passed' });
});

test.each(['rollback', 'outside-change'] as const)(
  'a rotation that sets no password (%s) needs no permission to set one',
  async (cause) => {
    ports.org.mayReset = false;
    const pair = billingCredential({
      integrations: [{ secret: 'etl', format: 'json' }],
      strategy: { kind: 'alternating-users', usernames: [USERNAME, OTHER] },
    });
    const other = { ...CURRENT, username: OTHER };
    ports.org.addUser({ username: OTHER, password: 'old', token: 'old' });
    ports.secrets.edit(SECRET, JSON.stringify(other));
    ports.secrets.edit(SECRET, JSON.stringify(CURRENT));
    const request = { cause, by: 'ann', at: '2026-11-01T11:00:00.000Z' } as const;
    expect(await preflight(new Workbench(ports, pair), billingState('idle', { request }))).toMatchObject({
      kind: 'passed',
    });
  },
);

describe('a draft that may be taken over', () => {
  test('is this rotation’s, which Salesforce has not seen', async () => {
    draft({ rotationId: 'r1' });
    expect(await check('r1')).toMatchObject({
      kind: 'passed',
      preflight: { adoptable: { rotationId: 'r1' } },
    });
  });

  test('is none where the draft is what is current anyway', async () => {
    draft({ password: 'old', rotationId: 'other' });
    expect(await check('r1')).toMatchObject({ kind: 'passed', preflight: { adoptable: undefined } });
  });
});

test.each([
  ['etl', 'of another integration'],
  [SECRET, 'of the credential'],
])('the secret %s %s is refused where its ARN names it a second time', async (name) => {
  const { arn } = (await ports.secrets.describe(name)) ?? {};
  const twice = billingCredential({
    integrations: [
      { secret: 'etl', format: 'json' },
      { secret: arn ?? '', format: 'json' },
    ],
  });
  expect(await preflight(new Workbench(ports, twice), billingState('idle'))).toMatchObject({
    kind: 'refused',
    refusal: {
      code: 'integration-secret-used-twice',
      message: expect.stringContaining(`"${arn}" is the same secret as "${name}"`),
    },
  });
});

test('a rollback is tried with the credential that it puts back, which a person may have chosen', async () => {
  const other = 'billing-b@acme.example';
  const long = 'p'.repeat(400);
  const pair = billingCredential({
    strategy: { kind: 'alternating-users', usernames: [USERNAME, other] },
    integrations: [{ secret: 'worker', format: 'env' }],
  });
  ports.org.addUser({ username: other, password: long, token: 'old' });
  // Room for any password that is drawn, and not for this one.
  ports.secrets.create('worker', `# ${'x'.repeat(65_200)}\n`);
  ports.secrets.edit(SECRET, JSON.stringify({ ...CURRENT, username: other, password: long }));
  ports.secrets.edit(SECRET, JSON.stringify(CURRENT));
  const request = (cause: 'requested' | 'rollback') =>
    billingState('idle', { request: { cause, by: 'ann', at: '2026-11-01T12:00:00.000Z' } });
  expect(await preflight(new Workbench(ports, pair), request('requested'))).toMatchObject({ kind: 'passed' });
  expect(await preflight(new Workbench(ports, pair), request('rollback'))).toMatchObject({
    kind: 'refused',
    refusal: { code: 'integration-secret-unusable' },
  });
});
