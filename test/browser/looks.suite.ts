import { describe, expect, test } from '@jest/globals';
import axe from 'axe-core';
import { LOOKS } from './support/looks.ts';
import { Stage } from './support/stage.ts';
import type { Visitor } from './support/visitor.ts';

/** Every state of the page, as it looks. */

const PHONE = { width: 360, height: 740 };
/** What WCAG 2.2 asks for at a zoom of 400 %. */
const NARROWEST = { width: 320, height: 256 };
const SMALLEST_TARGET_PIXELS = 44;

/** What sticks out to the right, where one would have to scroll. */
const STICKING_OUT = `[...document.querySelectorAll('body *')]
  .filter((part) => !part.matches('.skip, .unseen') && part.getBoundingClientRect().right > innerWidth + 0.5)
  .map((part) => part.id || part.tagName)`;

/** What can be pressed and is too small for a finger; links within a sentence are as high as its lines. */
const TOO_SMALL = `[...document.querySelectorAll('a, button, summary, input, textarea')]
  .filter((part) => !part.matches('.skip, li a[target]'))
  .map((part) => [part.id || part.textContent.trim(), part.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < ${SMALLEST_TARGET_PIXELS} || height < ${SMALLEST_TARGET_PIXELS})
  .map(([name, { width, height }]) => name + ': ' + width + ' x ' + height)`;

function lookAt({ page }: Visitor, question: string): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(question);
}

const AXE = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)),
)`;

const GROUND = 'getComputedStyle(document.body).backgroundColor';

describe('in every state', () => {
  test.each(['en-GB', 'ja-JP'])('axe finds nothing in %s, neither in light nor in dark', async (locale) => {
    // It waits on timers of the page.
    await using stage = await Stage.open({ locale, timeRuns: true });
    const { person } = stage;
    for (const look of LOOKS) {
      await stage.show(look);
      await stage.unfold();
      expect(await person.page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
      await person.page.evaluate(`${axe.source}; 0`);
      for (const [colorScheme, ground] of [
        ['light', 'rgb(255, 255, 255)'],
        ['dark', 'rgb(18, 22, 28)'],
      ] as const) {
        await person.page.emulateMedia({ colorScheme });
        expect(await person.page.evaluate(GROUND)).toBe(ground);
        expect([look.name, colorScheme, await lookAt(person, AXE)]).toEqual([look.name, colorScheme, []]);
      }
    }
  });

  test.each(['en-GB', 'ja-JP'])(
    'it fits a phone in %s: no scrolling sideways, and a finger meets everything',
    async (locale) => {
      await using stage = await Stage.open({ locale, viewport: PHONE });
      const { person } = stage;
      for (const look of LOOKS) {
        await stage.show(look);
        await stage.unfold();
        expect([look.name, await lookAt(person, STICKING_OUT)]).toEqual([look.name, []]);
        expect([look.name, await lookAt(person, TOO_SMALL)]).toEqual([look.name, []]);
      }
    },
  );

  test('it reflows at a zoom of 400 %, and with letters twice as large', async () => {
    await using stage = await Stage.open({ viewport: NARROWEST });
    const { person } = stage;
    for (const look of LOOKS) {
      await person.page.setViewportSize(NARROWEST);
      await stage.show(look);
      await stage.unfold();
      expect([look.name, await lookAt(person, STICKING_OUT)]).toEqual([look.name, []]);
      await person.page.setViewportSize({ width: 640, height: 512 });
      await person.page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect([look.name, await lookAt(person, STICKING_OUT)]).toEqual([look.name, []]);
    }
  });
});
