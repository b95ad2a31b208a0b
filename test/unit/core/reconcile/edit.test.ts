import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Configuration } from '../../../../lib/core/config/load.ts';
import { compactRecord } from '../../../../lib/core/domain/records.ts';
import type {
  CompletedRotation,
  CredentialState,
  HistoryEvent,
  Rotation,
} from '../../../../lib/core/domain/state.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingBudget,
  billingConfiguration,
  billingState,
  LOGIN_URL,
  USERNAME,
} from '../../../support/billing.ts';
import { BillingScene, DRAFT, NEW, OLD, SECRET } from '../../../support/billing-scene.ts';

const OTHER = 'billing-b@acme.example';
const CONNECTION = {
  kind: 'client-credentials',
  loginUrl: LOGIN_URL,
  clientId: Redacted.of('3MVG9.rotator'),
  clientSecret: Redacted.of('app-secret'),
} as const;
const CHANGED = '2026-11-01T11:30:00.000Z';
const configured = (changes: Parameters<typeof billingConfiguration>[0] = {}) =>
  billingConfiguration({ integrations: [{ secret: 'etl', format: 'json' }], ...changes });

let scene: BillingScene;

const current = () => scene.ports.secrets.labelsOf(SECRET)['AWSCURRENT'] ?? '';
const last = (versionId: string): CompletedRotation => ({
  id: 'rotation-0',
  cause: 'due',
  completedAt: '2026-11-01T10:00:00.000Z',
  versionId,
  integrations: 1,
});
/** A rotation made what is current, and nobody has written it since. */
function given(changes: Partial<CredentialState> = {}): string {
  const versionId = current();
  scene.ports.ledger.put(
    billingState('idle', {
      last: last(versionId),
      passwordChangedAt: '2026-10-01T00:00:00.000Z',
      user: { username: USERNAME, changedAt: '2026-10-01T00:00:00.000Z' },
      ...changes,
    }),
  );
  return versionId;
}
/** The same credential, while people are asked for what somebody else set. */
function asking(rotation: Partial<Rotation>, versionId: string): void {
  const { user, passwordChangedAt } = scene.state;
  scene.put('awaiting-token', rotation, compactRecord({ user, passwordChangedAt, last: last(versionId) }));
}
const put = (value: Record<string, unknown>) => scene.ports.secrets.edit(SECRET, JSON.stringify(value));
const run = (configuration: Configuration = configured(), trigger: 'poke' | 'check' = 'poke') =>
  advance(
    scene.ports,
    configuration,
    'billing',
    trigger === 'poke' ? { kind: 'poke' } : { kind: 'check', by: 'ann' },
  );
const edits = (): readonly HistoryEvent[] =>
  scene.ports.telemetry.events.filter(({ type }) => type === 'Credential Edited');
const reasons = () => edits().map(({ reason }) => reason);
const etl = () => JSON.parse(scene.ports.secrets.text('etl') ?? '{}') as Record<string, unknown>;
const logins = () => scene.ports.org.logins;

beforeEach(() => {
  scene = new BillingScene();
  scene.ports.secrets.create('etl', JSON.stringify({ ...scene.login(OLD), team: 'etl' }));
});

