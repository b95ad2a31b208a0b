import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ACTIONS } from '../../lib/sandbox/serve/actions.ts';
import { CuttingWire } from '../support/cutting-wire.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { ScriptedWire } from '../support/scripted-wire.ts';

/** A little more than the watch's five minutes, and more than a dead run's lease. */
const LOOK_EVERY = 5.5 * MINUTE;

beforeAll(() => {
  // What is cut is not repeated by the SDK.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

/** A credential that was rotated once. */
async function rotated(wire: ScriptedWire | CuttingWire = new ScriptedWire()): Promise<RotationBench> {
  const bench = await RotationBench.start({ wire, scenario: { source: 'unchanged' } });
  await bench.rotate();
  // The org's dates are to the second, and the next change is to have one of its own.
  await bench.jump(MINUTE);
  return bench;
}

/** As a person does it: `POST /actions/edit-secret`. */
async function editSecret({ sandbox }: RotationBench): Promise<void> {
  await ACTIONS['edit-secret']?.(sandbox, new URLSearchParams({ credential: 'billing' }), '');
}

const told = ({ sandbox }: RotationBench, what = 'Credential Edited') => ({
  bus: sandbox.messages.events.filter(({ detailType }) => detailType === what).length,
  people: sandbox.messages.notifications.filter(({ subject }) => subject.startsWith(what)).length,
});

async function reasons(bench: RotationBench): Promise<readonly (string | undefined)[]> {
  const history = await bench.ledger.history();
  return history.filter(({ type }) => type === 'Credential Edited').map(({ reason }) => reason);
}

const strays = ({ secrets, integrations }: RotationBench) => {
  const current = JSON.stringify(secrets.login(SECRET));
  return integrations.filter((secret) => JSON.stringify(secrets.login(secret)) !== current);
};

function logins({ sandbox }: RotationBench): number {
  const { id } = sandbox.salesforce.inspect(USERNAME);
  return sandbox.salesforce.view.loginHistory.filter(({ userId }) => userId === id).length;
}

describe('somebody changes the password and puts it into the credential secret', () => {
  test('noticed by the event, without any time passing: proved by one login, and every integration follows', async () => {
    const bench = await rotated();
    const before = logins(bench);
    await editSecret(bench);
    await bench.sandbox.pump.settle();
    expect(strays(bench)).toEqual([]);
    expect(await logInAsIntegration(bench.secrets.login(SECRET))).toBe('accepted');
    expect([logins(bench) - before, failedLogins(bench)]).toEqual([2, 0]);
    expect([await reasons(bench), told(bench)]).toEqual([['edit-accepted'], { bus: 1, people: 1 }]);
    // The watch takes it for no outside change.
    await bench.pass(3 * HOUR);
    expect(told(bench, 'Password Changed Outside')).toEqual({ bus: 0, people: 0 });
    expect(await bench.phase()).toBe('idle');
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('noticed by the hourly look where the event was lost', async () => {
    const wire = new ScriptedWire();
    const bench = await rotated(wire);
    const labels = bench.nativeEvents.length;
    bench.sandbox.functions.invoke = neverByLabel(bench);
    await editSecret(bench);
    await bench.jump(MINUTE);
    expect(bench.nativeEvents.length).toBe(labels + 1);
    expect(strays(bench)).toEqual(bench.integrations);
    await bench.jump(HOUR + LOOK_EVERY);
    expect([strays(bench), await reasons(bench)]).toEqual([[], ['edit-accepted']]);
  });

  test('a rotation of the service itself is no edit, and costs one read of the ledger', async () => {
    const wire = new ScriptedWire();
    const bench = await rotated(wire);
    await bench.rotate();
    const known = bench.sandbox.logLines.filter((line) => line.includes('"outcome":"known"'));
    expect(known.length).toBeGreaterThan(0);
    expect(await reasons(bench)).toEqual([]);
  });
});

test('what Salesforce does not accept is told once; put back, all is as it was, without another login', async () => {
  const bench = await rotated();
  const good = bench.secrets.versionWith(SECRET, 'AWSCURRENT');
  const before = logins(bench);
  const kept = bench.integrations.map((secret) => bench.secrets.text(secret));
  const bad = bench.secrets.edit(SECRET, { password: 'pasted by hand' });
  await bench.jump(MINUTE);
  for (let hour = 0; hour < 3; hour += 1) await bench.jump(HOUR + LOOK_EVERY);
  expect([await reasons(bench), told(bench)]).toEqual([['edit-refused'], { bus: 1, people: 1 }]);
  expect(bench.integrations.map((secret) => bench.secrets.text(secret))).toEqual(kept);
  bench.sandbox.secretsManager.updateSecretVersionStage({
    SecretId: SECRET,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: good,
    RemoveFromVersionId: bad,
  });
  await bench.jump(HOUR + LOOK_EVERY);
  expect((await bench.ask('check')).message).toBe('Every integration secret carries the current credential.');
  expect(logins(bench) - before).toBe(1);
});

describe('people are asked for what somebody else set', () => {
  test('and it comes by the credential secret: the question is over', async () => {
    const bench = await rotated();
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, 'Set-By-Hand-2026');
    await bench.sandbox.pump.tick();
    expect(await bench.phase()).toBe('awaiting-token');
    const securityToken = bench.sandbox.salesforce.inspect(USERNAME).token?.value;
    bench.secrets.edit(SECRET, { password: 'Set-By-Hand-2026', securityToken: 'Not-The-Token-12345' });
    await bench.sandbox.pump.settle();
    expect([await bench.phase(), await reasons(bench)]).toEqual(['awaiting-token', ['edit-refused']]);
    bench.secrets.edit(SECRET, { securityToken });
    await bench.sandbox.pump.settle();
    expect(await bench.phase()).toBe('idle');
    expect([await reasons(bench), strays(bench)]).toEqual([['edit-refused', 'edit-accepted'], []]);
    expect(failedLogins(bench)).toBe(1);
    await bench.pass(2 * HOUR);
    expect(await bench.phase()).toBe('idle');
    expect(told(bench, 'Password Changed Outside').people).toBe(1);
  });
});

describe('whatever call a run dies at, the next one ends it', () => {
  test('while nothing is asked for', () => dieEverywhere(async () => undefined));

  test('while people are asked', () =>
    dieEverywhere(async (bench) => {
      await bench.ask('outside-change');
    }));

  /** Dies after each write in turn, in one sandbox, until a run gets through. */
  async function dieEverywhere(prepare: (bench: RotationBench) => Promise<void>): Promise<void> {
    const wire = new CuttingWire();
    const bench = await rotated(wire);
    const left: string[] = [];
    const died: string[] = [];
    for (let write = 0; ; write += 1) {
      await prepare(bench);
      wire.arm({ write, when: 'after' });
      await editSecret(bench);
      await bench.jump(LOOK_EVERY);
      if (!wire.dead) break;
      const name = `#${write} ${wire.writes.at(-1)}`;
      died.push(name);
      bench.sandbox.functions.restart();
      wire.revive();
      for (let turn = 0; turn < 2; turn += 1) await bench.jump(HOUR + LOOK_EVERY);
      const phase = await bench.phase();
      left.push(...strays(bench).map((secret) => `after ${name}: ${secret}`));
      if (phase !== 'idle') left.push(`after ${name}: ${phase}`);
    }
    expect(left).toEqual([]);
    expect(died.some((name) => name.includes('login'))).toBe(true);
    expect(died.some((name) => name.includes('UpdateSecretVersionStage'))).toBe(true);
    expect(failedLogins(bench)).toBe(0);
  }
});

/** EventBridge promises to deliver an event, and may still lose one. */
function neverByLabel({ sandbox }: RotationBench): RotationBench['sandbox']['functions']['invoke'] {
  const invoke = sandbox.functions.invoke.bind(sandbox.functions);
  return async (name, event) => {
    const isLabel = JSON.stringify(event).includes('Secret Label Updated');
    return isLabel ? undefined : invoke(name, event);
  };
}
