import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Refusal } from '../../../../../lib/core/domain/refusal.ts';
import { Redacted } from '../../../../../lib/core/redacted.ts';
import { ROTATION, USERNAME } from '../../../../support/billing.ts';
import { DRAFT, NEW, OLD, SECRET } from '../../../../support/billing-scene.ts';
import { DoctorScene, ETL } from '../../../../support/doctor-scene.ts';

let scene: DoctorScene;

beforeEach(() => {
  scene = new DoctorScene();
});

const refusal = (code: Refusal['code'], more: Partial<Refusal> = {}): Refusal => ({
  code,
  message: 'It was refused.',
  remedy: 'Mend it, then resume.',
  ...more,
});
const block = (from: 'idle' | 'awaiting-token', why: Refusal) =>
  scene.ports.ledger.put({
    ...scene.state,
    phase: 'blocked',
    blocked: { from, refusal: why, at: scene.ago(60) },
    ...(from === 'idle' ? {} : { rotation: ROTATION }),
  });
const stage = async () => {
  await scene.ports.secrets.write(ETL, {
    versionId: 'staged-00000000000000000000000000000',
    text: Redacted.of('{}'),
    labels: ['ROTATION_STAGED'],
  });
  scene.writes.length = 0;
};

test('where nothing is wrong, nothing is written', async () => {
  const { saves } = scene.ports.ledger;
  expect(await scene.repair()).toMatchObject({ done: [], left: [] });
  expect(scene.writes).toEqual([]);
  expect(scene.ports.ledger.saves).toBe(saves);
});

