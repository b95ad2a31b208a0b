import { html } from 'hono/html';
import type { PromptSubject, TokenMailbox } from '../../core/prompt/prompt-view.ts';
import type { Html, Words } from '../wording/words.ts';
import { COMMANDS, code } from './commands.ts';

/**
 * What to do when no mail comes, the likeliest cause first. The link to the page
 * that resets is the one that asks first, not the one that resets when opened.
 */
export function mailHelp(words: Words, subject: PromptSubject, mailbox: TokenMailbox | undefined): Html {
  const { username, loginUrl, credential } = subject;
  const address =
    mailbox === undefined
      ? words.text('help.addressUnknown', { username })
      : words.rich('help.address', { username, address: html`<strong>${mailbox.masked}</strong>` });
  const another = words.rich('help.another', {
    username,
    classic: outward(`${loginUrl}/_ui/system/security/ResetApiTokenEdit`, words.text('help.classic')),
    lightning: outward(
      `${loginUrl}/lightning/settings/personal/ResetApiToken/home`,
      words.text('help.lightning'),
    ),
  });
  return html`<details id="no-mail">
<summary>${words.text('help.title')}</summary>
<ol>
<li>${words.text('help.wait')}</li>
<li id="help-address">${address}</li>
<li>${words.text('help.sandbox')}</li>
<li>${words.text('help.ranges')}</li>
<li id="help-another">${another}</li>
<li>${words.text('help.apiOnly')}</li>
<li>${words.text('help.minutes')}</li>
<li>${words.rich('help.command', { command: code(COMMANDS.token(credential)) })}</li>
</ol>
</details>`;
}

/** Leaves this page open, and tells the other one nothing of it. */
function outward(url: string, text: string): Html {
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}
