import { describe, expect, test } from '@jest/globals';
import type { UserChange } from '../../lib/sandbox/salesforce/user-changes.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins } from '../support/invariants.ts';
import { DAY, DRAFT, HOUR, MINUTE, type RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { CUT, fail } from '../support/scripted-wire.ts';
import { bring, linkToldIn, TOKEN_FIELD, tokenOf, waiting } from './support/scene.ts';
import { Visitor } from './support/visitor.ts';

/** What a person meets who brings something wrong, comes too late, or comes while something stands in the way. */

const WRONG = 'AAAAbbbbCCCCddddEEEE1234';
/** Longer than an attempt without an answer is waited for. */
const LEASE = 10 * MINUTE;

/** What the alert says; it has the focus, and nothing on the page repeats what was pasted. */
async function told(person: Visitor, pasted: string): Promise<string> {
  const { page } = person;
  expect(await person.focused()).toBe('problem');
  expect(await page.title()).toMatch(/^Error: /);
  const shown = (await page.content()).replaceAll('&amp;', '&');
  for (const line of pasted.split('\n').filter((text) => text !== ' ')) expect(shown).not.toContain(line);
  for (const field of await page.locator('textarea').all()) expect(await field.inputValue()).toBe('');
  expect(await page.getByRole('alert').count()).toBe(1);
  return person.text('[role=alert] #problem-text');
}

async function tellingOff(person: Visitor, pasted: string): Promise<string> {
  await bring(person, pasted);
  return told(person, pasted);
}

describe('what cannot be the token', () => {
  const mail = (username: string) => `Username: ${username}\nSecurity token (case-sensitive): ${WRONG}`;
  const NOT_TRIED = 'It was not tried, and no attempt was spent.';
  const CASES: readonly (readonly [string, (bench: RotationBench) => string, string])[] = [
    ['a password', () => 'p4ss-word!', 'This looks like a password'],
    ['the new password', ({ secrets }) => secrets.login(DRAFT).password, 'This looks like a password'],
    [
      'the password and the token in one',
      (bench) => bench.secrets.login(DRAFT).password + tokenOf(bench),
      'This looks like a password',
    ],
    ['a part of the token', (bench) => tokenOf(bench).slice(0, 15), 'it has another length'],
    [
      'the previous token',
      ({ secrets }) => secrets.login(SECRET).securityToken,
      'This is the previous token',
    ],
    ["another user's mail", () => mail('other@acme.example'), `whose line “Username” says ${USERNAME}`],
    ['a mail without a token', () => `Username: ${USERNAME}\nGood morning`, 'there is no token in it'],
    [
      'two tokens',
      (bench) => `${mail(USERNAME)}\nSecurity token (case-sensitive): ${tokenOf(bench)}`,
      'more than one token',
    ],
  ];

  test('is not tried, and the page says what it is', async () => {
    const { bench, person } = await waiting();
    const failed = failedLogins(bench);
    const field = person.page.getByLabel(TOKEN_FIELD);
    for (const [, pasted, sentence] of CASES) {
      const said = await tellingOff(person, pasted(bench));
      expect(said).toContain(sentence);
      expect(said).toContain(NOT_TRIED);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.getAttribute('aria-describedby')).toBe('problem-text token-hint');
      expect(await person.text('#attempts-left')).toBe('2 attempts left');
    }
    expect(await tellingOff(person, ' ')).toBe('The field is empty. Paste the token, or the whole mail.');
    expect(failedLogins(bench)).toBe(failed);
  });
});

