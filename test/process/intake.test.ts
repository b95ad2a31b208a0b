import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PageVisitor } from '../../lib/sandbox/demo/page-visitor.ts';
import { runSfrotate, SandboxProcess } from '../support/sandbox-process.ts';

/** The three ways of a token, each through the processes and ports that a person has. */

const HTML = { Accept: 'text/html' };

let directory: string;
const running: SandboxProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'intake-process-'));
});

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function start(source: Parameters<typeof SandboxProcess.start>[1]): Promise<SandboxProcess> {
  const sandbox = await SandboxProcess.start(directory, source);
  running.push(sandbox);
  return sandbox;
}

/** The link as it stands on the terminal. */
async function printedLink(sandbox: SandboxProcess): Promise<string> {
  return (await sandbox.line('/p/')).trim();
}

/** The text of the newest mail in the inbox whose subject is this, as soon as there is one; a browser shows it without the markup. */
async function mailInInbox(sandbox: SandboxProcess, subject: string): Promise<string> {
  const inbox = `${await sandbox.url()}/inbox`;
  for (;;) {
    const html = await (await fetch(inbox, { headers: HTML })).text();
    const article = html.split('<article>').find((part) => part.includes(`<h2>${subject}</h2>`));
    const text = /<pre>([\s\S]*?)<\/pre>/.exec(article ?? '')?.[1];
    if (text !== undefined) return text.replace(/<[^>]*>/g, '');
  }
}

/** The credentials in every integration secret and in the credential secret. */
async function storedTokens(sandbox: SandboxProcess): Promise<ReadonlySet<string>> {
  const { region, secretsManager, credentialsForAnyAwsClient, credentials } = await sandbox.description();
  const client = new SecretsManagerClient({
    region,
    endpoint: secretsManager.endpoint,
    credentials: credentialsForAnyAwsClient,
  });
  const ids = credentials.flatMap(({ secret, integrations }) => [
    secret,
    ...integrations.map((integration) => integration.secret),
  ]);
  const values = await Promise.all(ids.map((id) => client.send(new GetSecretValueCommand({ SecretId: id }))));
  client.destroy();
  return new Set(
    values.map(
      ({ SecretString }) => (JSON.parse(SecretString ?? '') as { securityToken: string }).securityToken,
    ),
  );
}

const TOKEN_MAIL = 'Your new Salesforce security token';

describe('by hand, as `npm run sandbox` is', () => {
  test('open the printed link, press Start, read the token in the inbox, paste it, watch the swap finish', async () => {
    const sandbox = await start('default');
    const person = await PageVisitor.open(await printedLink(sandbox));
    expect(person.state).toBe('invitation');
    await person.submit({});
    await sandbox.line('a new security token to the user');
    await person.lookAgain();
    expect(person.state).toBe('token');

    await person.submit({ token: 'AAAAbbbbCCCCddddEEEE1234' });
    expect(person.status).toBe(422);
    expect(person.html).toContain('Salesforce refused it');
    expect(person.html).not.toContain('AAAAbbbbCCCCddddEEEE1234');

    const mail = await mailInInbox(sandbox, TOKEN_MAIL);
    await person.submit({ token: mail });
    expect(person.status).toBe(200);
    await sandbox.line('The new credential is current');
    await person.lookAgain();
    expect(person.state).toBe('done');
    const token = /Security token \(case-sensitive\): (\w+)/.exec(mail)?.[1] ?? 'none';
    expect(await storedTokens(sandbox)).toEqual(new Set([token]));
    for (const file of ['functions.log', 'world.json'])
      expect(readFileSync(join(directory, file), 'utf8')).not.toContain(token);
  });

  test('after a restart the printed link is another one, and the one before it no longer works', async () => {
    const first = await start('operator');
    const old = await printedLink(first);
    await first.kill();
    const second = await start('operator');
    const link = await printedLink(second);
    expect((await PageVisitor.open(link)).state).toBe('invitation');
    expect((await PageVisitor.open(old)).status).toBe(404);
  });

  test('the page for browsers says where everything is, and its button asks for a rotation', async () => {
    const sandbox = await start('mailbox');
    const url = await sandbox.url();
    const page = await (await fetch(url, { headers: HTML })).text();
    expect(page).toContain('href="/inbox"');
    expect(page).toContain('action="/actions/rotate?credential=billing"');
    expect(await (await fetch(url)).json()).toMatchObject({ inbox: `${url}/inbox` });
    const pressed = await fetch(`${url}/actions/rotate?credential=billing`, {
      method: 'POST',
      headers: HTML,
      redirect: 'manual',
    });
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/']);
    await sandbox.line('A rotation was requested by sandbox.');
  });
});

test('unattended: the mailbox brings the token, and nobody is asked', async () => {
  const sandbox = await start('mailbox');
  await sandbox.post('rotate');
  await sandbox.line('The new credential is current');
  expect((await storedTokens(sandbox)).size).toBe(1);
  const { events } = await sandbox.description();
  const told = (await (await fetch(events)).json()) as { events: { detailType: string }[] };
  expect(told.events.map(({ detailType }) => detailType)).not.toContain('Rotation Invited');
});

describe('on the command line', () => {
  test('start, and the token by a pipe: it follows until the swap is done', async () => {
    const sandbox = await start('operator');
    await printedLink(sandbox);
    const place = ['--sandbox', await sandbox.url()];
    const started = await runSfrotate(['start', 'billing', ...place]);
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('Started.') });
    const mail = await mailInInbox(sandbox, TOKEN_MAIL);
    const { code, stdout, stderr } = await runSfrotate(['token', 'billing', ...place], mail);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n').at(0)).toBe('Salesforce accepted it.');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Done: every integration has the new credential.');
    expect(code).toBe(0);
    expect((await storedTokens(sandbox)).size).toBe(1);

    const again = await runSfrotate(['token', 'billing', '--json', ...place], mail);
    expect(again.code).toBe(3);
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: false,
      exitCode: 3,
      credential: 'billing',
      submission: { kind: 'declined', reason: 'not-waiting' },
    });
  });

  test('a new link, and what cannot be a token', async () => {
    const sandbox = await start('operator');
    const old = await printedLink(sandbox);
    const place = ['--sandbox', await sandbox.url()];
    expect(await runSfrotate(['prompt', 'billing', ...place])).toMatchObject({ code: 0 });
    expect((await PageVisitor.open(old)).status).toBe(404);
    const unusable = await runSfrotate(['token', 'billing', ...place], 'p4ss-word!\n');
    expect(unusable).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('looks like a password'),
    });
    const unknown = await runSfrotate(['token', 'nobody', ...place], 'AAAAbbbbCCCCddddEEEE1234');
    expect(unknown).toMatchObject({
      code: 2,
      stderr: 'There is no credential "nobody". Configured: billing.\n',
    });
  });
});
