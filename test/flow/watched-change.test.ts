import { afterEach, describe, expect, test } from '@jest/globals';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { ACTIONS } from '../../lib/sandbox/serve/actions.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { DAY, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

type Policy = 'prompt' | 'take-over' | 'alert';

afterEach(() => RotationBench.closeAll());

async function start(policy: Policy): Promise<RotationBench> {
  const bench = await RotationBench.start();
  bench.configureCredential((credential) => {
    credential.onOutsideChange = policy;
  });
  return bench;
}

/** As a person does it in the sandbox: `POST /sandbox/change-password`. */
async function changeBehindItsBack(bench: RotationBench): Promise<void> {
  await ACTIONS['change-password']?.(bench.sandbox, new URLSearchParams({ username: USERNAME }), '');
}

const told = (bench: RotationBench) => ({
  bus: bench.sandbox.messages.events.filter(({ detailType }) => detailType === 'Password Changed Outside'),
  people: bench.sandbox.messages.notifications.filter(({ subject }) =>
    subject.startsWith('Password Changed Outside'),
  ),
});

describe('a password that was changed behind its back is noticed by the next watch', () => {
  test('prompt: event, notification and question are there, and every secret is as it was', async () => {
    const bench = await start('prompt');
    await changeBehindItsBack(bench);
    const before = bench.fingerprint();
    await bench.sandbox.pump.tick();
    expect(told(bench)).toMatchObject({ bus: [{}], people: [{}] });
    expect(await bench.state()).toMatchObject({
      phase: 'awaiting-token',
      rotation: { cause: 'outside-change', reminders: 0 },
    });
    expect(bench.fingerprint()).toEqual(before);
    await bench.sandbox.pump.tick();
    expect(told(bench).people).toHaveLength(1);
  });

  test('take-over: event and notification are there, and with the token’s mail it is repaired', async () => {
    const bench = await start('take-over');
    const old = bench.secrets.login(SECRET);
    await changeBehindItsBack(bench);
    await bench.sandbox.pump.tick();
    expect(told(bench)).toMatchObject({ bus: [{}], people: [{}] });
    await bench.untilIdle();
    expect((await bench.state()).last).toMatchObject({ cause: 'take-over' });
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(await logInAsIntegration(bench.secrets.login(SECRET))).toBe('accepted');
    await bench.pass(DAY / 8);
    expect(told(bench).people).toHaveLength(1);
  });

  test('alert: event and notification are there, and nothing else', async () => {
    const bench = await start('alert');
    await changeBehindItsBack(bench);
    const before = bench.fingerprint();
    await bench.sandbox.pump.tick();
    expect(told(bench)).toMatchObject({ bus: [{}], people: [{}] });
    await bench.pass(DAY / 8);
    expect(await bench.phase()).toBe('idle');
    expect(bench.fingerprint()).toEqual(before);
    expect(told(bench).people).toHaveLength(1);
    expect(failedLogins(bench)).toBe(0);
  });
});

test('with two users, take-over brings the integrations to the other one', async () => {
  const bench = await RotationBench.start({
    scenario: { strategy: 'alternating-users', source: 'mailbox', integrations: 3 },
  });
  bench.configureCredential((credential) => {
    credential.onOutsideChange = 'take-over';
  });
  await changeBehindItsBack(bench);
  await bench.sandbox.pump.tick();
  await bench.untilIdle();
  const current = bench.secrets.login(SECRET);
  expect(current.username).toBe(OTHER_USERNAME);
  for (const secret of bench.integrations) expect(bench.secrets.login(secret)).toEqual(current);
  expect(await logInAsIntegration(current)).toBe('accepted');
  expect(told(bench).people).toHaveLength(1);
});

test('no rotation of the service’s own is taken for somebody else’s, also with a watch in between', async () => {
  const bench = await start('alert');
  await bench.rotate();
  await bench.sandbox.pump.tick();
  await bench.rotate();
  await bench.pass(DAY / 8);
  expect(told(bench)).toEqual({ bus: [], people: [] });
});

test('a user who is frozen blocks the credential until it is good again', async () => {
  const bench = await start('prompt');
  bench.sandbox.salesforce.updateUser(USERNAME, { isFrozen: true });
  await bench.sandbox.pump.tick();
  expect(await bench.state()).toMatchObject({
    phase: 'blocked',
    blocked: { refusal: { code: 'user-frozen' } },
  });
  bench.sandbox.salesforce.updateUser(USERNAME, { isFrozen: false });
  await bench.sandbox.pump.tick();
  expect(await bench.phase()).toBe('idle');
  expect(failedLogins(bench)).toBe(0);
});
