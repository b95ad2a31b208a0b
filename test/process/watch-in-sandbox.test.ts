import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runSfrotate, SandboxProcess } from '../support/sandbox-process.ts';

/** What an operator sees of the watch, in a sandbox that runs as a process of its own. */

const CLIENT = { address: '203.0.113.77', application: 'Nightly Export' } as const;
/** Past the time that a client is given to read its secret again. */
const PAST_GRACE_SECONDS = 1_000;

interface Told {
  readonly events: readonly {
    readonly detailType: string;
    readonly detail: { readonly id: string; readonly reason?: string };
  }[];
  readonly notifications: readonly { readonly subject: string; readonly message: string }[];
}

let directory: string;
let sandbox: SandboxProcess;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watch-in-sandbox-'));
});

afterEach(async () => {
  await sandbox.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function start(...options: readonly string[]): Promise<void> {
  sandbox = await SandboxProcess.start(directory, 'mailbox', options);
  await sandbox.post('tick');
}

/** What the bus and people were told of one type of event. Telling is at least once: two looks at once may tell the same event. */
async function told(type: string) {
  const { events: url } = await sandbox.description();
  const { events, notifications } = (await (await fetch(url)).json()) as Told;
  return {
    bus: once(
      events.filter(({ detailType }) => detailType === type),
      ({ detail }) => detail.id,
    ),
    people: once(
      notifications.filter(({ subject }) => subject.startsWith(type)),
      ({ message }) => String(JSON.parse(message).id),
    ),
  };
}

function once<Item>(items: readonly Item[], idOf: (item: Item) => string): readonly Item[] {
  return [...new Map(items.map((item) => [idOf(item), item])).values()];
}

async function status(...options: readonly string[]) {
  const { code, stdout } = await runSfrotate(['status', ...options, '--sandbox', await sandbox.url()]);
  return { code, stdout };
}

/** The row of the one credential. */
async function row(): Promise<Readonly<Record<string, unknown>>> {
  const { credentials } = JSON.parse((await status('--json')).stdout);
  return credentials[0];
}

/** The passwords of the credential secret and of each integration secret. */
async function passwords(): Promise<readonly string[]> {
  const { region, secretsManager, credentialsForAnyAwsClient, credentials } = await sandbox.description();
  const client = new SecretsManagerClient({
    region,
    endpoint: secretsManager.endpoint,
    credentials: credentialsForAnyAwsClient,
  });
  const [billing] = credentials;
  const names = [billing?.secret ?? '', ...(billing?.integrations ?? []).map(({ secret }) => secret)];
  const texts = await Promise.all(
    names.map((SecretId) => client.send(new GetSecretValueCommand({ SecretId }))),
  );
  client.destroy();
  return texts.map(({ SecretString = '{}' }) => JSON.parse(SecretString).password);
}

describe('a password that is changed behind its back is noticed by one run of the watch', () => {
  test('prompt: event, notification with a link, and the question for password and token', async () => {
    await start();
    const before = await passwords();
    await sandbox.post('changePassword');
    await sandbox.post('tick');
    const { bus, people } = await told('Password Changed Outside');
    expect({ bus: bus.length, people: people.length }).toEqual({ bus: 1, people: 1 });
    expect(people[0]?.message).toContain((await sandbox.description()).intake);
    expect(await row()).toMatchObject({ phase: 'awaiting-token', waitingFor: expect.anything() });
    expect((await status()).code).toBe(5);
    expect(await passwords()).toEqual(before);
  }, 60_000);

  test('take-over: event, notification, and another password in every secret', async () => {
    await start('--on-outside-change', 'take-over');
    const [before] = await passwords();
    await sandbox.post('changePassword');
    await sandbox.post('tick');
    const { bus, people } = await told('Password Changed Outside');
    expect({ bus: bus.length, people: people.length }).toEqual({ bus: 1, people: 1 });
    await sandbox.line('The new credential is current');
    expect(await row()).toMatchObject({ phase: 'idle' });
    const after = await passwords();
    expect(new Set(after).size).toBe(1);
    expect(after[0]).not.toBe(before);
  }, 60_000);

  test('alert: event and notification with the remedy, and nothing else', async () => {
    await start('--on-outside-change', 'alert');
    const before = await passwords();
    await sandbox.post('changePassword');
    await sandbox.post('tick');
    const { bus, people } = await told('Password Changed Outside');
    expect({ bus: bus.length, people: people.length }).toEqual({ bus: 1, people: 1 });
    expect(people[0]?.message).toContain('rotate-now');
    expect(await row()).toMatchObject({ phase: 'idle' });
    await sandbox.post('tick');
    expect((await told('Password Changed Outside')).people).toHaveLength(1);
    expect(await passwords()).toEqual(before);
  }, 60_000);
});

test('a client that goes on with the old credential is named as a straggler', async () => {
  await start();
  await sandbox.post('rotate');
  await sandbox.line('The new credential is current');
  await sandbox.post('advanceClock', `?seconds=${PAST_GRACE_SECONDS}`);
  // The scheduled look is due as well; after this one, none is for five minutes.
  await sandbox.post('tick');
  const query = `?${new URLSearchParams(CLIENT)}`;
  expect((await sandbox.post('oldClient', query)).body).toMatchObject({ answer: 'INVALID_LOGIN' });
  await sandbox.post('tick');
  const { bus, people } = await told('Straggler Seen');
  expect(bus.map(({ detail }) => detail.reason)).toEqual(['old-credential']);
  expect(people).toHaveLength(1);
  for (const text of Object.values(CLIENT)) expect(people[0]?.message).toContain(text);
  const { stdout } = await status();
  expect(stdout).toMatch(/\nbilling .*203\.0\.113\.77/);
  expect(stdout).toContain(CLIENT.application);
}, 60_000);
