import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { HistoryEvent } from '../../lib/core/domain/state.ts';
import { CuttingWire } from '../support/cutting-wire.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { problemsAfterRotation } from '../support/invariants.ts';
import { DAY, HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { CUT, fail, ScriptedWire } from '../support/scripted-wire.ts';

const ETL = 'etl/airflow/salesforce';
const MULE = 'mule/salesforce';
const WORKER = 'billing/worker';
/** A little more than the watch's five minutes, and more than a dead run's lease. */
const LOOK_EVERY = 5.5 * MINUTE;

beforeAll(() => {
  // What is cut is not repeated by the SDK.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

/** A credential that was rotated once, so that every secret has a previous version. */
async function rotated(wire: ScriptedWire | CuttingWire = new ScriptedWire()): Promise<RotationBench> {
  const bench = await RotationBench.start({ wire, scenario: { source: 'unchanged' } });
  await bench.rotate();
  return bench;
}

/** Somebody moves `AWSCURRENT` back to the version before. */
function restore({ secrets, sandbox }: RotationBench, secret: string): string {
  const previous = secrets.versionWith(secret, 'AWSPREVIOUS') ?? '';
  sandbox.secretsManager.updateSecretVersionStage({
    SecretId: secret,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: previous,
    RemoveFromVersionId: secrets.versionWith(secret, 'AWSCURRENT'),
  });
  return previous;
}

/** The integration secrets that carry another login than the credential secret. */
function strays({ secrets, integrations }: RotationBench): readonly string[] {
  const current = JSON.stringify(secrets.login(SECRET));
  return integrations.filter((secret) => JSON.stringify(secrets.login(secret)) !== current);
}

const texts = ({ secrets, integrations }: RotationBench) =>
  integrations.map((secret) => secrets.text(secret));

async function driftEvents(bench: RotationBench): Promise<readonly HistoryEvent[]> {
  return (await bench.ledger.history()).filter(({ type }) => type.startsWith('Drift'));
}

const typesOf = (events: readonly HistoryEvent[]) => events.map(({ type }) => type);

/** What people were told of drift, by the last sentences. */
function told({ sandbox }: RotationBench, subject = 'Drift Found'): readonly string[] {
  return sandbox.messages.notifications
    .filter((notification) => notification.subject === `${subject}: billing`)
    .map(({ message }) => message);
}

function logins({ sandbox }: RotationBench): number {
  const { id } = sandbox.salesforce.inspect(USERNAME);
  return sandbox.salesforce.view.loginHistory.filter(({ userId }) => userId === id).length;
}

describe('somebody puts an old credential back', () => {
  test('found at the next check, told by name, and brought to the current one without losing a field', async () => {
    const bench = await rotated();
    const attempts = logins(bench);
    const old = bench.secrets.login(MULE, 'AWSPREVIOUS');
    restore(bench, MULE);
    const backup = bench.secrets.put(
      ETL,
      JSON.stringify({ note: 'from the backup', ...bench.secrets.json(ETL, 'AWSPREVIOUS') }, undefined, 4),
    );
    await bench.jump(HOUR - LOOK_EVERY);
    expect(strays(bench)).toEqual([ETL, MULE]);

    await bench.jump(2 * LOOK_EVERY);
    expect(strays(bench)).toEqual([]);
    expect(bench.secrets.text(ETL)).toBe(
      bench.secrets
        .text(ETL, 'AWSPREVIOUS')
        .replaceAll(JSON.stringify(old.password), JSON.stringify(bench.secrets.login(SECRET).password)),
    );
    expect(bench.secrets.versionWith(ETL, 'AWSPREVIOUS')).toBe(backup);
    expect(bench.secrets.versionWith(ETL, 'ROTATION_STAGED')).toBeUndefined();
    // A rotation has proved what is current.
    expect(logins(bench)).toBe(attempts);
    const [found, mended, ...more] = await driftEvents(bench);
    expect(found?.message).toBe(
      `2 integration secrets carry another credential than the current one: ${ETL}, ${MULE}.`,
    );
    expect(mended?.message).toMatch(/^2 of 2 were brought to the current credential\./);
    expect(more).toEqual([]);
    expect(told(bench)).toHaveLength(1);
    expect(told(bench)[0]).toContain(MULE);
  });

  test('told without any value of a secret', async () => {
    const bench = await rotated();
    restore(bench, MULE);
    await bench.ask('check');
    const said = JSON.stringify([await bench.ledger.items(), bench.sandbox.messages.notifications]);
    for (const { password, securityToken } of [
      bench.secrets.login(MULE),
      bench.secrets.login(MULE, 'AWSPREVIOUS'),
    ]) {
      expect(said).not.toContain(JSON.stringify(password).slice(1, -1));
      expect(said).not.toContain(securityToken);
    }
    expect(strays(bench)).toEqual([]);
  });

  test('the same old version a second time is found, told and mended again', async () => {
    const bench = await rotated();
    const old = restore(bench, MULE);
    await bench.ask('check');
    restore(bench, MULE);
    expect(bench.secrets.versionWith(MULE, 'AWSCURRENT')).toBe(old);
    await bench.ask('check');
    expect(strays(bench)).toEqual([]);
    expect(typesOf(await driftEvents(bench))).toEqual([
      'Drift Found',
      'Drift Mended',
      'Drift Found',
      'Drift Mended',
    ]);
  });

  test('checked as often as drift.checkEvery says, and at once when somebody asks', async () => {
    const bench = await rotated();
    bench.configureCredential((credential) => {
      credential.drift = { checkEvery: '1 day' };
    });
    restore(bench, MULE);
    await bench.jump(DAY - HOUR);
    expect(strays(bench)).toEqual([MULE]);
    const { message } = await bench.ask('check');
    expect(message).toMatch(/^1 integration secret carries .*: mule\/salesforce\. 1 of 1 were brought/);
    expect(strays(bench)).toEqual([]);
  });

  test('only told where drift.bringForward is off: once, and again when something else strays', async () => {
    const bench = await rotated();
    bench.configureCredential((credential) => {
      credential.drift = { bringForward: false };
    });
    restore(bench, MULE);
    const before = bench.fingerprint();
    for (let hour = 0; hour < 3; hour += 1) await bench.jump(HOUR + LOOK_EVERY);
    expect(bench.fingerprint()).toEqual(before);
    expect(told(bench)).toHaveLength(1);
    restore(bench, ETL);
    for (let hour = 0; hour < 2; hour += 1) await bench.jump(HOUR + LOOK_EVERY);
    expect(told(bench)).toHaveLength(2);
    expect(told(bench)[1]).toContain(`${ETL}, ${MULE}`);
    // Mended by hand, and spoiled again: it is news.
    for (const secret of [ETL, MULE]) restore(bench, secret);
    await bench.jump(HOUR + LOOK_EVERY);
    expect(strays(bench)).toEqual([]);
    for (const secret of [ETL, MULE]) restore(bench, secret);
    await bench.jump(HOUR + LOOK_EVERY);
    expect(told(bench)).toHaveLength(3);
    expect(strays(bench)).toEqual([ETL, MULE]);
  });
});

describe('somebody writes the credential secret', () => {
  test.each([
    ['text that is no JSON', () => 'restored from the wiki'],
    ['JSON without a password', (text: string) => JSON.stringify({ ...JSON.parse(text), password: '' })],
  ])('%s: told once, no login is spent, and every integration keeps what it has', async (_what, spoil) => {
    const bench = await rotated();
    bench.secrets.put(SECRET, spoil(bench.secrets.text(SECRET)));
    const before = bench.fingerprint();
    for (let hour = 0; hour < 3; hour += 1) await bench.jump(HOUR + LOOK_EVERY);
    expect(bench.fingerprint()).toEqual(before);
    expect(told(bench)).toHaveLength(1);
    expect(told(bench)[0]).toContain(`The credential secret \\"${SECRET}\\" cannot be used`);
    expect(await bench.phase()).toBe('idle');
  });

  test('a password that Salesforce does not accept: one login, told once, and every integration keeps what it has', async () => {
    const bench = await rotated();
    const attempts = logins(bench);
    const before = texts(bench);
    bench.secrets.edit(SECRET, { password: 'pasted by hand' });
    for (let hour = 0; hour < 3; hour += 1) {
      await bench.jump(HOUR + LOOK_EVERY);
      // An integration's own fields change all the time; that is no reason for another login.
      bench.secrets.edit(WORKER, { hour });
    }
    expect(logins(bench) - attempts).toBe(1);
    expect(texts(bench).slice(0, 2)).toEqual(before.slice(0, 2));
    expect(bench.secrets.login(WORKER)).toEqual(bench.secrets.login(MULE));
    expect(await driftEvents(bench)).toEqual([]);
    expect(told(bench, 'Credential Edited')).toHaveLength(1);
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('another password that works: the integrations follow, after one login', async () => {
    const bench = await rotated();
    const { password } = bench.secrets.login(SECRET);
    const attempts = logins(bench);
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, 'set-by-Hand-2026');
    const token = bench.sandbox.salesforce.inspect(USERNAME).token?.value;
    bench.secrets.edit(SECRET, { password: 'set-by-Hand-2026', securityToken: token });
    for (let hour = 0; hour < 3; hour += 1) await bench.jump(HOUR + LOOK_EVERY);
    expect(logins(bench) - attempts).toBe(1);
    expect(strays(bench)).toEqual([]);
    expect(bench.secrets.json(MULE)).toMatchObject({ owner: 'team-2', batchSize: 201 });
    expect(await logInAsIntegration(bench.secrets.login(MULE))).toBe('accepted');
    expect(typesOf(await driftEvents(bench))).toEqual(['Drift Mended']);
    expect(told(bench, 'Credential Edited')).toHaveLength(1);
    const old = bench.secrets.login(SECRET);
    expect(old.password).not.toBe(password);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('and Salesforce gives no answer: an attempt is left for a rotation, and it is told', async () => {
    const wire = new ScriptedWire();
    const bench = await rotated(wire);
    const before = wire.seen('login');
    bench.secrets.edit(SECRET, { password: 'pasted by hand' });
    wire.on({ operation: 'login', does: () => CUT });
    for (let hour = 0; hour < 6; hour += 1) {
      await bench.jump(HOUR + LOOK_EVERY);
      await bench.jump(MINUTE);
    }
    expect(wire.seen('login') - before).toBe(2);
    expect(told(bench, 'Credential Edited')).toHaveLength(1);
    expect(bench.sandbox.messages.deadLetters).toEqual([]);
    wire.clear();
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect(await bench.phase()).not.toBe('blocked');
    await bench.newToken();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe('a secret that cannot be brought forward', () => {
  test.each([
    ['no JSON', (bench: RotationBench) => void bench.secrets.put(MULE, 'garbage')],
    [
      'marked for deletion',
      ({ sandbox }: RotationBench) => void sandbox.secretsManager.deleteSecret({ SecretId: MULE }),
    ],
  ])('%s: told by name and left alone; the others are brought forward', async (_what, spoil) => {
    const bench = await rotated();
    restore(bench, ETL);
    spoil(bench);
    const left = bench.secrets.versionWith(MULE, 'AWSCURRENT');
    for (let hour = 0; hour < 4; hour += 1) await bench.jump(HOUR + LOOK_EVERY);
    expect(bench.secrets.login(ETL)).toEqual(bench.secrets.login(SECRET));
    expect(bench.secrets.versionWith(MULE, 'AWSCURRENT')).toBe(left);
    // Once with the stray, and once when it was all that was left.
    expect(told(bench)).toHaveLength(2);
    expect(told(bench)[1]).toContain(`1 integration secret cannot be read or written: ${MULE}.`);
  });

  test('may not be written: told once, tried at each check, and brought forward when it may', async () => {
    const wire = new ScriptedWire();
    const bench = await rotated(wire);
    restore(bench, ETL);
    restore(bench, MULE);
    wire.on({ operation: 'PutSecretValue', target: MULE, does: () => fail('AccessDeniedException') });
    const before = wire.seen('PutSecretValue', MULE);
    for (let hour = 0; hour < 3; hour += 1) {
      await bench.jump(HOUR);
      // The watch looks more often than drift.checkEvery says.
      for (let turn = 0; turn < 2; turn += 1) await bench.jump(LOOK_EVERY);
    }
    expect(strays(bench)).toEqual([MULE]);
    expect(wire.seen('PutSecretValue', MULE) - before).toBe(3);
    expect(told(bench).filter((message) => message.includes(ETL))).toHaveLength(1);
    expect(told(bench)).toHaveLength(2);
    expect(bench.sandbox.messages.deadLetters).toEqual([]);
    wire.clear();
    await bench.jump(HOUR + LOOK_EVERY);
    expect(strays(bench)).toEqual([]);
  });
});

describe('beside other work', () => {
  test('an edit between the look and the swap survives, and is brought forward at the next check', async () => {
    const wire = new ScriptedWire();
    const bench = await rotated(wire);
    restore(bench, MULE);
    let edited = '';
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: MULE,
      caller: 'watch',
      nth: 1,
      does: () => {
        edited = bench.secrets.edit(MULE, { note: 'in between' });
      },
    });
    await bench.ask('check');
    expect(bench.secrets.versionWith(MULE, 'AWSCURRENT')).toBe(edited);
    expect(strays(bench)).toEqual([MULE]);
    await bench.jump(HOUR + LOOK_EVERY);
    expect(strays(bench)).toEqual([]);
    expect(bench.secrets.json(MULE)['note']).toBe('in between');
    expect(bench.secrets.versionWith(MULE, 'AWSPREVIOUS')).toBe(edited);
  });

  test('a rotation that is requested meanwhile waits for its end, and for its lease where it died', async () => {
    const wire = new ScriptedWire();
    const bench = await rotated(wire);
    const old = bench.secrets.login(SECRET);
    restore(bench, MULE);
    wire.on({ operation: 'PutItem', caller: 'watch', nth: 2, does: () => CUT });
    await bench.ask('check').catch(() => undefined);
    wire.clear();
    expect((await bench.state()).chore?.kind).toBe('bring-forward');
    const before = bench.fingerprint();
    await bench.request();
    await bench.jump(2 * MINUTE);
    expect(bench.fingerprint()).toEqual(before);
    expect((await bench.state()).rotation).toBeUndefined();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('whatever write a run dies at, the next one ends it', async () => {
    const wire = new CuttingWire();
    const bench = await rotated(wire);
    const spoil = () => [ETL, MULE].forEach((secret) => void restore(bench, secret));
    spoil();
    wire.record();
    await bench.jump(HOUR + LOOK_EVERY);
    const writes = [...wire.writes];
    expect(strays(bench)).toEqual([]);
    expect(writes.filter((name) => name.startsWith('PutSecretValue'))).toHaveLength(2);
    const left: string[] = [];
    for (const [write, name] of writes.entries()) {
      spoil();
      wire.arm({ write, when: 'after' });
      await bench.jump(HOUR + LOOK_EVERY);
      if (!wire.dead) left.push(`#${write} was not reached`);
      bench.sandbox.functions.restart();
      wire.revive();
      await bench.jump(LOOK_EVERY);
      left.push(...strays(bench).map((secret) => `after #${write} ${name}: ${secret}`));
    }
    expect(left).toEqual([]);
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('nothing is looked at while a rotation is under way; its swap brings all forward', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    const stray = bench.secrets.edit(MULE, { password: 'of an older backup' });
    await bench.jump(HOUR + LOOK_EVERY);
    expect((await bench.ask('check')).message).toMatch(/^Now in phase "awaiting-token"/);
    expect(bench.secrets.versionWith(MULE, 'AWSCURRENT')).toBe(stray);
    expect(await driftEvents(bench)).toEqual([]);
    await bench.newToken();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

test('a check costs one batch per 20 secrets and one more; the look into the org one, and no login', async () => {
  const wire = new ScriptedWire();
  const bench = await RotationBench.start({ wire, scenario: { integrations: 41 } });
  const before = bench.fingerprint();
  wire.calls.length = 0;
  await bench.jump(HOUR + LOOK_EVERY);
  expect(wire.count('secretsManager')).toBe(5);
  expect(wire.seen('BatchGetSecretValue')).toBe(5);
  expect(wire.count('salesforce')).toBe(3);
  expect(wire.seen('query')).toBe(2);
  expect(bench.fingerprint()).toEqual(before);
});
