import { html } from 'hono/html';
import type { PromptSubject } from '../../core/prompt/prompt-view.ts';
import type { PagePaths } from '../paths.ts';
import type { Words } from '../wording/words.ts';
import { attempts, passwordField, tokenField } from './fields.ts';
import { mailHelp } from './mail-help.ts';
import type { Notice, Situation } from './situation.ts';

/** After a change that somebody else made, the service knows neither the password nor the token. */
export function credentialForm(
  words: Words,
  view: PromptSubject & { readonly since: string; readonly attemptsLeft: number },
  paths: PagePaths,
  notice: Notice | undefined,
): Situation {
  return {
    state: 'credential',
    heading: words.text('credential.heading'),
    lead: words.text('credential.safe'),
    pollSeconds: 5,
    body: html`<form id="credential-form" method="post" action="${paths.credential}" autocomplete="off">
${passwordField(words, view.username, notice)}
${tokenField(words, notice, 'mostly')}
${attempts(words, view.attemptsLeft)}
<button id="submit" type="submit" data-busy="${words.text('token.submitting')}">${words.text('credential.submit')}</button>
</form>
<p class="quiet" id="since" data-live>${words.rich('credential.since', { time: words.time(view.since) })}</p>
${mailHelp(words, view, undefined)}`,
  };
}