describe('a token that Salesforce refuses', () => {
  test('is not tried again at once; after the last attempt the page says until when nobody may try', async () => {
    const { bench, person } = await waiting();
    const refused = await tellingOff(person, WRONG);
    expect(refused).toMatch(
      /^Salesforce refused it: the password or the token is wrong\..* \(1 attempt left\.\)$/,
    );
    expect(await person.text('#attempts-left')).toBe('1 attempt left');
    const failed = failedLogins(bench);
    expect(await tellingOff(person, WRONG)).toMatch(
      /Try it again after 2026-11-02 08:02 UTC \(in 2 minutes\)\.$/,
    );
    expect(failedLogins(bench)).toBe(failed);

    expect(await tellingOff(person, `${WRONG}5`)).toContain('(0 attempts left.)');
    expect(await person.state()).toBe('blocked');
    expect(await person.text('#blocked-what')).toContain('one more could lead to a lockout, so none is made');
    expect(await person.text('#not-before')).toBe('2026-11-02 09:00 UTC (in 60 minutes)');
    expect(await person.page.locator('form').count()).toBe(0);
  });

  test('because it is not in force yet, is accepted when it is', async () => {
    const { bench, person } = await waiting({ settings: { tokenActivationDelayMs: 10 * MINUTE * 1_000 } });
    expect(await tellingOff(person, tokenOf(bench))).toContain('Salesforce refused it');
    await bench.pass(10 * MINUTE);
    await bring(person, tokenOf(bench));
    expect(await person.state()).toBe('verified');
  });

  const EDITS: readonly (readonly [string, UserChange, string, string])[] = [
    ['frozen', { isFrozen: true }, 'token', 'Salesforce refused it: the user is frozen.'],
    [
      'kept to other addresses',
      { loginIpRanges: [{ start: '192.0.2.1', end: '192.0.2.9' }] },
      'blocked',
      'The user is not allowed to log in from this IP address.',
    ],
  ];

  test.each(EDITS)(
    'of a user who is %s, by what LoginHistory says',
    async (_name, change, state, sentence) => {
      const { bench, person } = await waiting();
      bench.sandbox.salesforce.updateUser(USERNAME, change);
      await tellingOff(person, tokenOf(bench));
      expect(await person.state()).toBe(state);
      expect(await person.text('main')).toContain(sentence);
    },
  );

  test('of a user who is locked out', async () => {
    const { bench, person } = await waiting();
    const stale = { ...bench.secrets.login(SECRET), password: 'of a stale client' };
    for (let turn = 0; turn < 10; turn += 1) await logInAsIntegration(stale);
    expect(await tellingOff(person, tokenOf(bench))).toContain('The rotation has stopped.');
    expect(await person.text('#blocked-what')).toContain(`"${USERNAME}" is locked out after failed logins`);
  });

  test('of a user whose password has expired', async () => {
    const { bench, person } = await waiting();
    bench.sandbox.salesforce.updateUser(USERNAME, { policy: { expiresAfterDays: 30 } });
    await bench.jump(31 * DAY);
    await bench.ask('prompt');
    await person.open(linkToldIn(bench));
    expect(await tellingOff(person, tokenOf(bench))).toContain('The rotation has stopped.');
    expect(await person.text('#blocked-what')).toMatch(/expired/);
  });
});

describe('a token while another attempt has no answer yet', () => {
  test('is not tried, whether it is the same or another; later the form is there again', async () => {
    const { bench, wire, person, link } = await waiting();
    const [same, other] = [await Visitor.arrive(), await Visitor.arrive()];
    for (const visitor of [same, other]) await visitor.open(link);
    // The function dies right after it asked Salesforce.
    const die = () => fail('InternalServerError', 'injected', 500);
    wire.on({
      operation: 'login',
      when: 'after',
      does: () => {
        wire.on({ operation: 'PutItem', does: die });
        return CUT;
      },
    });
    expect(await tellingOff(person, tokenOf(bench))).toContain('The service gave no answer in time.');
    expect(await person.state()).toBe('checking');
    wire.clear();

    expect(await tellingOff(same, tokenOf(bench))).toContain('This very token is being tried at the moment');
    expect(await tellingOff(other, WRONG)).toContain('Another token is being tried at the moment');
    await bench.pass(LEASE);
    await person.wait(60);
    await person.sees('token');
    expect(await person.text('#attempts-left')).toBe('1 attempt left');
    expect(await person.focused()).toBe('heading');
    await bring(person, tokenOf(bench));
    expect(await person.state()).toBe('verified');
  });
});

describe('a link that does not work', () => {
  const GONE = 'This link does not work';

  test('is one that was renewed, one that has expired, and one that nobody was given; they look the same', async () => {
    const { bench, person, link } = await waiting();
    await bench.ask('prompt');
    await tellingOffGone(person, tokenOf(bench));
    await person.open(link);
    const revoked = await person.text('body');
    const newer = linkToldIn(bench);
    await person.open(newer);
    expect(await person.state()).toBe('token');
    await bench.jump(DAY);
    await person.wait(60);
    await person.sees('gone');
    await person.open(newer);
    const expired = await person.text('body');
    await person.open(link.replace(/.{5}$/, 'AAAAA'));
    expect([revoked, expired]).toEqual([await person.text('body'), await person.text('body')]);
  });

  async function tellingOffGone(person: Visitor, token: string): Promise<void> {
    await bring(person, token);
    expect(await person.text('h1')).toBe(GONE);
    expect(await person.page.content()).not.toContain(token);
  }

  test('is one that was used: the token is declined, the end is shown for an hour, and then nothing', async () => {
    const { bench, person, link } = await waiting();
    const late = await Visitor.arrive();
    await late.open(link);
    await bring(person, tokenOf(bench));
    await bench.untilIdle();
    const failed = failedLogins(bench);
    expect(await tellingOff(late, WRONG)).toContain('A token was accepted already');
    expect(await late.state()).toBe('done');
    expect(failedLogins(bench)).toBe(failed);
    await bench.jump(HOUR);
    await late.open(link);
    expect(await late.text('h1')).toBe(GONE);
  });
});