describe('an edit that Salesforce accepts', () => {
  beforeEach(() => {
    given();
    scene.changeOutside();
    put(scene.login(NEW));
  });

  test('is told once, and the integrations follow after one login', async () => {
    await run();
    expect(reasons()).toEqual(['edit-accepted']);
    expect(etl()).toMatchObject({ password: NEW.password, securityToken: NEW.token, team: 'etl' });
    expect(scene.state.drift).toMatchObject({ provenVersion: current() });
    scene.ports.clock.advance(3_600);
    await run();
    expect([logins(), edits().length]).toEqual([1, 1]);
  });

  test('is no outside change: the org’s date goes with the credential', async () => {
    await run();
    expect(scene.state).toMatchObject({
      user: { username: USERNAME, changedAt: CHANGED, provenAt: '2026-11-01T12:00:00.000Z' },
      passwordChangedAt: CHANGED,
    });
  });

  test.each([
    ['newer than the org’s date', '2026-11-01T11:45:00.000Z', '2026-11-01T11:45:00.000Z'],
    ['older than it, as a person leaves it', '2026-10-01T00:00:00.000Z', CHANGED],
    ['to come', '2099-01-01T00:00:00.000Z', CHANGED],
  ])('has the age that its secret says where that is credible: %s', async (_what, passwordChangedAt, age) => {
    put({ ...scene.login(NEW), passwordChangedAt });
    await run();
    expect(scene.state.passwordChangedAt).toBe(age);
  });

  test('is proved also where the org’s record cannot be read; then the proof is the date', async () => {
    scene.ports.secrets.edit('salesforce/prod/rotator', '{}');
    await run();
    expect(reasons()).toEqual(['edit-accepted']);
    expect(scene.state.user).toEqual({ username: USERNAME, provenAt: '2026-11-01T12:00:00.000Z' });
    expect(scene.state.passwordChangedAt).toBe('2026-11-01T12:00:00.000Z');
  });

  test('is recognised without integrations, too', async () => {
    await run(billingConfiguration());
    expect(reasons()).toEqual(['edit-accepted']);
    expect(scene.state.drift?.provenVersion).toBe(current());
  });

  test('with drift.bringForward off, the integrations are told of by name and left alone', async () => {
    await run(configured({ drift: { bringForward: false } }));
    expect(reasons()).toEqual(['edit-accepted']);
    expect(etl()['password']).toBe(OLD.password);
    expect(scene.told).toContain('Drift Found');
  });

  test('makes the question moot that the watch has put meanwhile', async () => {
    scene.ports.org.before = async () => {
      const { request: _none, ...state } = scene.state;
      const asked = { cause: 'outside-change', by: 'watch', at: CHANGED } as const;
      scene.ports.ledger.put({ ...state, version: state.version + 1, request: asked });
    };
    await run();
    expect(scene.state.request).toBeUndefined();
    expect(scene.state.phase).toBe('idle');
    expect(etl()['password']).toBe(NEW.password);
  });

  test('by a run that others have left behind, overwrites no newer proof', async () => {
    scene.ports.org.before = async () => {
      scene.ports.ledger.put({
        ...scene.state,
        version: scene.state.version + 1,
        drift: { checkedAt: '2026-11-01T12:00:00.000Z', provenVersion: 'newer' },
      });
    };
    await run();
    expect(scene.state.drift?.provenVersion).toBe('newer');
    expect([edits(), etl()['password']]).toEqual([[], OLD.password]);
  });

  test('ends no rotation that sets a password of its own', async () => {
    scene.ports.org.before = async () => {
      const { budgets, last: before, version } = scene.state;
      scene.put('drafted', {}, compactRecord({ budgets, last: before, version: version + 1 }));
    };
    await run().catch(() => undefined);
    expect(scene.state.rotation?.cause).toBe('requested');
    expect([edits(), scene.state.drift?.provenVersion]).toEqual([[], undefined]);
  });
});

test('another user of the org takes the place of the one before', async () => {
  given({ user: { username: USERNAME, changedAt: CHANGED, toldChange: CHANGED } });
  scene.ports.org.addUser({ username: OTHER, password: 'pw', token: 'tok', lastPasswordChangeDate: CHANGED });
  put({ ...scene.login(OLD), username: OTHER, password: 'pw', securityToken: 'tok' });
  await run();
  expect(scene.state.user).toEqual({
    username: OTHER,
    changedAt: CHANGED,
    provenAt: '2026-11-01T12:00:00.000Z',
  });
  expect(etl()['username']).toBe(OTHER);
});

