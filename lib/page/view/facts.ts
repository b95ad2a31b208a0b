import { html } from 'hono/html';
import type { PromptSubject } from '../../core/prompt/prompt-view.ts';
import type { Html, Words } from '../wording/words.ts';

/** Which credential a page is about, so that nobody acts on the wrong one. */
export function facts(words: Words, subject: PromptSubject): Html {
  return html`<h2 id="facts-title">${words.text('fact.title')}</h2>
<dl class="facts" id="facts" aria-labelledby="facts-title">
<dt>${words.text('fact.credential')}</dt><dd id="fact-credential">${subject.credential}</dd>
<dt>${words.text('fact.org')}</dt><dd id="fact-org">${subject.org} (${subject.loginUrl})</dd>
${subject.username === '' ? '' : html`<dt>${words.text('fact.username')}</dt><dd id="fact-username">${subject.username}</dd>`}
<dt>${words.text('fact.integrations')}</dt><dd id="fact-integrations">${String(subject.integrations)}</dd>
<dt>${words.text('fact.link')}</dt><dd id="fact-link" data-live>${words.time(subject.expiresAt)}</dd>
</dl>
<p class="quiet">${words.text('fact.noSecrets')}</p>`;
}
