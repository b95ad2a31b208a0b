import { afterEach, describe, expect, test } from '@jest/globals';
import type { SubmissionOutcome } from '../../lib/core/intake/submission.ts';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { failedLogins, leftovers, problemsOfState, secretsApart } from '../support/invariants.ts';
import { DAY, DRAFT, HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

type Policy = 'prompt' | 'take-over' | 'alert';

afterEach(() => RotationBench.closeAll());

/** Somebody resets the token in Salesforce, and the next heartbeat comes. The mail goes to nobody: nothing waits for it. */
async function resetBehindItsBack(bench: RotationBench): Promise<void> {
  bench.sandbox.salesforce.resetToken(USERNAME);
  await bench.pass(MINUTE);
  await bench.jump(DAY);
  await bench.sandbox.pump.tick();
}

async function start(policy: Policy = 'prompt'): Promise<RotationBench> {
  const bench = await RotationBench.start();
  bench.configureCredential((credential) => {
    credential.onOutsideChange = policy;
  });
  return bench;
}

async function problems(bench: RotationBench): Promise<readonly string[]> {
  return [...problemsOfState(await bench.state()), ...leftovers(bench), ...(await secretsApart(bench))];
}

const told = (bench: RotationBench) =>
  bench.sandbox.messages.notifications.filter(({ subject }) => subject.startsWith('Token Reset Outside'));

/** What a reset must leave alone: the password in Salesforce and its date. */
const passwordOf = ({ sandbox }: RotationBench) => {
  const { password, lastPasswordChangeDate } = sandbox.salesforce.inspect(USERNAME);
  return { password, lastPasswordChangeDate };
};

describe('somebody resets the security token in Salesforce', () => {
  test.each(['prompt', 'take-over'] as const)(
    '%s: the heartbeat notices, the token is asked for, and its mail brings every secret forward',
    async (policy) => {
      const bench = await start(policy);
      const before = passwordOf(bench);
      await resetBehindItsBack(bench);
      expect(await bench.state()).toMatchObject({
        phase: 'awaiting-token',
        rotation: { cause: 'token-reset', username: USERNAME, reminders: 0 },
      });
      expect(told(bench)).toHaveLength(1);
      expect(bench.secrets.login(DRAFT)).toMatchObject({ password: before.password });
      expect(failedLogins(bench)).toBe(1);
      await bench.pass(HOUR);
      expect(failedLogins(bench)).toBe(1);

      await bench.newToken();
      await bench.untilIdle();
      expect(await problems(bench)).toEqual([]);
      expect(passwordOf(bench)).toEqual(before);
      expect((await bench.state()).last).toMatchObject({ cause: 'token-reset', source: 'mailbox' });
      expect(failedLogins(bench)).toBe(1);
      await bench.pass(DAY / 8);
      expect(told(bench)).toHaveLength(1);
    },
  );

  test('a person brings the token alone', async () => {
    const bench = await RotationBench.start({ scenario: { source: 'operator' } });
    await resetBehindItsBack(bench);
    const pasted = bench.sandbox.salesforce.inspect(USERNAME).token?.value;
    const answer = await bench.sandbox.functions.invoke('watch', {
      action: 'submit-token',
      credential: 'billing',
      by: 'ann',
      pasted,
    });
    expect((answer as { readonly submission: SubmissionOutcome }).submission).toEqual({ kind: 'accepted' });
    await bench.untilIdle();
    expect(await problems(bench)).toEqual([]);
    expect((await bench.state()).last).toMatchObject({ cause: 'token-reset', source: 'operator' });
  });

  test('alert: it is told once, and nothing else happens', async () => {
    const bench = await start('alert');
    await resetBehindItsBack(bench);
    const before = bench.fingerprint();
    expect(told(bench)).toHaveLength(1);
    await bench.jump(3 * DAY);
    await bench.pass(HOUR);
    expect(await bench.phase()).toBe('idle');
    expect(told(bench)).toHaveLength(1);
    expect(bench.fingerprint()).toEqual(before);
  });

  test('the live one of two users gets its token, and the other stays as it was', async () => {
    const bench = await RotationBench.start({
      scenario: { strategy: 'alternating-users', source: 'mailbox', integrations: 3 },
    });
    const other = bench.sandbox.salesforce.inspect(OTHER_USERNAME).password;
    await resetBehindItsBack(bench);
    await bench.newToken();
    await bench.untilIdle();
    expect(await problems(bench)).toEqual([]);
    expect(bench.secrets.login(SECRET).username).toBe(USERNAME);
    expect(bench.sandbox.salesforce.inspect(OTHER_USERNAME).password).toBe(other);
    expect((await bench.state()).predecessor).toBeUndefined();
  });
});

describe('while the token is waited for', () => {
  test('a rotation that is asked for makes it needless', async () => {
    const bench = await start();
    await resetBehindItsBack(bench);
    await bench.ask('rotate-now');
    await bench.untilIdle();
    expect((await bench.state()).last?.cause).toBe('requested');
    expect(await problems(bench)).toEqual([]);
  });

  test('a change of the password by somebody else is noticed, too', async () => {
    const bench = await start('take-over');
    await resetBehindItsBack(bench);
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, 'Changed-By-Hand-1');
    await bench.pass(10 * MINUTE);
    await bench.untilIdle();
    expect((await bench.state()).last?.cause).toBe('take-over');
    expect(await problems(bench)).toEqual([]);
  });

  test('a lost ledger forgets nothing that is needed, and nothing is changed at Salesforce', async () => {
    const bench = await start();
    await resetBehindItsBack(bench);
    const before = passwordOf(bench);
    await bench.ledger.loseState();
    await bench.sandbox.pump.tick();
    expect(await bench.state()).toMatchObject({
      phase: 'awaiting-token',
      rotation: { cause: 'token-reset', username: USERNAME },
    });
    expect(passwordOf(bench)).toEqual(before);
    await bench.newToken();
    await bench.untilIdle();
    expect(await problems(bench)).toEqual([]);
    expect(passwordOf(bench)).toEqual(before);
  });

  test('mails count that are younger than the last proof of the old token', async () => {
    const bench = await start();
    await bench.rotate();
    const { user } = await bench.state();
    expect(user?.provenAt).toBeDefined();
    await resetBehindItsBack(bench);
    expect((await bench.state()).rotation).toMatchObject({
      cause: 'token-reset',
      setStartedAt: user?.provenAt,
    });
  });
});
