import { html } from 'hono/html';
import type { TokenSource } from '../../core/config/schema.ts';
import type { Words } from '../wording/words.ts';
import type { Situation } from './situation.ts';
import { steps } from './steps.ts';

export function done(
  words: Words,
  { completedAt, swapped, source }: { completedAt: string; swapped: number; source?: TokenSource },
): Situation {
  return {
    state: 'done',
    heading: words.text('done.heading'),
    lead: words.text('done.safe'),
    pollSeconds: 0,
    body: html`<p id="swapped">${words.text('done.swapped', { integrations: words.count('integration', swapped) })}</p>
<p id="completed-at">${words.rich('done.at', { time: words.time(completedAt) })}</p>
${source === undefined ? '' : html`<p id="source">${words.text(`done.source.${source}`)}</p>`}
${steps(words, { done: 3 })}`,
  };
}
