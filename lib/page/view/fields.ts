import { html } from 'hono/html';
import type { Html, Words } from '../wording/words.ts';
import type { FieldName, Notice } from './situation.ts';

/**
 * The field for a token: several lines, because a whole mail may be pasted. What
 * it shows and when is decided in the style sheet. It is never filled by the
 * server; nothing may remember, correct or check what is typed in it.
 */
export function tokenField(words: Words, notice: Notice | undefined, need: 'always' | 'mostly'): Html {
  const hint = need === 'always' ? 'token.hint' : 'credential.token.hint';
  return html`<label for="token">${words.text('token.label')}</label>
<p class="hint" id="token-hint">${words.text(hint)}</p>
<textarea id="token" name="token" rows="3"${need === 'always' ? html` required` : ''} autocomplete="off" autocorrect="off" autocapitalize="off" spellcheck="false" data-1p-ignore data-lpignore="true" data-bwignore="true"${describedBy('token', notice)}></textarea>`;
}

/** A password is never shown, as everywhere; it comes from a place that one copies it from. */
export function passwordField(words: Words, username: string, notice: Notice | undefined): Html {
  return html`<label for="password">${words.text('credential.password.label', { username })}</label>
<p class="hint" id="password-hint">${words.text('credential.password.hint')}</p>
<input id="password" name="password" type="password" required autocomplete="off" autocapitalize="off" spellcheck="false" data-1p-ignore data-lpignore="true" data-bwignore="true"${describedBy('password', notice)}>`;
}

/** How many tries are left, before the next one is spent; told aloud when somebody else spends one. */
export function attempts(words: Words, attemptsLeft: number): Html {
  return html`<p class="attempts" id="attempts-left" role="status" data-live>${words.count('attempt', attemptsLeft)}</p>`;
}

function describedBy(field: FieldName, notice: Notice | undefined): Html {
  return notice?.fields.includes(field)
    ? html` aria-describedby="problem-text ${field}-hint" aria-invalid="true"`
    : html` aria-describedby="${field}-hint"`;
}
