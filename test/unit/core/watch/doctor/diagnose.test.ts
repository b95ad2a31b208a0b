import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Phase, Rotation } from '../../../../../lib/core/domain/state.ts';
import type { FindingCode } from '../../../../../lib/core/watch/doctor/finding.ts';
import { billingConfiguration, ROTATION, USERNAME } from '../../../../support/billing.ts';
import { DRAFT, NEW, OLD, SECRET } from '../../../../support/billing-scene.ts';
import { DoctorScene, ETL } from '../../../../support/doctor-scene.ts';

const CONNECTION = 'salesforce/prod/rotator';
let scene: DoctorScene;

beforeEach(() => {
  scene = new DoctorScene();
});

/** A look changes nothing and tries nothing, whatever it finds. */
async function lookOnly(): Promise<readonly FindingCode[]> {
  const { ledger, org, notifier, queue } = scene.ports;
  const before = { saves: ledger.saves, logins: org.logins, pokes: queue.pokes.length };
  const codes = await scene.codes();
  expect(scene.writes).toEqual([]);
  expect({ saves: ledger.saves, logins: org.logins, pokes: queue.pokes.length }).toEqual(before);
  expect(notifier.announced).toEqual([]);
  return codes;
}

test('a healthy credential has nothing but what is well', async () => {
  expect(await lookOnly()).toEqual([]);
  expect((await scene.findings()).map(({ code }) => code)).toEqual(['at-rest', 'preflight-passes']);
});

test('with a connection of kind self, the user is said not to have been looked at', async () => {
  scene.configuration = billingConfiguration(
    { integrations: [{ secret: ETL, format: 'json' }] },
    { kind: 'self' },
  );
  expect(await lookOnly()).toEqual([]);
  const passes = (await scene.findings()).find(({ code }) => code === 'preflight-passes');
  expect(passes?.message).toContain('The user was not looked at');
});

test('every check that fails is shown, and what could not be checked is named', async () => {
  const { secrets } = scene.ports;
  secrets.create(SECRET, JSON.stringify(scene.login(OLD)), false);
  secrets.edit(DRAFT, 'text');
  secrets.edit(CONNECTION, 'text');
  secrets.hide(ETL, 'it does not exist');
  const found = await scene.problems();
  expect(found.map(({ code, where }) => [code, where])).toEqual([
    ['credential-without-rotation', SECRET],
    ['connection-secret-unusable', CONNECTION],
    ['draft-holds-another-rotation', DRAFT],
    ['integration-secret-missing', ETL],
    ['not-checked', 'billing'],
  ]);
  expect(found[4]?.message).toContain("the user, the connection's permission");
});

test('each integration secret that cannot be written is a finding of its own', async () => {
  scene = new DoctorScene({
    integrations: [
      { secret: ETL, format: 'json' },
      { secret: 'crm', format: 'json' },
    ],
  });
  scene.ports.secrets.create('crm', 'no JSON');
  scene.ports.secrets.edit(ETL, 'no JSON');
  const found = await scene.problems();
  expect(found.map(({ code, where }) => [code, where])).toEqual([
    ['integration-secret-unusable', ETL],
    ['integration-secret-unusable', 'crm'],
  ]);
});

test('a user can be deactivated and frozen at once', async () => {
  Object.assign(scene.user, { isActive: false, isFrozen: true });
  expect(await lookOnly()).toEqual(['user-inactive', 'user-frozen']);
});

test('an org that does not answer spoils only what needs it', async () => {
  scene.ports.org.lost = 'request';
  scene.ports.secrets.hide(DRAFT, 'it does not exist');
  expect(await lookOnly()).toEqual(['draft-secret-missing', 'no-answer']);
});

test('a remedy names what to type, and no resumption where nothing is blocked', async () => {
  scene.ports.secrets.hide(DRAFT, 'it does not exist');
  const [missing] = await scene.problems();
  expect(missing?.remedy).toBe(
    `Create it with the content {} (the deployment does). Type: aws secretsmanager create-secret --name ${DRAFT} --secret-string '{}'`,
  );
});

