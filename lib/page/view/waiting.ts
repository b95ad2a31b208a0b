import { html } from 'hono/html';
import type { Html, Words } from '../wording/words.ts';
import type { Situation } from './situation.ts';
import { type Progress, steps } from './steps.ts';

const RELOAD_SECONDS = 5;
const WINDOW_SECONDS = 60;

/** The states in which a person need do nothing, and the page goes on by itself. */

export function changing(words: Words): Situation {
  return { ...passing(words, 'changing', withoutScript(words)), pollSeconds: 2 };
}

export function checking(words: Words): Situation {
  const body = under(words, { done: 0, current: 'verify' });
  return { ...passing(words, 'checking', body), isPassing: true };
}

export function verified(words: Words, commitAt: string | undefined, now: Date): Situation {
  if (commitAt !== undefined && Date.parse(commitAt) > now.getTime())
    return waitingForWindow(words, commitAt);
  return passing(words, 'verified', under(words, { done: 1, current: 'stage' }));
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
  return passing(words, 'staged', under(words, { done: 2, current: 'swap' }));
}

export function swapping(words: Words): Situation {
  return passing(words, 'swapping', under(words, { done: 2, current: 'swap' }));
}

/** A state that lasts for seconds. */
function passing(
  words: Words,
  state: 'changing' | 'checking' | 'verified' | 'staged' | 'swapping',
  body: Html,
): Situation {
  return {
    state,
    heading: words.text(`${state}.heading`),
    lead: words.text(`${state}.safe`),
    body,
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
