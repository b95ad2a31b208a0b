import { afterEach, describe, expect, test } from '@jest/globals';
import { PageVisitor } from '../../lib/sandbox/demo/page-visitor.ts';
import { readableMail } from '../../lib/sandbox/readable-mail.ts';
import { newestLink } from '../../lib/sandbox/told-links.ts';
import { RotationBench, USERNAME } from '../support/rotation-bench.ts';

/** The prompt page as the sandbox serves it: its function behind an HTTP port, its door behind another. */

afterEach(() => RotationBench.closeAll());

function linkIn(bench: RotationBench): string {
  return newestLink(bench.sandbox.messages) ?? 'no link was told';
}

async function newestMail({ sandbox }: RotationBench): Promise<string> {
  const mail = sandbox.mailbox.mails.at(-1);
  if (mail === undefined) throw new Error('no mail came');
  return (await readableMail(mail)).text;
}

describe('a single user whose token only a person can bring', () => {
  test('is invited, starts, pastes the whole mail, and sees the end', async () => {
    const bench = await RotationBench.start({ scenario: { source: 'operator' } });
    await bench.request();
    expect(await bench.phase()).toBe('invited');
    const before = bench.fingerprint();

    const person = await PageVisitor.open(linkIn(bench));
    await person.lookAgain();
    expect(person.state).toBe('invitation');
    expect(bench.fingerprint()).toEqual(before);

    await person.submit({});
    expect(person.state).toBe('token');
    await bench.pass(5);
    await person.submit({ token: await newestMail(bench) });
    expect(person.state).toBe('verified');
    await bench.untilIdle();
    await person.lookAgain();
    expect(person.state).toBe('done');
    expect((await bench.state()).last?.source).toBe('operator');
  });

  test('is told what is wrong with what was pasted, and loses an attempt only where Salesforce was asked', async () => {
    const bench = await RotationBench.start({ scenario: { source: 'operator' } });
    await bench.request();
    const person = await PageVisitor.open(linkIn(bench));
    await person.submit({});
    await person.submit({ token: 'too short' });
    expect([person.status, person.state]).toEqual([422, 'token']);
    expect(person.html).toContain('2 attempts left');
    await person.submit({ token: 'AAAAbbbbCCCCddddEEEE1234' });
    expect(person.status).toBe(422);
    expect(person.html).toContain('1 attempt left');
  });
});

test('two users: nobody is invited, and the page asks for the token at once', async () => {
  const bench = await RotationBench.start({
    scenario: { source: 'operator', strategy: 'alternating-users' },
  });
  await bench.request();
  const person = await PageVisitor.open(linkIn(bench));
  expect(person.state).toBe('token');
  await bench.pass(5);
  await person.submit({ token: await newestMail(bench) });
  expect(person.status).toBe(200);
  await bench.untilIdle();
  expect((await bench.state()).last?.username).not.toBe(USERNAME);
});
