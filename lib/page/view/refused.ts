import { html } from 'hono/html';
import type { Words } from '../wording/words.ts';
import { COMMANDS, code } from './commands.ts';
import type { Situation } from './situation.ts';

/** Unknown, expired, revoked, cut short: the same page, so that nobody learns which. */
export function gone(words: Words): Situation {
  return {
    state: 'gone',
    heading: words.text('gone.heading'),
    lead: words.text('gone.safe'),
    pollSeconds: 0,
    body: html`<ul>
<li>${words.text('gone.newest')}</li>
<li>${words.text('gone.whole')}</li>
<li>${words.rich('gone.another', { command: code(COMMANDS.prompt) })}</li>
</ul>`,
  };
}

export type RefusedReason = 'method' | 'cross-site' | 'too-many' | 'fault';

/** A request that was not looked into. */
export function refused(words: Words, reason: RefusedReason): Situation {
  return {
    state: `refused-${reason}`,
    heading: words.text(`refused.${reason}.heading`),
    lead: words.text(`refused.${reason}.safe`),
    body: html``,
    pollSeconds: 0,
  };
}
