import { html } from 'hono/html';
import type { Html, Words } from '../wording/words.ts';
import type { Situation } from './situation.ts';
import { type Progress, steps } from './steps.ts';

const RELOAD_SECONDS = 5;
const WINDOW_SECONDS = 60;

/** The states in which a person need do nothing, and the page goes on by itself. */

export function changing(words: Words): Situation {
  return {
    state: 'changing',
    heading: words.text('changing.heading'),
    lead: words.text('changing.safe'),
    body: withoutScript(words),
    pollSeconds: 2,
    reloadSeconds: RELOAD_SECONDS,
  };
}

export function checking(words: Words): Situation {
  return {
    state: 'checking',
    heading: words.text('checking.heading'),
    lead: words.text('checking.safe'),
    body: under(words, { done: 0, current: 'verify' }),
    pollSeconds: 1,
    reloadSeconds: RELOAD_SECONDS,
    isPassing: true,
  };
}

export function verified(words: Words, commitAt: string | undefined, now: Date): Situation {
  if (commitAt !== undefined && Date.parse(commitAt) > now.getTime())
    return waitingForWindow(words, commitAt);
  return {
    state: 'verified',
    heading: words.text('verified.heading'),
    lead: words.text('verified.safe'),
    body: under(words, { done: 1, current: 'stage' }),
    pollSeconds: 1,
    reloadSeconds: RELOAD_SECONDS,
  };
}

function waitingForWindow(words: Words, commitAt: string): Situation {
  return {
    state: 'verified-window',
    heading: words.text('verified.window.heading'),
    lead: words.text('verified.window.safe'),
    body: html`<p id="commit-at" data-live>${words.rich('verified.window.at', { time: words.time(commitAt) })}</p>
${under(words, { done: 1 })}`,
    pollSeconds: 30,
    reloadSeconds: WINDOW_SECONDS,
  };
}

export function staged(words: Words): Situation {
  return {
    state: 'staged',
    heading: words.text('staged.heading'),
    lead: words.text('staged.safe'),
    body: under(words, { done: 2, current: 'swap' }),
    pollSeconds: 1,
    reloadSeconds: RELOAD_SECONDS,
  };
}

export function swapping(words: Words): Situation {
  return {
    state: 'swapping',
    heading: words.text('swapping.heading'),
    lead: words.text('swapping.safe'),
    body: under(words, { done: 2, current: 'swap' }),
    pollSeconds: 1,
    reloadSeconds: RELOAD_SECONDS,
  };
}

function under(words: Words, progress: Progress): Html {
  return html`${steps(words, progress)}${withoutScript(words)}`;
}

function withoutScript(words: Words): Html {
  return html`<noscript><p class="quiet">${words.text('steps.noScript')}</p></noscript>`;
}
