import { afterEach, describe, expect, test } from '@jest/globals';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { CUT, ScriptedWire } from '../support/scripted-wire.ts';

afterEach(() => RotationBench.closeAll());

/** How long the watch may take to notice that a reminder is due, in seconds. */
const WATCH_EVERY = 5 * MINUTE;

describe('setting a password leaves the token as it is', () => {
  test('the old token is tried once, accepted, and nobody waits for a mail', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'keep-token' } });
    const old = bench.secrets.login(SECRET);
    const before = bench.sandbox.clock.now();
    await bench.request();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.sandbox.clock.now()).toEqual(before);
    expect(bench.secrets.login(SECRET).securityToken).toBe(old.securityToken);
    expect(bench.sandbox.mailbox.mails).toEqual([]);
    expect(failedLogins(bench)).toBe(0);
    expect((await bench.state()).last?.source).toBe('unchanged');
    expect(await bench.historyTypes()).not.toContain('Token Requested');
  });
});

describe('setting a password resets the token and mails it', () => {
  test('the mailed token completes the rotation', async () => {
    const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-and-mail' } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect(await bench.phase()).toBe('awaiting-token');
    await bench.pass(2);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(failedLogins(bench)).toBe(1);
    expect((await bench.state()).last?.source).toBe('mailbox');
  });
});

describe('setting a password resets the token and mails nothing', () => {
  test('people are asked, reminded at the configured times, and the mail of a manual reset completes it', async () => {
    const bench = await RotationBench.start({
      settings: { onApiPasswordSet: 'reset-without-mail' },
      configure: (file) => {
        for (const credential of Object.values(file.credentials)) {
          credential.token = { ...credential.token, remindAfter: ['20 min', '1h', '3h'] };
        }
      },
    });
    const old = bench.secrets.login(SECRET);
    const textsBefore = bench.integrations.map((secret) => bench.secrets.text(secret));
    await bench.request();
    const asked = bench.sandbox.clock.now().getTime();
    expect(await bench.phase()).toBe('awaiting-token');
    expect(notificationsOf(bench)).toEqual([
      {
        title: 'Token Requested: billing',
        nextSteps: [
          `If no mail comes, log in as the user and choose My Settings > Personal > Reset My Security Token (${old.loginUrl}/_ui/system/security/ResetApiTokenEdit).`,
        ],
      },
    ]);

    await bench.pass(5 * HOUR);
    expect(await bench.phase()).toBe('awaiting-token');
    const reminders = ofRotations(bench).slice(1);
    expect(reminders.map(({ subject }) => subject)).toEqual(Array(3).fill('Token Reminder: billing'));
    for (const [index, minutes] of [20, 60, 180].entries()) {
      const after = (Date.parse(reminders[index]?.at ?? '') - asked) / 1_000;
      expect(after).toBeGreaterThanOrEqual(minutes * MINUTE);
      expect(after).toBeLessThanOrEqual(minutes * MINUTE + WATCH_EVERY);
    }
    // Waiting costs no login attempt, and no integration is touched.
    expect(failedLogins(bench)).toBe(1);
    expect(bench.integrations.map((secret) => bench.secrets.text(secret))).toEqual(textsBefore);
    expect(bench.secrets.login(SECRET)).toEqual(old);

    bench.sandbox.salesforce.resetToken(USERNAME);
    await bench.pass(2);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('without a source that could bring a token it stops, says so, and goes on once there is one', async () => {
    const bench = await RotationBench.start({
      settings: { onApiPasswordSet: 'reset-without-mail' },
      configure: (file) => {
        for (const credential of Object.values(file.credentials))
          credential.token = { sources: ['unchanged'] };
      },
    });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect((await bench.state()).blocked?.refusal.code).toBe('no-token-source');
    bench.configure((file) => {
      for (const credential of Object.values(file.credentials))
        credential.token = { sources: ['unchanged', 'mailbox'] };
    });
    await bench.ask('resume');
    bench.sandbox.salesforce.resetToken(USERNAME);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe('a new token takes a while to work', () => {
  test.each([30, 90, 170])(
    'after %i seconds: refused at first, offered again, accepted within the budget',
    async (seconds) => {
      const bench = await RotationBench.start({ settings: { tokenActivationDelayMs: seconds * 1_000 } });
      const old = bench.secrets.login(SECRET);
      await bench.request();
      await bench.pass(2);
      expect(await bench.phase()).toBe('awaiting-token');
      expect(failedLogins(bench)).toBe(2);
      await bench.untilIdle(10 * MINUTE);
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
      expect(failedLogins(bench)).toBe(2);
    },
  );
});

describe('the mail comes in every shape', () => {
  const languages = ['en', 'ja'] as const;
  const encodings = ['plain', 'quoted-printable', 'base64', 'multipart', 'html-only'] as const;
  const shapes = languages.flatMap((mailLanguage) =>
    encodings.map((mailEncoding) => ({ mailLanguage, mailEncoding })),
  );

  test.each(shapes)('$mailLanguage, $mailEncoding', async (settings) => {
    const bench = await RotationBench.start({ settings, scenario: { integrations: 1 } });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(failedLogins(bench)).toBe(1);
  });

  test('with the older subject', async () => {
    const bench = await RotationBench.start({ settings: { mailSubject: 'older' } });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe('the mail comes at odd times', () => {
  test('twice: the second is of no use and does no harm', async () => {
    const bench = await RotationBench.start({ settings: { duplicateMails: true } });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    await bench.pass(10 * MINUTE);
    expect(bench.sandbox.mailbox.mails).toHaveLength(2);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(failedLogins(bench)).toBe(1);
  });

  test('at once: before the next call, it is as good', async () => {
    const bench = await RotationBench.start({ settings: { mailDelayMs: 0 } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('before Salesforce has answered, while the run that set the password is still at it', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ wire });
    const old = bench.secrets.login(SECRET);
    let taken: Promise<unknown> = Promise.resolve();
    wire.on({
      operation: 'password.post',
      when: 'after',
      does: () => {
        taken = bench.takePendingMail();
      },
    });
    await bench.request();
    await taken.catch(() => undefined);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(failedLogins(bench)).toBeLessThanOrEqual(1);
  });

  test('after an answer that never came', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ wire, settings: { mailDelayMs: 0 } });
    const old = bench.secrets.login(SECRET);
    wire.on({ operation: 'password.post', when: 'after', does: () => CUT });
    await bench.request();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(wire.seen('password.post')).toBe(1);
    expect(failedLogins(bench)).toBe(0);
  });

  test('hours late', async () => {
    const bench = await RotationBench.start({ settings: { mailDelayMs: 3 * HOUR * 1_000 } });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    await bench.untilIdle(4 * HOUR);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(failedLogins(bench)).toBe(1);
  });
});

/** What people were told but that a way of logging in will end. */
function ofRotations({ sandbox }: RotationBench) {
  return sandbox.messages.notifications.filter(({ subject }) => !subject.startsWith('Login Retires'));
}

function notificationsOf(bench: RotationBench): unknown[] {
  return ofRotations(bench).map(({ message }) => {
    const { content } = JSON.parse(message) as { content: { title: string; nextSteps?: string[] } };
    return { title: content.title, nextSteps: content.nextSteps };
  });
}
