import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import { newestLink } from '../../lib/sandbox/told-links.ts';
import { RotationBench } from '../support/rotation-bench.ts';
import { sendTokenMail } from '../support/token-mails.ts';

/** Mails by SES, from each of the functions that may be the one to tell people. */

const OWNER = 'owner@acme.example';
const SENDER = 'rotation@mail.acme.example';

afterEach(() => RotationBench.closeAll());

async function benchWith(
  source: 'operator' | 'mailbox',
  change: (credential: ConfigurationInput['credentials'][string]) => void = () => undefined,
): Promise<RotationBench> {
  return RotationBench.start({
    scenario: { source },
    configure: ({ credentials }) => {
      for (const credential of Object.values(credentials)) {
        credential.prompt = { mail: { from: SENDER, to: [OWNER] } };
        change(credential);
      }
    },
  });
}

/** What the owner was mailed but that a way of logging in will end. */
function asking({ sandbox }: RotationBench) {
  return sandbox.messages.mails.filter(({ subject }) => !subject.startsWith('Login Retires'));
}

/** What the owner was mailed, by its subjects. */
function subjectsOf({ sandbox }: RotationBench): readonly string[] {
  return sandbox.messages.mails.map(({ from, to, subject }) => {
    expect([from, to]).toEqual([SENDER, [OWNER]]);
    return subject;
  });
}

describe('the owner of a credential gets a mail', () => {
  test('with the link from the function that invites, and with another from the one that takes commands', async () => {
    const bench = await benchWith('operator');
    await bench.request();
    expect(asking(bench)).toHaveLength(1);
    const first = newestLink(bench.sandbox.messages) ?? 'no link was told';
    expect(asking(bench)[0]?.text).toContain(first);
    await bench.ask('prompt');
    expect(asking(bench)).toHaveLength(2);
    expect(asking(bench)[1]?.text).not.toContain(first);
  });

  test('from the function that swaps, when all is done', async () => {
    const bench = await benchWith('mailbox');
    await bench.rotate();
    expect(subjectsOf(bench).at(-1)).toBe('Rotation Completed: billing');
  });

  test('from the function that reads mails with tokens, when that uses up the last attempt', async () => {
    const bench = await benchWith('mailbox', (credential) => {
      credential.token = { sources: ['mailbox'] };
      credential.lockout = { maxAttempts: 1 };
    });
    bench.sandbox.salesforce.updateSettings({ onApiPasswordSet: 'reset-without-mail' });
    await bench.request();
    const before = subjectsOf(bench).length;
    await sendTokenMail(bench, 'WrongTokenNumber00000001');
    expect(await bench.phase()).toBe('blocked');
    expect(subjectsOf(bench).slice(before)).toEqual(['Rotation Blocked: billing']);
  });
});
