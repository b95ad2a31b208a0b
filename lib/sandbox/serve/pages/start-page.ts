import { html } from 'hono/html';
import { readLedgerState } from '../../ledger-view.ts';
import type { Sandbox } from '../../sandbox.ts';
import { newestLink } from '../../told-links.ts';
import type { SandboxDescription } from '../description.ts';
import { type Html, sandboxPage } from './page.ts';

/** Where everything is, for a person with a browser. */
export async function startPage(sandbox: Sandbox, description: SandboxDescription): Promise<string> {
  const names = [...sandbox.configuration.credentials.keys()];
  const rows = await Promise.all(
    names.map(async (name) => row(sandbox, name, (await readLedgerState(sandbox, name))?.phase ?? 'idle')),
  );
  return sandboxPage(
    'The sandbox',
    html`<p>A Salesforce org, AWS’s services, and the rotation service on them, all on this machine.</p>
<p><a href="/inbox">Inbox</a>: the mails with the tokens, and the messages to the owner.</p>
<h2>Credentials</h2>
<table>
<tr><th scope="col">Credential</th><th scope="col">Phase</th><th scope="col">Prompt page</th><th scope="col"></th></tr>
${rows}
</table>
<h2>What happened</h2>
<p><a href="/status.json">State</a> · <a href="/history.json">History</a> · <a href="/events.json">Events and notifications</a> · <a href="/mailbox.json">Mails as they came</a></p>
<h2>For any client</h2>
<p>All of it, with every action: <a href="/sandbox.json">/sandbox.json</a></p>
<table>
${places(description).map(([name, where]) => html`<tr><th scope="row">${name}</th><td>${where}</td></tr>\n`)}
</table>`,
  );
}

function row(sandbox: Sandbox, name: string, phase: string): Html {
  const link = newestLink(sandbox.messages, name);
  return html`<tr>
<th scope="row">${name}</th>
<td>${phase}</td>
<td>${link === undefined ? 'nobody was asked yet' : html`<a id="prompt-${name}" href="${link}">the newest link</a>`}</td>
<td><form method="post" action="/actions/rotate?credential=${encodeURIComponent(name)}"><button>Rotate</button></form></td>
</tr>
`;
}

function places(description: SandboxDescription): readonly (readonly [string, string])[] {
  const { secretsManager, dynamodb, messaging, lambda, salesforce, smtp } = description;
  return [
    ['Secrets Manager', secretsManager.endpoint],
    ['DynamoDB', `${dynamodb.endpoint} (table ${dynamodb.table})`],
    ['SQS, SNS, SES, EventBridge', messaging.endpoint],
    ['Lambda', `${lambda.endpoint} (function ${lambda.commandFunction})`],
    ['Salesforce', salesforce.loginUrl],
    ['SMTP', `${smtp.host}:${smtp.port}`],
  ];
}
