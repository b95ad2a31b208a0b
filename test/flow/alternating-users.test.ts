import { afterEach, describe, expect, test } from '@jest/globals';
import { budgetOf } from '../../lib/core/domain/budget.ts';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { DAY, DRAFT, HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

const start = (source: 'mailbox' | 'unchanged' = 'mailbox', integrations = 3) =>
  RotationBench.start({ scenario: { strategy: 'alternating-users', source, integrations } });

/** Every secret that a login can be read from carries this user, and the org accepts it. */
async function expectLive(bench: RotationBench, username: string): Promise<void> {
  const current = bench.secrets.login(SECRET);
  expect(current.username).toBe(username);
  for (const secret of bench.integrations) expect(bench.secrets.login(secret)).toEqual(current);
  expect(await logInAsIntegration(current)).toBe('accepted');
}

afterEach(() => RotationBench.closeAll());

describe('two users that take turns', () => {
  test('the idle one is prepared and swapped in while the live one keeps working', async () => {
    const bench = await start();
    const old = bench.secrets.login(SECRET);
    await bench.request();
    await bench.untilPhase('awaiting-token');
    await expectLive(bench, USERNAME);
    await bench.untilIdle();
    await expectLive(bench, OTHER_USERNAME);
    expect(await logInAsIntegration(old)).toBe('accepted');
    expect(bench.secrets.text(DRAFT)).toBe('{}');
  });

  test('a second rotation goes back to the first user, with a password of its own', async () => {
    const bench = await start();
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    await bench.rotate();
    await expectLive(bench, USERNAME);
    expect(bench.secrets.login(SECRET).password).not.toBe(old.password);
    expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
  });

  test('the token of the idle user is known from the version before, where the org keeps it', async () => {
    const bench = await start('unchanged');
    const { securityToken } = bench.secrets.login(SECRET, 'AWSPREVIOUS');
    await bench.rotate();
    await expectLive(bench, OTHER_USERNAME);
    expect(bench.secrets.login(SECRET).securityToken).toBe(securityToken);
    expect(await bench.historyTypes()).not.toContain('Token Requested');
  });

  test('prepared ahead of its due time, and swapped when that comes', async () => {
    const bench = await start();
    // The password is 20 days old, and due at 30: the idle user is prepared three days before.
    await bench.jump(7 * DAY - HOUR);
    expect(await bench.phase()).toBe('idle');
    await bench.jump(HOUR);
    await bench.untilPhase('verified', 10 * MINUTE);
    await expectLive(bench, USERNAME);
    await bench.jump(3 * DAY - HOUR);
    expect(await bench.phase()).toBe('verified');
    await expectLive(bench, USERNAME);
    await bench.jump(HOUR);
    await bench.untilIdle(10 * MINUTE);
    await expectLive(bench, OTHER_USERNAME);
  });

  test('one that waits for its due time is swapped at once when somebody asks', async () => {
    const bench = await start();
    await bench.jump(7 * DAY + HOUR);
    await bench.untilPhase('verified', 10 * MINUTE);
    await bench.ask('rotate-now');
    await bench.untilIdle(5 * MINUTE);
    await expectLive(bench, OTHER_USERNAME);
  });
});

describe('prepared ahead', () => {
  test('a swap that is asked for while the token is awaited comes with the token, not at the due time', async () => {
    const bench = await start();
    bench.sandbox.salesforce.updateSettings({ onApiPasswordSet: 'reset-without-mail' });
    await bench.jump(7 * DAY + HOUR);
    expect(await bench.phase()).toBe('awaiting-token');
    await bench.ask('rotate-now');
    bench.sandbox.salesforce.resetToken(OTHER_USERNAME);
    await bench.pass(5);
    await bench.untilIdle(5 * MINUTE);
    await expectLive(bench, OTHER_USERNAME);
  });

  test('a token that somebody resets before the due time: found out by the commit’s own login, and no outage', async () => {
    const bench = await start();
    await bench.jump(7 * DAY + HOUR);
    await bench.untilPhase('verified', 10 * MINUTE);
    bench.sandbox.salesforce.resetToken(OTHER_USERNAME);
    await bench.jump(3 * DAY);
    await bench.untilPhase('awaiting-token', 10 * MINUTE);
    await expectLive(bench, USERNAME);
    // The mail of that reset came when no token was waited for, so people are asked for another.
    await bench.jump(5 * MINUTE);
    expect((await bench.historyTypes()).filter((type) => type === 'Token Requested')).toHaveLength(2);
    expect(bench.secrets.versionWith(SECRET, 'ROTATION_STAGED')).toBeUndefined();
    // Secrets Manager tries the commit again; that costs no further login.
    await bench.jump(HOUR);
    expect(budgetOf(await bench.state(), OTHER_USERNAME).spent).toBe(1);
    await expectLive(bench, USERNAME);
    bench.sandbox.salesforce.resetToken(OTHER_USERNAME);
    await bench.pass(5);
    await bench.untilIdle(HOUR);
    await expectLive(bench, OTHER_USERNAME);
    expect(bench.secrets.text(DRAFT)).toBe('{}');
  });
});

describe('which two users', () => {
  test('the current one is none of them: refused by name with both ways out, and nothing is touched', async () => {
    const bench = await start();
    bench.configureCredential((credential) => {
      credential.strategy = {
        kind: 'alternating-users',
        usernames: [OTHER_USERNAME, 'billing-c@acme.example'],
      };
    });
    const before = bench.fingerprint();
    await bench.request();
    const { blocked } = await bench.state();
    expect(blocked?.refusal).toEqual({
      code: 'current-user-not-in-pair',
      message: `The credential secret "${SECRET}" holds the user "${USERNAME}", who is none of the alternating users ${OTHER_USERNAME} and billing-c@acme.example. Nothing was changed.`,
      remedy:
        'Correct strategy.usernames in the configuration or the username in the credential secret, then resume.',
    });
    expect(bench.fingerprint()).toEqual(before);
    bench.configureCredential((credential) => {
      credential.strategy = {
        kind: 'alternating-users',
        usernames: [OTHER_USERNAME, USERNAME.toUpperCase()],
      };
    });
    await bench.resumeUntilIdle();
    await expectLive(bench, OTHER_USERNAME);
  });

  test('a credential that had a single user gets a second one by configuration alone', async () => {
    const bench = await start();
    bench.configureCredential((credential) => {
      credential.strategy = { kind: 'single-user' };
    });
    await bench.rotate();
    await expectLive(bench, USERNAME);
    const old = bench.secrets.login(SECRET);
    bench.configureCredential((credential) => {
      credential.strategy = { kind: 'alternating-users', usernames: [USERNAME, OTHER_USERNAME] };
    });
    expect((await bench.ask('rollback')).message).toMatch(/no version of the credential secret holds it/);
    await bench.rotate();
    await expectLive(bench, OTHER_USERNAME);
    expect(await logInAsIntegration(old)).toBe('accepted');
    await bench.ask('rollback');
    await bench.untilIdle();
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await expectLive(bench, USERNAME);
  });

  test('and a single one again: nothing is retired, and it rotates', async () => {
    const bench = await start();
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    bench.configureCredential((credential) => {
      credential.strategy = { kind: 'single-user' };
      delete credential.schedule;
    });
    await bench.jump(2 * DAY);
    expect(await logInAsIntegration(old)).toBe('accepted');
    await bench.rotate();
    await expectLive(bench, OTHER_USERNAME);
    expect((await bench.state()).predecessor).toBeUndefined();
  });
});

describe('the old user', () => {
  test('keeps its password for a day, and then gets one that nobody holds', async () => {
    const bench = await start();
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    await bench.jump(DAY - HOUR);
    expect(await logInAsIntegration(old)).toBe('accepted');
    await bench.jump(2 * HOUR);
    expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
    const { password } = bench.sandbox.salesforce.inspect(USERNAME);
    const held = bench.secrets.names().flatMap((name) => [...bench.secrets.versions(name).values()]);
    expect(held.filter(({ text }) => text?.includes(JSON.stringify(password).slice(1, -1)))).toEqual([]);
    await expectLive(bench, OTHER_USERNAME);
    expect((await bench.historyTypes()).filter((type) => type === 'Old User Retired')).toHaveLength(1);
  });

  test('keeps its password where retireAfter is 0', async () => {
    const bench = await start();
    bench.configureCredential((credential) => {
      credential.strategy = {
        kind: 'alternating-users',
        usernames: [USERNAME, OTHER_USERNAME],
        retireAfter: 0,
      };
    });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    await bench.jump(3 * DAY);
    expect(await logInAsIntegration(old)).toBe('accepted');
  });
});

describe('a rollback', () => {
  test('brings the previous credential back everywhere, and keeps it', async () => {
    const bench = await start();
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect((await bench.ask('rollback')).message).toMatch(/^The rollback was requested\. Now in phase/);
    await bench.untilIdle();
    expect(bench.secrets.login(SECRET)).toEqual(old);
    await expectLive(bench, USERNAME);
    await bench.jump(20 * DAY);
    expect(bench.secrets.login(SECRET)).toEqual(old);
    expect(await bench.phase()).toBe('idle');
  });

  test('is refused once the old user was retired, and changes nothing', async () => {
    const bench = await start();
    await bench.rotate();
    await bench.jump(DAY + HOUR);
    const before = bench.fingerprint();
    const { message } = await bench.ask('rollback');
    expect(message).toMatch(/The previous credential, of "billing@acme\.example", cannot come back/);
    expect(bench.fingerprint()).toEqual(before);
    expect(await bench.phase()).toBe('idle');
    await expectLive(bench, OTHER_USERNAME);
  });

  test('is refused where Salesforce does not accept the previous credential, and changes nothing', async () => {
    const bench = await start();
    await bench.rotate();
    await bench.newToken();
    const current = bench.secrets.login(SECRET);
    const { message } = await bench.ask('rollback');
    expect(message).toMatch(/Salesforce does not accept it any more/);
    expect(bench.secrets.login(SECRET)).toEqual(current);
    expect(bench.secrets.text(DRAFT)).toBe('{}');
    expect(await bench.phase()).toBe('idle');
    await bench.rotate();
    await expectLive(bench, USERNAME);
  });

  test('is refused with a single user, with the reason', async () => {
    const bench = await RotationBench.start();
    await bench.rotate();
    const before = bench.fingerprint();
    const { message } = await bench.ask('rollback');
    expect(message).toMatch(/"billing" has a single user, whose old password died/);
    expect(bench.fingerprint()).toEqual(before);
  });
});
