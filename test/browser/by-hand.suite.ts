import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { RunningServer } from '../../lib/sandbox/http.ts';
import { startControlServer } from '../../lib/sandbox/serve/control-server.ts';
import { problemsAfterRotation } from '../support/invariants.ts';
import { SECRET, USERNAME } from '../support/rotation-bench.ts';
import { fail } from '../support/scripted-wire.ts';
import { bring, changedOutside, invited, type Scene, TOKEN_FIELD, tokenOf } from './support/scene.ts';
import { Visitor } from './support/visitor.ts';

/** A whole rotation as a person does it: the page, and the sandbox's inbox in a second tab. */

const UNAVAILABLE = fail('InternalServiceError', 'injected', 500);
/** Longer than any pause of the script between two looks. */
const A_WHILE = 60;

/** The token in the newest mail of the inbox page, as a person selects it there. */
async function tokenInInbox(inbox: Page): Promise<string> {
  const mail = inbox.locator('article', { hasText: 'Your new Salesforce security token' }).first();
  const token = /Security token \(case-sensitive\): (\w+)/.exec(
    (await mail.locator('pre').textContent()) ?? '',
  )?.[1];
  if (token === undefined) throw new Error('there is no token in the inbox');
  return token;
}

async function readToken({ bench, person }: Scene): Promise<string> {
  const control: RunningServer = await startControlServer(bench.sandbox, 0);
  try {
    return await tokenInInbox(await person.openBeside(`${control.url}/inbox`));
  } finally {
    await control.close();
  }
}

/** Verify, stage and swap, each with what the page says of it. */
async function steps({ page }: Visitor): Promise<readonly string[]> {
  return page.locator('#steps .step-state').allInnerTexts();
}

describe('a rotation by hand', () => {
  test('open the link, press Start, read the mail, paste, and watch the swap to its end', async () => {
    const scene = await invited();
    const { bench, wire, person } = scene;
    const old = bench.secrets.login(SECRET);
    const untouched = bench.fingerprint();
    expect(await person.state()).toBe('invitation');
    expect(await person.text('h1')).toBe('Ready to rotate: nothing has changed yet');
    await person.lookAgain();
    expect(bench.fingerprint()).toEqual(untouched);

    await person.press('Start the rotation');
    expect(await person.state()).toBe('token');
    expect(await person.text('#mailed-to')).toContain('b•••@acme.example');
    await bench.pass(5);
    const token = await readToken(scene);
    expect(token).toBe(tokenOf(bench));
    await bring(person, token);
    expect(new URL(person.page.url()).pathname).toMatch(/^\/p\/[\w-]{43}$/);
    expect(await person.state()).toBe('verified');
    expect(await steps(person)).toEqual(['done', 'under way', 'to come']);

    wire.on({
      operation: 'GetSecretValue',
      target: 'billing/worker',
      caller: 'rotate',
      does: () => UNAVAILABLE,
    });
    await bench.sandbox.pump.settle();
    await person.wait(A_WHILE);
    await person.sees('staged');
    expect(await steps(person)).toEqual(['done', 'done', 'under way']);
    expect(await person.text('#announcer')).toBe('Prepared: every integration has its new secret waiting');

    wire.clear();
    wire.on({ operation: 'UpdateSecretVersionStage', target: 'mule', does: () => UNAVAILABLE });
    await bench.untilPhase('committing');
    await person.wait(A_WHILE);
    await person.sees('swapping');
    expect(await person.page.title()).toBe('The integrations are being swapped – billing');

    wire.clear();
    await bench.untilIdle();
    await person.wait(A_WHILE);
    await person.sees('done');
    expect(await steps(person)).toEqual(['done', 'done', 'done']);
    expect(await person.text('#swapped')).toBe('Swapped: 3 integrations.');
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.login(SECRET).securityToken).toBe(token);
  });

  test('the same without JavaScript', async () => {
    const scene = await invited({}, { javaScriptEnabled: false });
    const { bench, person } = scene;
    const old = bench.secrets.login(SECRET);
    await person.press('Start the rotation');
    await bench.pass(5);
    await person.lookAgain();
    expect(await person.state()).toBe('token');

    await bring(person, 'p4ss-word!');
    expect(await person.text('#problem-text')).toContain('This looks like a password');
    expect(await person.focused()).toBe('problem');
    await bring(person, await readToken(scene));
    expect(await person.state()).toBe('verified');
    const reload = person.page.locator('meta[http-equiv="refresh"]');
    expect(await reload.getAttribute('content')).toBe(`5;url=${new URL(person.page.url()).pathname}`);
    await bench.untilIdle();
    await person.lookAgain();
    expect(await person.state()).toBe('done');
    expect(await reload.count()).toBe(0);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('what a person is typing stays while somebody else’s token is being tried, and is not needed then', async () => {
    const { bench, person, link } = await invited();
    await person.press('Start the rotation');
    await bench.pass(5);
    await person.paste(TOKEN_FIELD, 'half a tok');
    const other = await Visitor.arrive();
    await other.open(link);
    await bring(other, tokenOf(bench));
    await person.wait(A_WHILE);
    await person.sees('verified');
    expect(await person.focused()).toBe('heading');
    await bench.untilIdle();
    await person.wait(A_WHILE);
    await person.sees('done');
  });
});

describe('after somebody changed the password in Salesforce', () => {
  const CHANGED = 'Changed-By-Hand-1';
  const PASSWORD_FIELD = `New password of ${USERNAME}`;
  const TRY_BOTH = 'Try password and token';

  test('a wrong password costs one attempt, and the right one is swapped in everywhere', async () => {
    const { bench, person } = await changedOutside(CHANGED);
    const old = bench.secrets.login(SECRET);
    expect(await person.state()).toBe('credential');
    await person.paste(PASSWORD_FIELD, 'Not-The-Password-1');
    await person.paste(TOKEN_FIELD, tokenOf(bench));
    await person.press(TRY_BOTH);
    expect(await person.text('#problem-text')).toContain('the password or the token is wrong');
    expect(await person.text('#attempts-left')).toBe('2 attempts left');
    expect(await person.focused()).toBe('problem');
    expect(await person.page.content()).not.toContain('Not-The-Password-1');
    expect(await person.page.getByLabel(PASSWORD_FIELD).inputValue()).toBe('');

    await person.paste(PASSWORD_FIELD, CHANGED);
    await person.paste(TOKEN_FIELD, tokenOf(bench));
    await person.press(TRY_BOTH);
    expect(await person.state()).toBe('verified');
    await bench.untilIdle();
    await person.wait(A_WHILE);
    await person.sees('done');
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.secrets.login(SECRET).password).toBe(CHANGED);
  });

  test('nothing fills the fields in, or offers to keep what is in them', async () => {
    const { person } = await changedOutside(CHANGED);
    const password = person.page.getByLabel(PASSWORD_FIELD);
    expect(await password.getAttribute('type')).toBe('password');
    for (const field of [password, person.page.getByLabel(TOKEN_FIELD), person.page.locator('form')])
      expect(await field.getAttribute('autocomplete')).toBe('off');
    for (const field of [password, person.page.getByLabel(TOKEN_FIELD)]) {
      for (const manager of ['data-1p-ignore', 'data-lpignore', 'data-bwignore'])
        expect(await field.getAttribute(manager)).not.toBeNull();
    }
    await person.page.getByRole('button', { name: TRY_BOTH }).click();
    expect(await person.focused()).toBe('password');
  });
});
