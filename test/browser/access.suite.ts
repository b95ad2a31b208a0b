import { describe, expect, test } from '@jest/globals';
import { VIEWS } from '../support/page-bench.ts';
import { LOOKS, REFUSED } from './support/looks.ts';
import { Stage } from './support/stage.ts';
import type { Visitor } from './support/visitor.ts';

/** The page for people who use it with a keyboard, with a screen reader, or in their own colours and language. */

const TOKEN = 'Abcdefghijklmnopqrstuvwx';

/** How thick the line is that shows where the focus is. */
const FOCUS_LINE = `(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
})()`;

/** Goes through the page with Tab, until what is looked for has the focus. */
async function tabTo(person: Visitor, last: string): Promise<readonly string[]> {
  const order: string[] = [];
  while (order.at(-1) !== last) {
    if (order.length > 20) throw new Error(`Tab does not lead to ${last}: ${order.join(', ')}`);
    await person.pressKey('Tab');
    order.push(await person.focused());
    expect([order.at(-1), await person.page.evaluate(FOCUS_LINE)]).toEqual([order.at(-1), 3]);
  }
  return order;
}

describe('with the keyboard alone', () => {
  test('everything is reached in its order and seen to be, and a rotation goes from Start to the token', async () => {
    await using stage = await Stage.open();
    const { person, served } = stage;
    served.bench.view = VIEWS.invitation;
    served.bench.viewAfter = VIEWS.token;
    await person.open(served.link);
    expect(await tabTo(person, 'start')).toEqual(['Skip to the content', '日本語', 'start']);
    await person.sendByKey('Enter');
    expect(await person.state()).toBe('token');

    expect(await tabTo(person, 'I did not get the mail')).toEqual([
      'Skip to the content',
      '日本語',
      'token',
      'submit',
      'I did not get the mail',
    ]);
    await person.pressKey('Enter');
    expect(await person.page.getByText('look in the spam folder').isVisible()).toBe(true);
    await person.pressKey('Shift+Tab');
    await person.pressKey('Shift+Tab');
    await person.page.keyboard.insertText(TOKEN);
    served.bench.outcome = REFUSED;
    served.bench.viewAfter = undefined;
    await person.pressKey('Tab');
    await person.sendByKey('Enter');
    expect(await person.focused()).toBe('problem');
    expect(await tabTo(person, 'token')).toEqual(['token']);

    served.bench.outcome = { kind: 'accepted' };
    served.bench.viewAfter = VIEWS.verified;
    await person.page.keyboard.insertText(TOKEN);
    await person.pressKey('Tab');
    await person.sendByKey('Space');
    expect(await person.state()).toBe('verified');
    expect(served.bench.sent.map(({ action }) => action)).toEqual(['start', 'submit-token', 'submit-token']);
  });

  test('the first stop leads past the header', async () => {
    await using stage = await Stage.open();
    const { person, served } = stage;
    await person.open(served.link);
    await person.pressKey('Tab');
    const skip = await person.page.getByText('Skip to the content').boundingBox();
    expect(skip?.x).toBeGreaterThanOrEqual(0);
    await person.pressKey('Enter');
    expect(await person.focused()).toBe('main');
    expect(await tabTo(person, 'token')).toEqual(['token']);
  });
});

describe('for a screen reader', () => {
  test('every state has one heading of the first level, its landmarks, and a name for every field', async () => {
    await using stage = await Stage.open();
    const { page } = stage.person;
    for (const look of LOOKS) {
      await stage.show(look);
      const roles = ['banner', 'navigation', 'main'] as const;
      const landmarks = await Promise.all(roles.map((role) => page.getByRole(role).count()));
      expect([look.name, ...landmarks]).toEqual([look.name, 1, 1, 1]);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      expect(await page.getByRole('textbox', { name: /token|password/i }).count()).toBe(
        await page.locator('input, textarea').count(),
      );
      expect(await page.getByRole('alert').count()).toBe(look.refusal === undefined ? 0 : 1);
    }
  });

  test('a new state is announced once; in the same state only a number that changed', async () => {
    await using stage = await Stage.open();
    const { person, served } = stage;
    await person.open(served.link);
    await person.page.getByLabel(/token/).focus();
    const announcer = person.page.locator('#announcer');
    expect(await announcer.getAttribute('aria-live')).toBe('polite');
    served.bench.view = { ...VIEWS.token, attemptsLeft: 1 };
    await person.wait(60);
    await person.page.getByRole('status').getByText('1 attempt left').waitFor();
    expect([await person.text('#announcer'), await person.focused()]).toEqual(['', 'token']);
    served.bench.view = VIEWS.swapping;
    await person.wait(60);
    await person.sees('swapping');
    expect(await person.text('#announcer')).toBe('The integrations are being swapped');
    expect(await person.focused()).toBe('heading');
  });
});

describe('the language', () => {
  test('is the browser’s, until another one is chosen; what was chosen stays', async () => {
    await using stage = await Stage.open({ locale: 'ja-JP' });
    const { person, served } = stage;
    await person.open(served.link);
    expect(await person.text('h1')).toBe('セキュリティトークンを貼り付けてください');
    await person.page.getByRole('link', { name: 'English' }).click();
    await person.page.waitForURL(/\?lang=en$/);
    expect(await person.text('h1')).toBe('Paste the security token');
    await person.paste(/token/, TOKEN);
    served.bench.outcome = REFUSED;
    await person.press('Try this token');
    expect(await person.text('#problem')).toContain('Salesforce refused it');
    await person.page.getByRole('link', { name: '日本語' }).click();
    await person.page.waitForURL(/\?lang=ja$/);
    expect(await person.page.locator('html').getAttribute('lang')).toBe('ja');
  });
});

test('in the colours that the reader forces, a button keeps its edge and so does a problem', async () => {
  await using stage = await Stage.open({ forcedColors: 'active' });
  await stage.show({ name: 'refused', view: VIEWS.token, refusal: REFUSED });
  for (const part of ['#submit', '#problem']) {
    const edge = `getComputedStyle(document.querySelector('${part}')).borderTopColor`;
    expect([part, await stage.person.page.evaluate(edge)]).toEqual([part, 'rgb(0, 0, 0)']);
  }
});