describe('what rotations left behind', () => {
  test('a dead AWSPENDING goes, so that RotateSecret works again', async () => {
    await scene.leavePending();
    const { secrets } = scene.ports;
    expect(await secrets.rotate(SECRET, 'another')).toBe('busy');
    const report = await scene.repair();
    expect(report.done).toEqual([
      expect.stringContaining('The label AWSPENDING was taken off version pending-'),
    ]);
    expect(report.diagnosis.findings.every(({ severity }) => severity === 'ok')).toBe(true);
    expect(scene.told).toEqual(['Pending Removed']);
    expect(await scene.ports.ledger.history('billing', 1)).toMatchObject([{ by: 'ann' }]);
    expect(await secrets.rotate(SECRET, 'another')).toBe('started');
    expect(scene.state.chore).toBeUndefined();
  });

  test.each([
    ['was left a moment ago', () => scene.changedAgo(SECRET, 299)],
    [
      'may be in force',
      () => {
        scene.ports.secrets.fill(
          SECRET,
          'pending-0000000000000000000000000000',
          JSON.stringify(scene.login(NEW)),
        );
        scene.user.lastPasswordChangeDate = scene.ago(60);
      },
    ],
    [
      'belongs to a rotation that is asked for',
      () => scene.rest({ request: { cause: 'secrets-manager', by: 'secrets-manager', at: scene.ago(60) } }),
    ],
    ['belongs to a rotation', () => scene.rest({ rotation: { ...ROTATION, startedAt: scene.ago(60) } })],
    [
      'others may be at work on',
      () => scene.rest({ chore: { kind: 'bring-forward', leaseUntil: scene.ago(-60) } }),
    ],
  ])('an AWSPENDING that %s stays', async (_why, prepare) => {
    await scene.leavePending();
    await stage();
    prepare();
    await scene.repair();
    expect(scene.writes.filter((write) => write.includes(SECRET))).toEqual([]);
    expect(scene.ports.secrets.labelsOf(SECRET)).toHaveProperty('AWSPENDING');
  });

  test('a rotation that begins in time keeps everything that it may own', async () => {
    await scene.leavePending();
    const { ledger } = scene.ports;
    const { save } = ledger;
    ledger.save = async (state) => {
      ledger.save = save;
      const known = scene.state;
      ledger.put({
        ...known,
        version: known.version + 1,
        rotation: { ...ROTATION, startedAt: scene.ago(0) },
      });
      return ledger.save(state);
    };
    expect((await scene.repair()).done).toEqual([]);
    expect(scene.writes).toEqual([]);
  });

  test('no rotation begins while the repair is at work', async () => {
    await scene.leavePending();
    const { secrets } = scene.ports;
    let chore: unknown;
    secrets.before = (operation) => {
      if (operation === 'moveLabel') chore = scene.state.chore;
    };
    await scene.repair();
    expect(chore).toEqual({ kind: 'tidy', leaseUntil: scene.ago(-150) });
  });

  test('staged labels and a draft of what is current go', async () => {
    await stage();
    scene.ports.secrets.edit(DRAFT, JSON.stringify(scene.login(OLD)));
    const report = await scene.repair();
    expect(report.done).toHaveLength(2);
    expect(scene.ports.secrets.labelsOf(ETL)).not.toHaveProperty('ROTATION_STAGED');
    expect(scene.ports.secrets.text(DRAFT)).toBe('{}');
    expect(scene.ports.secrets.text(ETL)).toBe(JSON.stringify(scene.login(OLD)));
    expect(scene.told).toEqual(['Repaired', 'Repaired']);
    expect(await scene.codes()).toEqual([]);
  });

  test('a draft that a token reset left goes', async () => {
    const { securityToken: _reset, ...draft } = scene.login(OLD);
    scene.ports.secrets.edit(DRAFT, JSON.stringify({ ...draft, rotationId: 'rotation-0' }));
    await scene.repair();
    expect(scene.ports.secrets.text(DRAFT)).toBe('{}');
  });

  test.each([
    ['another password', {}],
    [
      'the current password with another token that was accepted',
      { password: OLD.password, verifiedAt: 'x' },
    ],
  ])('a draft with %s is never emptied', async (_what, fields) => {
    const text = JSON.stringify({ ...scene.login(NEW), ...fields });
    scene.ports.secrets.edit(DRAFT, text);
    const report = await scene.repair();
    expect(report.done).toEqual([]);
    expect(report.left).toEqual([expect.stringContaining('draft-holds-another-rotation')]);
    expect(scene.ports.secrets.text(DRAFT)).toBe(text);
  });

  test('a repair that died is made again when its lease is over', async () => {
    await scene.leavePending();
    await stage();
    const { secrets } = scene.ports;
    const count = scene.ports.ledger.saves;
    secrets.before = (operation) => {
      if (operation === 'moveLabel') throw new Error('the process died');
    };
    scene.ports.ledger.before = async (operation) => {
      if (operation === 'save' && scene.ports.ledger.saves > count) throw new Error('the process died');
    };
    await expect(scene.repair()).rejects.toThrow('the process died');
    secrets.before = () => undefined;
    scene.ports.ledger.before = async () => undefined;
    expect((await scene.repair()).done).toEqual([]);
    scene.ports.clock.advance(150);
    await scene.repair();
    expect(await scene.codes()).toEqual([]);
    expect(scene.state.chore).toBeUndefined();
  });

  test('integration secrets that stray are brought to what is proven, without a login', async () => {
    scene.ports.secrets.edit(ETL, JSON.stringify(scene.login(NEW)));
    const report = await scene.repair();
    expect(report.done).toEqual([expect.stringContaining('1 of 1 were brought to the current credential')]);
    expect(scene.ports.org.logins).toBe(0);
    expect(await scene.codes()).toEqual([]);
  });

  test('integration secrets that stray from what nothing has proved stay, whatever else is repaired', async () => {
    const text = scene.ports.secrets.text(ETL);
    scene.ports.secrets.edit(SECRET, JSON.stringify(scene.login(NEW)));
    await stage();
    const report = await scene.repair();
    expect(report.done).toEqual([expect.stringContaining('The label ROTATION_STAGED was taken off')]);
    expect(scene.ports.org.logins).toBe(0);
    expect(scene.ports.secrets.text(ETL)).toBe(text);
  });
});

describe('in the ledger', () => {
  test('a lost record is read from the secrets', async () => {
    scene.ports.ledger.clear();
    const report = await scene.repair();
    expect(report.done).toEqual(['Its record was read from the secrets: phase "idle".']);
    expect(await scene.codes()).toEqual([]);
  });

  test('a lost record of a rotation is read, and the rotation goes on', async () => {
    scene.passwordIsSet();
    scene.ports.ledger.clear();
    await scene.repair();
    expect(scene.state.phase).toBe('changing');
  });

  test('what nobody was told of is told', async () => {
    const event = {
      id: '1',
      at: scene.ago(200),
      type: 'Rotation Completed',
      credential: 'billing',
      phase: 'idle',
      message: 'Done.',
    } as const;
    scene.rest({ outbox: [event] });
    expect((await scene.repair()).done).toEqual(['What nobody had been told of was told.']);
    expect(scene.told).toEqual(['Rotation Completed']);
    expect(await scene.codes()).toEqual([]);
  });

  test('the service is asked to end a chore', async () => {
    scene.rest({ chore: { kind: 'retire', leaseUntil: scene.ago(1) } });
    await scene.repair();
    expect(scene.ports.queue.pokes).toContainEqual({ credential: 'billing', afterSeconds: 0 });
    expect(scene.ports.org.logins).toBe(0);
  });
});

