import { html } from 'hono/html';
import { readableMail } from '../../readable-mail.ts';
import type { Sandbox } from '../../sandbox.ts';
import { type Html, sandboxPage, withLinks } from './page.ts';

/** More than anybody scrolls through. */
const MOST_SHOWN = 100;

interface InboxItem {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

type Place = Pick<Sandbox, 'mailbox' | 'messages'>;

/**
 * What came by mail, newest first: to the mailbox of Salesforce's users, where
 * the tokens arrive, and to the owner, through the topic and by SES. It shows
 * tokens, as a mailbox does.
 */
export async function inboxPage(sandbox: Place): Promise<string> {
  const items = (await itemsIn(sandbox)).toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, MOST_SHOWN);
  return sandboxPage(
    'Inbox of the sandbox',
    html`<p>The mails to Salesforce’s users, and the messages to the owner. Newest first.
<a href="/inbox">Look again</a> · <a href="/">Everything else</a></p>
${items.length === 0 ? html`<p id="empty">Nothing has come yet.</p>` : items.map(article)}`,
  );
}

function article({ at, from, to, subject, text }: InboxItem): Html {
  return html`<article>
<h2>${subject}</h2>
<p class="quiet">From ${from} to ${to}, <time datetime="${at}">${at.slice(0, 19).replace('T', ' ')} UTC</time></p>
<pre>${withLinks(text)}</pre>
</article>
`;
}

async function itemsIn({ mailbox, messages }: Place): Promise<readonly InboxItem[]> {
  const toUsers = mailbox.mails.slice(-MOST_SHOWN).map(async (mail) => ({
    at: mail.receivedAt,
    from: mail.authentic ? mail.from : `${mail.from} (not authentic)`,
    to: mail.to.join(', '),
    ...(await readableMail(mail)),
  }));
  const toTopic = messages.notifications.map(({ at, topicArn, subject, forms, message }) => ({
    at,
    from: 'the rotation service',
    to: `the subscriptions of the topic “${topicArn.split(':').at(-1)}”`,
    subject,
    text: forms['email'] ?? message,
  }));
  const bySes = messages.mails.map(({ at, from, to, subject, text }) => ({
    at,
    from,
    to: to.join(', '),
    subject,
    text,
  }));
  return [...(await Promise.all(toUsers)), ...toTopic, ...bySes];
}