describe('a rotation', () => {
  const CASES: readonly (readonly [string, Phase, Partial<Rotation>, number, FindingCode | undefined])[] = [
    ['was drafted a moment ago', 'drafted', {}, 10, undefined],
    ['was drafted, and nobody goes on', 'drafted', {}, 151, 'rotation-stands-still'],
    ['is being set', 'changing', { setLeaseUntil: 'in a minute' }, 100, undefined],
    [
      'was being set when its run died',
      'changing',
      { setLeaseUntil: 'a minute ago' },
      200,
      'rotation-stands-still',
    ],
    ['has just got to wait for its token', 'awaiting-token', {}, 10, undefined],
    ['asked nobody for its token', 'awaiting-token', {}, 151, 'rotation-stands-still'],
    ['waits for a mail', 'awaiting-token', { reminders: 0 }, 600, 'waits-for-token'],
    ['was started, and nobody goes on', 'invited', { startPressed: true }, 151, 'rotation-stands-still'],
    ['waits for Start', 'invited', {}, 10, 'waits-for-start'],
    [
      'is verified, and the swap was just asked for',
      'verified',
      { commitRequestedAt: 'a minute ago' },
      600,
      undefined,
    ],
    ['is verified, and the swap does not come', 'verified', {}, 151, 'commit-missing'],
    ['is verified for later', 'verified', { commitAt: 'in a minute' }, 600, undefined],
    ['is being swapped', 'committing', { decidedAt: 'a minute ago' }, 60, undefined],
    ['was being swapped when its run died', 'committing', {}, 151, 'swap-unfinished'],
  ];

  test.each(CASES)('that %s', async (_what, phase, rotation, seconds, code) => {
    const times = { 'in a minute': scene.ago(-60), 'a minute ago': scene.ago(60) };
    const timed = Object.fromEntries(
      Object.entries(rotation).map(([name, value]) => [
        name,
        typeof value === 'string' ? times[value as keyof typeof times] : value,
      ]),
    );
    scene.passwordIsSet();
    scene.put(phase, timed, { since: scene.ago(seconds) });
    scene.writes.length = 0;
    expect(await lookOnly()).toEqual(code === undefined ? [] : [code]);
  });

  test('that is verified has its draft rightly', async () => {
    scene.ports.secrets.edit(
      DRAFT,
      JSON.stringify({ ...scene.login(NEW), rotationId: ROTATION.id, verifiedAt: scene.ago(60) }),
    );
    scene.put('verified', { commitRequestedAt: scene.ago(60) }, { since: scene.ago(90) });
    expect(await lookOnly()).toEqual([]);
  });

  test('that waits for a person says for whom, since when, and what to type', async () => {
    scene = new DoctorScene({ token: { sources: ['operator'] } });
    scene.passwordIsSet();
    scene.put('awaiting-token', { reminders: 1 }, { since: scene.ago(7_300) });
    expect(await scene.problems()).toMatchObject([
      {
        code: 'waits-for-token',
        severity: 'problem',
        message: expect.stringContaining(`for 2 h for a person who brings the new token of "${USERNAME}"`),
        remedy: expect.stringContaining('sfrotate token billing'),
        fixable: false,
      },
    ]);
  });

  test('that waits for what was set outside asks for both', async () => {
    scene.put('awaiting-token', { reminders: 0, cause: 'outside-change' }, { since: scene.ago(600) });
    const [found] = await scene.problems();
    expect(found?.remedy).toContain('sfrotate token billing --with-password');
  });

  test('whose draft holds something else is told, once a read may be trusted', async () => {
    scene.put('drafted', {}, { since: scene.ago(59) });
    expect(await lookOnly()).toEqual([]);
    scene.put('drafted', {}, { since: scene.ago(61) });
    expect(await lookOnly()).toEqual(['draft-lost']);
  });

  test('that is wanted for two looks of the watch, and not begun', async () => {
    const request = { cause: 'requested', by: 'ann', at: scene.ago(599) } as const;
    scene.rest({ request });
    expect(await lookOnly()).toEqual([]);
    scene.rest({ request: { ...request, at: scene.ago(600) } });
    expect(await lookOnly()).toEqual(['rotation-stands-still']);
  });
});