describe('an edit that Salesforce does not accept', () => {
  test('is told once with the way back; every secret stays, and it is not tried again', async () => {
    const before = given();
    put(scene.login(NEW));
    const text = scene.ports.secrets.text('etl');
    for (let hour = 0; hour < 3; hour += 1) {
      await run();
      scene.ports.secrets.edit('etl', JSON.stringify({ ...etl(), hour }));
      scene.ports.clock.advance(3_600);
    }
    await run(configured(), 'check');
    expect(logins()).toBe(1);
    expect(edits()).toHaveLength(1);
    expect(edits()[0]).toMatchObject({ reason: 'edit-refused' });
    expect(edits()[0]?.remedy).toContain(
      `aws secretsmanager update-secret-version-stage --secret-id ${SECRET} --version-stage AWSCURRENT --move-to-version-id ${before} --remove-from-version-id ${current()}`,
    );
    expect(etl()).toMatchObject(JSON.parse(text ?? ''));
    expect(scene.told.filter((type) => type.startsWith('Drift'))).toEqual([]);
  });

  test('gone back from, needs no login', async () => {
    const before = given();
    const edited = put(scene.login(NEW));
    await run();
    await scene.ports.secrets.moveLabel(SECRET, { label: 'AWSCURRENT', from: edited, to: before });
    scene.ports.clock.advance(3_600);
    const { found } = await run(configured(), 'check');
    expect(found).toBe('Every integration secret carries the current credential.');
    expect(logins()).toBe(1);
  });

  test('because something else is in the way, is tried again when a person asks', async () => {
    given();
    scene.changeOutside();
    put(scene.login(NEW));
    scene.ports.org.restriction = 'Restricted IP.';
    await run();
    expect(edits()).toMatchObject([{ reason: 'edit-refused' }]);
    expect(edits()[0]?.remedy).toMatch(/then ask for a "check"\.$/);
    scene.ports.org.restriction = undefined;
    scene.ports.clock.advance(3_600);
    await run();
    expect(logins()).toBe(1);
    await run(configured(), 'check');
    expect(reasons()).toEqual(['edit-refused', 'edit-accepted']);
    expect(etl()['password']).toBe(NEW.password);
  });

  test('of another user than the org’s record names, is refused although the login works', async () => {
    given();
    scene.changeOutside();
    put(scene.login(NEW));
    const { org } = scene.ports;
    const found = await org.findUser(CONNECTION, USERNAME);
    if (found.kind !== 'user') throw new Error('the org has no user');
    const user = { ...found.user, organizationId: '00D000000000001EAA' };
    org.findUser = async () => ({ kind: 'user', user });
    await run();
    expect(reasons()).toEqual(['edit-refused']);
    expect(etl()['password']).toBe(OLD.password);
  });
});

describe('an edit is not tried, and told once', () => {
  test.each<[reason: string, hinder: () => void]>([
    ['user-inactive', () => void Object.assign(scene.user, { isActive: false })],
    ['user-frozen', () => void Object.assign(scene.user, { isFrozen: true })],
    ['user-locked', () => void Object.assign(scene.user, { isLocked: true })],
    ['user-not-found', () => void put({ ...scene.login(NEW), username: 'nobody@acme.example' })],
    ['attempts-spent', () => void scene.ports.ledger.put({ ...scene.state, ...billingBudget({ spent: 2 }) })],
  ])('%s; once that is over, it is', async (reason, hinder) => {
    given();
    scene.changeOutside();
    put(scene.login(NEW));
    hinder();
    for (let hour = 0; hour < 2; hour += 1) {
      await run();
      scene.ports.clock.advance(3_600);
    }
    expect(reasons()).toEqual([reason]);
    expect([logins(), etl()['password']]).toEqual([0, OLD.password]);
    Object.assign(scene.user, { isActive: true, isFrozen: false, isLocked: false });
    scene.ports.ledger.put({ ...scene.state, budgets: {} });
    if (reason === 'user-not-found') put(scene.login(NEW));
    await run();
    expect(reasons()).toEqual([reason, 'edit-accepted']);
  });

  test('current-user-not-in-pair', async () => {
    given();
    scene.changeOutside();
    put(scene.login(NEW));
    await run(
      configured({
        strategy: { kind: 'alternating-users', usernames: ['a@acme.example', 'b@acme.example'] },
      }),
    );
    expect([reasons(), logins()]).toEqual([['current-user-not-in-pair'], 0]);
  });

  test('while another run is logging in as its user; the next watch looks again', async () => {
    const leaseUntil = '2026-11-01T12:00:30.000Z';
    const inFlight = { id: 'x', fingerprint: 'f', source: 'test', leaseUntil } as const;
    given(billingBudget({ spent: 1, inFlight }));
    scene.changeOutside();
    put(scene.login(NEW));
    await run();
    expect([logins(), edits(), scene.state.drift?.checkedAt]).toEqual([0, [], undefined]);
    scene.ports.clock.advance(300);
    await run();
    expect(reasons()).toEqual(['edit-accepted']);
  });
});

