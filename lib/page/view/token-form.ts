import { html } from 'hono/html';
import type { PromptSubject, TokenMailbox, TokenWanted } from '../../core/prompt/prompt-view.ts';
import type { PagePaths } from '../paths.ts';
import type { Html, Words } from '../wording/words.ts';
import { attempts, tokenField } from './fields.ts';
import { mailHelp } from './mail-help.ts';
import type { Notice, Situation } from './situation.ts';

export function tokenForm(
  words: Words,
  view: PromptSubject & TokenWanted,
  paths: PagePaths,
  notice: Notice | undefined,
): Situation {
  return {
    state: 'token',
    heading: words.text('token.heading'),
    lead: words.text(view.isReset === true ? 'token.reset.safe' : 'token.safe'),
    pollSeconds: 5,
    body: html`${mailedTo(words, view.username, view.mailbox)}
<form id="token-form" method="post" action="${paths.token}" autocomplete="off">
${tokenField(words, notice, 'always')}
${attempts(words, view.attemptsLeft)}
<button id="submit" type="submit" data-busy="${words.text('token.submitting')}">${words.text('token.submit')}</button>
</form>
${view.readsMailbox ? html`<p id="reads-mailbox">${words.text('token.readsMailbox')}</p>` : ''}
<p class="quiet" id="since" data-live>${words.rich('token.since', { time: words.time(view.since) })}</p>
${mailHelp(words, view, view.mailbox)}`,
  };
}

function mailedTo(words: Words, username: string, mailbox: TokenMailbox | undefined): Html {
  if (mailbox === undefined)
    return html`<p id="mailed-to">${words.text('token.mailedToUser', { username })}</p>`;
  const address = html`<strong>${mailbox.masked}</strong>`;
  return mailbox.reachable
    ? html`<p id="mailed-to">${words.rich('token.mailedTo', { username, address })}</p>`
    : html`<p id="mailed-to" class="problem">${words.rich('token.unreachable', { address })}</p>`;
}