describe('left over of a credential at rest', () => {
  test('AWSPENDING on an empty version that has not changed for long', async () => {
    await scene.leavePending();
    expect(await lookOnly()).toEqual(['pending-left-over']);
  });

  test.each([
    ['it changed a moment ago', 299],
    ['it is not told when it changed', undefined],
  ])('AWSPENDING may be at work where %s', async (_why, seconds) => {
    await scene.leavePending();
    if (seconds === undefined) scene.ports.secrets.changedAt(SECRET, '');
    else scene.changedAgo(SECRET, seconds);
    expect(await lookOnly()).toEqual(['pending-fresh']);
  });

  test.each([
    ['what is current anyway', OLD, 'pending-left-over'],
    ['an older password, as the org shows', NEW, 'pending-left-over'],
  ] as const)('AWSPENDING on %s', async (_what, login, code) => {
    await scene.leavePending(JSON.stringify(scene.login(login)));
    expect(await lookOnly()).toEqual([code]);
  });

  test('AWSPENDING on what might be the password in force is left to a person', async () => {
    await scene.leavePending(JSON.stringify(scene.login(NEW)));
    scene.user.lastPasswordChangeDate = '2026-11-01T11:59:00.000Z';
    const [found] = await scene.problems();
    expect(found).toMatchObject({
      code: 'pending-unknown',
      fixable: false,
      remedy: expect.stringContaining(
        `aws secretsmanager update-secret-version-stage --secret-id ${SECRET} --version-stage AWSPENDING --remove-from-version-id pending-`,
      ),
    });
    expect(await lookOnly()).toEqual(['pending-unknown']);
  });

  test('AWSPENDING that Secrets Manager has asked a rotation for is owned', async () => {
    await scene.leavePending();
    scene.rest({ request: { cause: 'secrets-manager', by: 'secrets-manager', at: scene.ago(60) } });
    expect(await lookOnly()).toEqual([]);
  });

  test('a staged label', async () => {
    await scene.ports.secrets.write(ETL, {
      versionId: 'staged-00000000000000000000000000000',
      text: await currentText(ETL),
      labels: ['ROTATION_STAGED'],
    });
    scene.writes.length = 0;
    expect(await lookOnly()).toEqual(['staged-left-over']);
  });

  test('a draft that holds what is current', async () => {
    scene.ports.secrets.edit(DRAFT, JSON.stringify({ ...scene.login(OLD), rotationId: 'rotation-0' }));
    const [found] = await scene.problems();
    expect(found?.message).toContain('of the rotation rotation-0');
    expect(await lookOnly()).toEqual(['draft-left-over']);
  });

  test('a draft with another password is none to empty', async () => {
    scene.ports.secrets.edit(DRAFT, JSON.stringify(scene.login(NEW)));
    expect(await lookOnly()).toEqual(['draft-holds-another-rotation']);
  });

  test('integration secrets that stray', async () => {
    scene.ports.secrets.edit(ETL, JSON.stringify(scene.login(NEW)));
    expect(await scene.problems()).toMatchObject([{ code: 'integrations-astray', fixable: true }]);
    scene.rest({ last: undefined as never });
    expect(await scene.problems()).toMatchObject([{ code: 'integrations-astray', fixable: false }]);
  });

  test('an edit of the credential secret', async () => {
    scene.ports.secrets.edit(SECRET, JSON.stringify(scene.login(NEW)));
    expect(await lookOnly()).toEqual(['credential-edited', 'integrations-astray']);
  });
});

describe('in the ledger', () => {
  const inFlight = { id: 'a', fingerprint: 'f', source: 'mailbox' as const };

  test.each([
    ['no record', () => scene.ports.ledger.clear(), ['never-seen']],
    [
      'a chore whose run died',
      () => scene.rest({ chore: { kind: 'retire', leaseUntil: scene.ago(1) } }),
      ['chore-unfinished'],
    ],
    ['a chore at work', () => scene.rest({ chore: { kind: 'retire', leaseUntil: scene.ago(-1) } }), []],
    ['an event that nobody was told', () => scene.rest({ outbox: [event(150)] }), ['events-untold']],
    ['an event of a run at work', () => scene.rest({ outbox: [event(149)] }), []],
    [
      'an attempt without an answer',
      () => budget({ spent: 0, inFlight: { ...inFlight, leaseUntil: scene.ago(1) } }),
      ['attempt-unfinished'],
    ],
    [
      'an attempt at work',
      () => budget({ spent: 0, inFlight: { ...inFlight, leaseUntil: scene.ago(-1) } }),
      [],
    ],
    ['spent attempts', () => budget({ spent: 1 }), ['attempts-low']],
    ['a password that is too old', () => aged(31), ['password-too-old']],
    ['a password that is old', () => aged(30), []],
    [
      'an outside change that nothing repairs',
      () => scene.rest({ user: { username: USERNAME, changedAt: scene.ago(9), toldChange: scene.ago(8) } }),
      ['outside-change-unrepaired'],
    ],
    [
      'an outside change that was repaired',
      () => scene.rest({ user: { username: USERNAME, changedAt: scene.ago(8), toldChange: scene.ago(8) } }),
      [],
    ],
    [
      'a live user who is locked out',
      () => scene.rest({ user: { username: USERNAME, changedAt: scene.ago(8), trouble: 'user-locked' } }),
      ['user-locked'],
    ],
  ] as const)('%s', async (_what, prepare, codes) => {
    prepare();
    expect(await lookOnly()).toEqual(codes);
  });

  test('what is spent is said with when it is given back', async () => {
    budget({ spent: 3, lastAt: '2026-11-01T11:30:00.000Z' });
    expect(await scene.problems()).toMatchObject([
      {
        code: 'attempts-low',
        severity: 'problem',
        where: USERNAME,
        message: expect.stringMatching(/^3 of 3 login attempts are spent\. Salesforce forgets them by 2026-/),
      },
    ]);
  });

  const event = (seconds: number) =>
    ({
      id: '1',
      at: scene.ago(seconds),
      type: 'Rotation Completed',
      credential: 'billing',
      phase: 'idle',
      message: 'Done.',
    }) as const;
  const budget = (attempts: object) =>
    scene.rest({ budgets: { [USERNAME]: { spent: 0, refused: [], ...attempts } } });
  const aged = (days: number) => {
    scene = new DoctorScene({ schedule: { every: '30 days' } });
    scene.rest({ passwordChangedAt: scene.ago(days * 86_400) });
  };
});

