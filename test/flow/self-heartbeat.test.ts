import { afterEach, describe, expect, test } from '@jest/globals';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { DAY, HOUR, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

describe('the heartbeat of a user without an administrator', () => {
  test('logs in once a day, learns the date of the own record, and leaves no session', async () => {
    const bench = await RotationBench.start({ scenario: { connection: 'self' } });
    const { salesforce } = bench.sandbox;
    const rows = salesforce.view.loginHistory.length;
    await bench.pass(DAY + HOUR);
    expect(salesforce.view.loginHistory.length - rows).toBeGreaterThanOrEqual(1);
    expect(salesforce.view.loginHistory.length - rows).toBeLessThanOrEqual(2);
    expect(salesforce.view.sessions).toEqual([]);
    const { lastPasswordChangeDate } = salesforce.inspect(USERNAME);
    expect((await bench.state()).user).toMatchObject({
      changedAt: new Date(lastPasswordChangeDate).toISOString(),
      provenAt: expect.any(String),
    });
  });

  test('notices that somebody else changed the password, by one login, and asks for it', async () => {
    const bench = await RotationBench.start({ scenario: { connection: 'self' } });
    const old = bench.secrets.login(SECRET);
    const { salesforce } = bench.sandbox;
    salesforce.changePasswordInUi(USERNAME, 'theirs-Passw0rd-1!');
    await bench.untilPhase('awaiting-token', 2 * DAY);
    expect((await bench.state()).rotation?.cause).toBe('outside-change');
    await bench.pass(2 * DAY);
    expect(failedLogins(bench)).toBe(1);
    await bench.sandbox.functions.invoke('watch', {
      action: 'submit-credential',
      credential: 'billing',
      by: 'ann',
      password: 'theirs-Passw0rd-1!',
      pasted: salesforce.inspect(USERNAME).token?.value,
    });
    await bench.sandbox.pump.settle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});
