import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VIEWS } from '../support/page-bench.ts';
import { type Look, REFUSED } from './support/looks.ts';
import { Stage } from './support/stage.ts';
import { Visitor, type VisitorOptions } from './support/visitor.ts';

/**
 * `npm run screenshots`: the main states of the prompt page for the README, with
 * made-up views, a time that stands still, and fonts of our own, so that a
 * picture changes only when the page does.
 */

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));
const LARGEST_KILOBYTES = 60;

const DESKTOP = { viewport: { width: 720, height: 640 } };
const PHONE = { viewport: { width: 360, height: 640 } };
const DARK: VisitorOptions = { ...DESKTOP, colorScheme: 'dark' };
const JAPANESE: VisitorOptions = { viewport: { width: 360, height: 500 }, locale: 'ja-JP' };

const TOKEN: Look = { name: 'token', view: VIEWS.token };
const PICTURES: readonly (readonly [string, VisitorOptions, Look])[] = [
  ['invitation', DESKTOP, { name: 'invitation', view: VIEWS.invitation }],
  ['token', DESKTOP, TOKEN],
  ['token-phone', PHONE, TOKEN],
  ['token-dark', DARK, TOKEN],
  ['token-japanese', JAPANESE, TOKEN],
  ['refused', DESKTOP, { name: 'refused', view: { ...VIEWS.token, attemptsLeft: 1 }, refusal: REFUSED }],
  ['progress', DESKTOP, { name: 'progress', view: VIEWS.swapping }],
  ['done', DESKTOP, { name: 'done', view: VIEWS.done }],
];

async function take(name: string, options: VisitorOptions, look: Look): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await using stage = await Stage.open({ ...options, reducedMotion: 'reduce' });
  await stage.show(look);
  await stage.person.page.screenshot({ path, caret: 'hide', animations: 'disabled' });
  const kilobytes = Math.ceil(statSync(path).size / 1_024);
  process.stdout.write(`${path}  ${kilobytes} KB\n`);
  if (kilobytes > LARGEST_KILOBYTES) throw new Error(`${name}.png is larger than ${LARGEST_KILOBYTES} KB`);
}

mkdirSync(FOLDER, { recursive: true });
try {
  for (const picture of PICTURES) await take(...picture);
} finally {
  await Visitor.leave();
  await Visitor.closeBrowser();
}