describe('a blocked credential', () => {
  test('whose remedy was applied is resumed, as whoever asked', async () => {
    block('idle', refusal('user-frozen'));
    const report = await scene.repair();
    expect(report.done).toEqual(['It went on from phase "blocked" to "idle". Nothing is open.']);
    expect(scene.told).toEqual(['Rotation Resumed']);
    expect(await scene.ports.ledger.history('billing', 1)).toMatchObject([{ by: 'ann' }]);
  });

  const BLOCKING: readonly (readonly [string, Refusal['code'], () => void])[] = [
    ['something still stands in its way', 'user-frozen', () => Object.assign(scene.user, { isFrozen: true })],
    ['nobody can see that it was mended', 'login-restricted', () => undefined],
    ['the live one of two users is not well', 'user-frozen', () => pair()],
  ];

  test.each(BLOCKING)('stays blocked where %s', async (_why, code, prepare) => {
    prepare();
    block('idle', refusal(code));
    const report = await scene.repair();
    expect(report.done).toEqual([]);
    expect(report.left[0]).toContain('blocked (billing) is left to a person');
    expect(scene.state.phase).toBe('blocked');
  });

  test('with no attempt left is not resumed before its time, and no attempt is forgotten', async () => {
    const budgets = { [USERNAME]: { spent: 3, refused: [], lastAt: scene.ago(60) } };
    const notBefore = scene.ago(-60);
    scene.passwordIsSet();
    scene.rest({ budgets });
    block('awaiting-token', refusal('attempts-spent', { notBefore }));
    await scene.repair();
    expect(scene.state).toMatchObject({ phase: 'blocked', budgets });
    scene.ports.clock.advance(60);
    await scene.repair();
    expect(scene.state).toMatchObject({ phase: 'awaiting-token' });
  });

  function pair(): void {
    const OTHER = 'billing-b@acme.example';
    scene = new DoctorScene({ strategy: { kind: 'alternating-users', usernames: [USERNAME, OTHER] } });
    scene.ports.org.addUser({ username: OTHER, password: 'p', token: 't' });
    scene.rest({ user: { username: USERNAME, changedAt: scene.ago(60), trouble: 'user-frozen' } });
  }
});

describe('a rotation that stands still', () => {
  test('goes on until it waits for somebody, and says for whom', async () => {
    scene = new DoctorScene({ token: { sources: ['operator'] } });
    scene.passwordIsSet();
    scene.ports.secrets.edit(
      DRAFT,
      JSON.stringify({ ...scene.login({ ...NEW, token: '' }), rotationId: ROTATION.id }),
    );
    scene.put('changing', { changedBefore: '2026-10-01T00:00:00.000Z' }, { since: scene.ago(300) });
    scene.user.lastPasswordChangeDate = '2026-11-01T11:30:00.000Z';
    const report = await scene.repair();
    expect(report.done).toEqual([
      `It went on from phase "changing" to "awaiting-token". It waits for a person who brings the new token of "${USERNAME}".`,
    ]);
    expect(report.diagnosis.findings.map(({ code }) => code)).toContain('waits-for-token');
    expect(scene.ports.org.logins).toBe(0);
  });

  test('is left where another run is at work', async () => {
    scene.passwordIsSet();
    scene.put('changing', { setLeaseUntil: scene.ago(-60) });
    const { version } = scene.state;
    expect((await scene.repair()).done).toEqual([]);
    expect(scene.state.version).toBe(version);
  });

  test('says so where it cannot go on now', async () => {
    scene.passwordIsSet();
    scene.put('drafted', {}, { since: scene.ago(300) });
    scene.ports.org.lost = 'request';
    const report = await scene.repair();
    expect(report.left[0]).toMatch(/^It could not go on now: .+ Nothing is lost; try again in a minute\.$/);
  });
});
