import { afterEach, describe, expect, test } from '@jest/globals';
import type { SubmissionOutcome } from '../../lib/core/intake/submission.ts';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { HOUR, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

const CHANGED = 'Changed-By-Hand-1';

afterEach(() => RotationBench.closeAll());

/** Brings a password and the token in force, as the page and the command line do. */
async function bring(bench: RotationBench, password: string): Promise<SubmissionOutcome> {
  const pasted = bench.sandbox.salesforce.inspect(USERNAME).token?.value;
  const command = { action: 'submit-credential', credential: 'billing', by: 'ann', password, pasted };
  const answer = await bench.sandbox.functions.invoke('watch', command);
  return (answer as { readonly submission: SubmissionOutcome }).submission;
}

describe('somebody changes the password in Salesforce', () => {
  test('what a person brings is tried, swapped in everywhere, and the password is left as it was set', async () => {
    const bench = await RotationBench.start();
    const old = bench.secrets.login(SECRET);
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, CHANGED);
    const before = bench.fingerprint();
    await bench.ask('outside-change');
    // The mail with the token comes, too; without its password it is no use.
    await bench.pass(2 * HOUR);
    expect(await bench.phase()).toBe('awaiting-token');
    expect(bench.fingerprint()).toEqual(before);
    expect(await bench.historyTypes()).toEqual(
      expect.arrayContaining(['Password Changed Outside', 'Token Reminder']),
    );

    expect(await bring(bench, CHANGED)).toEqual({ kind: 'accepted' });
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.login(SECRET).password).toBe(CHANGED);
    expect(failedLogins(bench)).toBe(0);
    expect((await bench.state()).last).toMatchObject({ cause: 'outside-change', source: 'operator' });
  });

  test('wrong, it changes nothing; right after that, it is swapped in', async () => {
    const bench = await RotationBench.start();
    const old = bench.secrets.login(SECRET);
    const versions = () => [SECRET, ...bench.integrations].map((name) => [...bench.secrets.versions(name)]);
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, CHANGED);
    await bench.ask('outside-change');
    const before = versions();
    expect(await bring(bench, 'Not-The-Password-1')).toEqual({
      kind: 'rejected',
      because: 'wrong-password-or-token',
      attemptsLeft: 2,
    });
    expect(versions()).toEqual(before);
    expect(failedLogins(bench)).toBe(1);
    expect(await bring(bench, CHANGED)).toEqual({ kind: 'accepted' });
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('with two users, the other’s old credential stays the way back until it retires', async () => {
    const bench = await RotationBench.start({
      scenario: { strategy: 'alternating-users', source: 'mailbox', integrations: 3 },
    });
    await bench.rotate();
    await bench.rotate();
    const { predecessor } = await bench.state();
    expect(predecessor).toMatchObject({ username: OTHER_USERNAME });
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, CHANGED);
    await bench.ask('outside-change');
    expect(await bring(bench, CHANGED)).toEqual({ kind: 'accepted' });
    await bench.untilIdle();
    const current = bench.secrets.login(SECRET);
    expect(current).toMatchObject({ username: USERNAME, password: CHANGED });
    for (const secret of bench.integrations) expect(bench.secrets.login(secret)).toEqual(current);
    expect(await logInAsIntegration(current)).toBe('accepted');
    expect((await bench.state()).predecessor).toEqual(predecessor);
  });
});
