import { html } from 'hono/html';
import type { Refusal } from '../../core/domain/refusal.ts';
import { refusalsJa } from '../wording/refusals-ja.ts';
import type { Html, Words } from '../wording/words.ts';
import { COMMANDS, code } from './commands.ts';
import type { Situation } from './situation.ts';

const RELOAD_SECONDS = 60;

export function blocked(words: Words, refusal: Refusal, at: string): Situation {
  return {
    state: 'blocked',
    heading: words.text('blocked.heading'),
    lead: words.text('blocked.safe'),
    pollSeconds: 15,
    reloadSeconds: RELOAD_SECONDS,
    body: html`<h2>${words.text('blocked.what')}</h2>
${inWords(words, 'what', refusal)}
<h2>${words.text('blocked.remedy')}</h2>
${inWords(words, 'remedy', refusal)}
${refusal.notBefore === undefined ? '' : tryAgain(words, refusal.notBefore)}
<p id="resume">${words.rich('blocked.resume', { command: code(COMMANDS.resume) })}</p>
<p class="quiet" id="since" data-live>${words.rich('blocked.at', { time: words.time(at) })}</p>`,
  };
}

function tryAgain(words: Words, notBefore: string): Html {
  return html`<h2>${words.text('blocked.tryAgain')}</h2>
<p id="not-before" data-live>${words.time(notBefore)}</p>`;
}

/** Core's sentence names what is concerned, in English; a reader of another language gets both. */
function inWords(words: Words, part: 'what' | 'remedy', refusal: Refusal): Html {
  const original = part === 'what' ? refusal.message : refusal.remedy;
  if (words.language === 'en') return html`<p id="blocked-${part}">${original}</p>`;
  return html`<p id="blocked-${part}">${refusalsJa[refusal.code][part]}</p>
<p class="original" lang="en">${original}</p>`;
}