describe('a blocked credential', () => {
  const refusal = (code: string, more: object = {}) =>
    ({ code, message: 'It was refused.', remedy: 'Mend it, then resume.', ...more }) as never;

  test.each([
    ['what the checks see was mended', 'user-frozen', 'idle', true],
    ['nothing sees whether it was mended', 'login-disabled', 'idle', false],
    ['a person has to decide', 'credential-edited-during-commit', 'committing', false],
    ['a lockout has ended', 'user-locked', 'awaiting-token', true],
    ['no other source of tokens was configured', 'no-token-source', 'awaiting-token', true],
  ] as const)('%s', async (_what, code, from, fixable) => {
    scene.passwordIsSet();
    if (from === 'idle') scene.ports.secrets.edit(DRAFT, '{}');
    scene.put('blocked', {}, { blocked: { from, refusal: refusal(code), at: scene.ago(60) } });
    const [found] = await scene.problems();
    expect(found).toMatchObject({ code: 'blocked', fixable });
    expect(found?.remedy).toContain('sfrotate resume billing');
  });

  test('what still stands in its way is not resumed', async () => {
    scene.user.isFrozen = true;
    scene.put(
      'blocked',
      {},
      { blocked: { from: 'idle', refusal: refusal('user-frozen'), at: scene.ago(60) } },
    );
    expect(await scene.problems()).toMatchObject([
      { code: 'blocked', fixable: false },
      { code: 'user-frozen', remedy: 'Unfreeze the user in Salesforce. Then: sfrotate resume billing' },
    ]);
  });

  test('a draft that was lost a moment ago still stands in its way', async () => {
    scene.put(
      'blocked',
      {},
      {
        since: scene.ago(1),
        blocked: { from: 'awaiting-token', refusal: refusal('draft-lost'), at: scene.ago(1) },
      },
    );
    expect(await scene.problems()).toMatchObject([
      { code: 'blocked', fixable: false },
      { code: 'draft-lost', remedy: expect.stringContaining('list-secret-version-ids') },
    ]);
  });

  test('spent attempts are not resumed before their time', async () => {
    scene.passwordIsSet();
    const spent = (notBefore: string) =>
      scene.put(
        'blocked',
        {},
        {
          blocked: {
            from: 'awaiting-token',
            refusal: refusal('attempts-spent', { notBefore }),
            at: scene.ago(60),
          },
        },
      );
    spent(scene.ago(-1));
    expect((await scene.problems())[0]).toMatchObject({ code: 'blocked', fixable: false });
    spent(scene.ago(0));
    expect((await scene.problems())[0]).toMatchObject({ code: 'blocked', fixable: true });
  });
});

test('a look that a rotation overtook is made again', async () => {
  const { secrets, ledger } = scene.ports;
  await scene.leavePending();
  secrets.before = (operation) => {
    if (operation !== 'readVersion') return;
    secrets.before = () => undefined;
    const state = scene.state;
    ledger.put({ ...state, version: state.version + 1, rotation: { ...ROTATION, startedAt: scene.ago(1) } });
  };
  expect(await scene.codes()).toEqual([]);
});

const currentText = async (name: string) => {
  const read = (await scene.ports.secrets.readCurrent([name])).get(name);
  if (read?.kind !== 'found') throw new Error('no text');
  return read.text;
};
