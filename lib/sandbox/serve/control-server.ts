import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type RunningServer } from '../http.ts';
import { readLedgerHistory, readLedgerState } from '../ledger-view.ts';
import type { Sandbox } from '../sandbox.ts';
import { ACTIONS, ActionError } from './actions.ts';
import { describeSandbox } from './description.ts';
import { inboxPage } from './pages/inbox-page.ts';
import { PAGE_HEADERS, STYLE, STYLE_PATH } from './pages/page.ts';
import { startPage } from './pages/start-page.ts';

const MAX_BODY_BYTES = 64 * 1024;
const HISTORY_LENGTH = 200;

/** The sandbox's own HTTP interface on loopback: what there is, what happened, and the actions. */
export async function startControlServer(sandbox: Sandbox, port: number): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(sandbox, request, response).catch((error: unknown) => {
      const status = error instanceof ActionError ? error.status : 500;
      send(response, status, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  return listen(server, port);
}

async function answer(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const base = `http://${request.headers.host ?? '127.0.0.1'}`;
  const url = new URL(request.url ?? '/', base);
  if (request.method === 'GET') {
    const page = await lookAtPage(sandbox, url.pathname, request, base);
    if (page !== undefined) return sendPage(response, page);
    return send(response, 200, await look(sandbox, url.pathname, base));
  }
  const name = /^\/actions\/([a-z-]+)$/.exec(url.pathname)?.[1];
  const action = name === undefined ? undefined : ACTIONS[name];
  if (request.method !== 'POST' || action === undefined) {
    throw new ActionError(
      404,
      `There is no ${request.method} ${url.pathname}; GET /sandbox.json lists what there is.`,
    );
  }
  const done = await action(sandbox, url.searchParams, await bodyOf(request));
  if (!isBrowser(request)) return send(response, 200, done);
  // A button of the start page was pressed.
  response.writeHead(303, { location: '/' }).end();
}

interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What is there for people; `undefined` for everything else. */
async function lookAtPage(
  sandbox: Sandbox,
  path: string,
  request: IncomingMessage,
  base: string,
): Promise<Page | undefined> {
  switch (path) {
    case '/':
      if (!isBrowser(request)) return undefined;
      return { headers: PAGE_HEADERS, text: await startPage(sandbox, describeSandbox(sandbox, base)) };
    case '/inbox':
      return { headers: PAGE_HEADERS, text: await inboxPage(sandbox) };
    case STYLE_PATH:
      return { headers: { 'content-type': 'text/css; charset=utf-8' }, text: STYLE };
    default:
      return undefined;
  }
}

/** Whether a person looks: only a browser prefers HTML. */
function isBrowser({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').includes('text/html');
}

async function look(sandbox: Sandbox, path: string, base: string): Promise<unknown> {
  switch (path) {
    case '/':
    case '/sandbox.json':
      return describeSandbox(sandbox, base);
    case '/mailbox.json':
      return sandbox.mailbox.mails.map(({ id, from, to, receivedAt, authentic, raw }) => ({
        id,
        from,
        to,
        receivedAt,
        authentic,
        raw: Buffer.from(raw, 'binary').toString('utf8'),
      }));
    case '/status.json':
      return Promise.all(
        [...sandbox.configuration.credentials.keys()].map((name) => readLedgerState(sandbox, name)),
      );
    case '/history.json':
      return (
        await Promise.all(
          [...sandbox.configuration.credentials.keys()].map((name) =>
            readLedgerHistory(sandbox, name, HISTORY_LENGTH),
          ),
        )
      ).flat();
    case '/events.json':
      return {
        events: sandbox.messages.events,
        notifications: sandbox.messages.notifications,
        mails: sandbox.messages.mails,
      };
    default:
      throw new ActionError(404, `There is no ${path}; GET /sandbox.json lists what there is.`);
  }
}

function sendPage(response: ServerResponse, { headers, text }: Page): void {
  response.writeHead(200, { ...headers, 'cache-control': 'no-store' });
  response.end(text);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${JSON.stringify(body, undefined, 2)}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) throw new ActionError(413, `The body is over ${MAX_BODY_BYTES} bytes.`);
  }
  return text;
}