describe('what is no edit', () => {
  test('the same login in another version costs no login, and is adopted', async () => {
    given();
    put({ ...scene.login(OLD), note: 'owner: team 2' });
    await run();
    expect([logins(), edits()]).toEqual([0, []]);
    expect(scene.state.drift?.provenVersion).toBe(current());
  });

  test('what the first look at a new credential finds: nothing is told or tried; the next version is one', async () => {
    scene.ports.ledger.put(billingState('idle'));
    await run();
    expect([logins(), edits()]).toEqual([0, []]);
    expect(scene.state.drift?.foundVersion).toBe(current());
    scene.changeOutside();
    put(scene.login(NEW));
    scene.ports.clock.advance(3_600);
    await run();
    expect(reasons()).toEqual(['edit-accepted']);
    expect(etl()['password']).toBe(NEW.password);
  });

  test('the same where the first look only reports what strays', async () => {
    scene.ports.ledger.put(billingState('idle'));
    scene.ports.secrets.edit('etl', JSON.stringify({ ...scene.login(NEW), team: 'etl' }));
    await run(configured({ drift: { bringForward: false } }));
    expect([logins(), edits(), scene.told]).toEqual([0, [], ['Drift Found']]);
    expect(scene.state.drift?.foundVersion).toBe(current());
  });

  test('but what the last rotation made is one, once another was proved since', async () => {
    const rotated = given();
    scene.changeOutside();
    const edited = put(scene.login(NEW));
    await run();
    await scene.ports.secrets.moveLabel(SECRET, { label: 'AWSCURRENT', from: edited, to: rotated });
    scene.ports.clock.advance(3_600);
    await run();
    expect(reasons()).toEqual(['edit-accepted', 'edit-refused']);
    expect(etl()['password']).toBe(NEW.password);
  });
});

describe('while people are asked for what somebody else set', () => {
  const ASKED = { cause: 'outside-change', reminders: 0, promptId: 'prompt-1' } as const;

  beforeEach(() => {
    const versionId = given();
    scene.changeOutside();
    asking(ASKED, versionId);
  });

  test('an edit that is accepted ends the question, and the integrations follow', async () => {
    put(scene.login(NEW));
    await run();
    expect(scene.state.phase).toBe('idle');
    expect(scene.state.rotation).toBeUndefined();
    expect(edits()).toMatchObject([{ reason: 'edit-accepted', rotationId: 'rotation-1' }]);
    expect(edits()[0]?.message).toContain('Nothing is asked for any more.');
    expect(etl()['password']).toBe(NEW.password);
    expect(scene.state.user?.changedAt).toBe(CHANGED);
  });

  test('one that is refused is said, with the link, and the waiting goes on', async () => {
    put(scene.login({ ...NEW, token: 'WrongTokenWrongTokenWron' }));
    await run();
    expect(scene.state.phase).toBe('awaiting-token');
    expect(edits()).toMatchObject([{ reason: 'edit-refused', promptId: 'prompt-1' }]);
    scene.ports.clock.advance(3_600);
    await run();
    expect([logins(), edits().length]).toEqual([1, 1]);
  });

  test('one that is no credential is said once, and the waiting goes on', async () => {
    scene.ports.secrets.edit(SECRET, 'pasted from the wiki');
    await run();
    scene.ports.clock.advance(3_600);
    await run();
    expect(scene.state.phase).toBe('awaiting-token');
    expect([reasons(), logins()]).toEqual([['credential-secret-unusable'], 0]);
  });

  test('a look that finds nothing costs no login, and is not repeated for an hour', async () => {
    await run();
    expect([logins(), scene.state.drift?.checkedAt]).toEqual([0, '2026-11-01T12:00:00.000Z']);
    const reads: string[] = [];
    scene.ports.secrets.before = (operation, secret) => void reads.push(`${operation} ${secret}`);
    scene.ports.clock.advance(300);
    await run();
    expect(reads).toEqual([`readCurrent ${DRAFT}`]);
  });
});

test('after a token reset, an edit that is accepted empties the draft, and ends the question', async () => {
  const versionId = given();
  Object.assign(scene.user, { token: NEW.token });
  const { securityToken: _lost, ...draft } = scene.login(OLD);
  scene.ports.secrets.edit(DRAFT, JSON.stringify({ ...draft, rotationId: 'rotation-1' }));
  const asked = { cause: 'token-reset', reminders: 0, triedUnchanged: true } as const;
  asking(asked, versionId);
  put(scene.login({ ...OLD, token: NEW.token }));
  await run();
  expect([scene.state.phase, scene.draft(), reasons()]).toEqual(['idle', {}, ['edit-accepted']]);
  expect(etl()['securityToken']).toBe(NEW.token);
});
