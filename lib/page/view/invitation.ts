import { html } from 'hono/html';
import type { PromptSubject } from '../../core/prompt/prompt-view.ts';
import type { PagePaths } from '../paths.ts';
import type { Words } from '../wording/words.ts';
import type { Situation } from './situation.ts';

/** Start is a button in a form: what opens links to look at them presses none. */
export function invitation(
  words: Words,
  { username, strategy, integrations }: PromptSubject,
  invitedAt: string,
  paths: PagePaths,
): Situation {
  const outage = strategy === 'single-user' ? 'invitation.outage.single' : 'invitation.outage.alternating';
  return {
    state: 'invitation',
    heading: words.text('invitation.heading'),
    lead: words.text('invitation.safe'),
    pollSeconds: 10,
    body: html`<p id="outage">${words.text(outage, { integrations: words.count('integration', integrations) })}</p>
<p id="mailbox-needed">${words.text('invitation.mailbox', { username })}</p>
<h2 id="what-happens">${words.text('invitation.steps')}</h2>
<ol aria-labelledby="what-happens">
<li>${words.text('invitation.step.change')}</li>
<li>${words.text('invitation.step.mail', { username })}</li>
<li>${words.text('invitation.step.paste')}</li>
<li>${words.text('invitation.step.swap')}</li>
</ol>
<form id="start-form" method="post" action="${paths.start}">
<button id="start" type="submit" data-busy="${words.text('invitation.starting')}">${words.text('invitation.start')}</button>
</form>
<p class="quiet" id="since" data-live>${words.rich('invitation.invitedAt', { time: words.time(invitedAt) })}</p>`,
  };
}
