import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import jsforce from 'jsforce';
import { runSfrotate, SandboxProcess } from '../support/sandbox-process.ts';

interface StoredLogin {
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly loginUrl: string;
}

let directory: string;
const running: SandboxProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-process-'));
});

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<SandboxProcess> {
  const sandbox = await SandboxProcess.start(directory);
  running.push(sandbox);
  return sandbox;
}

async function storedLogins(sandbox: SandboxProcess): Promise<StoredLogin[]> {
  const { region, secretsManager, credentialsForAnyAwsClient, credentials } = await sandbox.description();
  const client = new SecretsManagerClient({
    region,
    endpoint: secretsManager.endpoint,
    credentials: credentialsForAnyAwsClient,
  });
  const names = credentials.flatMap((credential) => [
    credential.secret,
    ...credential.integrations.map(({ secret }) => secret),
  ]);
  const values = await Promise.all(
    names.map((name) => client.send(new GetSecretValueCommand({ SecretId: name }))),
  );
  client.destroy();
  return values.map((value) => JSON.parse(value.SecretString ?? '') as StoredLogin);
}

async function logIn({ loginUrl, username, password, securityToken }: StoredLogin): Promise<string> {
  const connection = new jsforce.Connection({ loginUrl, version: '64.0', logLevel: 'FATAL' });
  const { id } = await connection.login(username, password + securityToken);
  return id;
}

describe('a sandbox that keeps running', () => {
  test('says where everything is, and any AWS SDK and jsforce can use it', async () => {
    const sandbox = await start();
    const description = await sandbox.description();
    expect(Object.keys(description.actions)).toEqual(
      expect.arrayContaining(['rotate', 'rollback', 'check', 'tick', 'changePassword', 'advanceClock']),
    );
    expect(description).toMatchObject({
      dynamodb: { table: expect.any(String) },
      mailbox: expect.any(String),
      inbox: expect.any(String),
      intake: expect.any(String),
      lambda: { commandFunction: 'watch' },
    });
    const logins = await storedLogins(sandbox);
    expect(logins).toHaveLength(4);
    for (const login of logins) expect(await logIn(login)).toMatch(/^005/);
  });

  test('stops cleanly on SIGINT and goes on with the same folder and ports', async () => {
    const first = await start();
    const before = await first.description();
    expect(await first.interrupt()).toBe(0);
    const after = await (await start()).description();
    expect(after.salesforce).toEqual(before.salesforce);
    expect(after.secretsManager).toEqual(before.secretsManager);
    expect(after.intake).toBe(before.intake);
  });

  test('goes on with a folder from before there was a prompt page', async () => {
    const first = await start();
    const before = await first.description();
    await first.interrupt();
    const path = join(directory, 'ports.json');
    const { lambda: _lambda, intake: _intake, ...ports } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(ports));
    const after = await (await start()).description();
    expect(after.salesforce).toEqual(before.salesforce);
    expect((await fetch(after.intake)).status).toBe(404);
  });

  test('shows a password that was changed behind the back of the service', async () => {
    const sandbox = await start();
    const [login] = await storedLogins(sandbox);
    expect((await sandbox.post('changePassword')).status).toBe(200);
    await expect(logIn(login as StoredLogin)).rejects.toThrow('INVALID_LOGIN');
  });

  test('lets somebody put another credential into its secret, which the service takes over at once', async () => {
    const sandbox = await start();
    // The first look takes what it finds as it is; only what comes after it is an edit.
    expect((await sandbox.post('tick')).status).toBe(200);
    const [before] = await storedLogins(sandbox);
    expect((await sandbox.post('editSecret')).status).toBe(200);
    // Whatever is due has been done when it answers.
    expect((await sandbox.post('tick')).status).toBe(200);
    for (const login of await storedLogins(sandbox)) {
      expect(login.password).not.toBe(before?.password);
      expect(await logIn(login)).toMatch(/^005/);
    }
  });

  test.each([
    ['rotate', '?credential=nobody', 404, 'Say which credential'],
    ['editSecret', '?credential=nobody', 404, 'Say which credential'],
    ['changePassword', '?username=nobody', 404, 'Say which user'],
    ['advanceClock', '?seconds=-5', 400, 'Say how far'],
  ])('refuses the action %s%s with a sentence', async (action, query, status, sentence) => {
    const sandbox = await start();
    const answer = await sandbox.post(action, query);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: expect.stringContaining(sentence) });
  });
});

describe('the switches of the org', () => {
  test('are set by an action, and what is no switch is named in one sentence', async () => {
    const sandbox = await start();
    const set = await sandbox.post('org', '', { onApiPasswordSet: 'keep-token' });
    expect(set.body).toMatchObject({ onApiPasswordSet: 'keep-token' });
    const refused = await sandbox.post('org', '', { onApiPasswordSet: 'sometimes' });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      error: expect.stringMatching(/^These are no settings of the org: onApiPasswordSet: [^\n[{]+$/),
    });
  });
});

describe('kill -9 with a rotation in flight, and a restart on the same folder', () => {
  test.each([
    ['the password is being set', 'The new password is being set'],
    ['the org has the password', 'Salesforce has the new password'],
    ['the token is awaited', 'The integrations wait for it'],
    ['the token was accepted', 'Salesforce accepted the new password'],
    ['the secrets are staged', 'The new credential is staged'],
    ['the swap was decided', 'the swap of 3 integration secrets was decided'],
  ])(
    'completes after a kill when %s',
    async (_when, sentence) => {
      const first = await start();
      const before = await storedLogins(first);
      await first.post('rotate');
      await first.line(sentence);
      await first.kill();

      const second = await start();
      // Leases and retries of the run that died need not be waited for.
      await second.post('advanceClock', '?seconds=180');
      await second.line('The new credential is current');
      const after = await storedLogins(second);
      expect(new Set(after.map((login) => login.password + login.securityToken)).size).toBe(1);
      expect(after[0]?.password).not.toBe(before[0]?.password);
      for (const login of after) expect(await logIn(login)).toMatch(/^005/);

      const { region, secretsManager, credentialsForAnyAwsClient, credentials } = await second.description();
      const client = new SecretsManagerClient({
        region,
        endpoint: secretsManager.endpoint,
        credentials: credentialsForAnyAwsClient,
      });
      const described = await client.send(new DescribeSecretCommand({ SecretId: credentials[0]?.secret }));
      client.destroy();
      expect(Object.values(described.VersionIdsToStages ?? {}).flat()).not.toContain('AWSPENDING');
    },
    90_000,
  );
});

describe('bad options', () => {
  test.each([
    [['demo', '--integrations', 'many'], '--integrations takes a whole number'],
    [['demo', '--integrations', '-1'], '--integrations takes a whole number'],
    [['demo', '--delivery', 'pigeon'], '--delivery takes'],
    [['demo', '--connection', 'pigeon'], '--connection takes'],
    [
      ['demo', '--connection', 'self', '--strategy', 'alternating-users'],
      '--connection self takes a single user',
    ],
    [['demo', '--delivery', 'envelope', '--integrations', '201'], 'at most 200 integrations'],
    [['demo', '--strategy', 'none'], '--strategy takes'],
    [['demo', '--source', 'pigeon'], '--source takes'],
    [['sandbox', '--port', 'x'], '--port takes a number'],
    [['sandbox', '--on-outside-change', 'panic'], '--on-outside-change takes prompt, take-over or alert'],
  ])('sfrotate %j says so in one sentence and exits with 2', async (args, sentence) => {
    const { code, stdout, stderr } = await runSfrotate(args);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a configuration that was edited badly is named by its place, without a stack trace', async () => {
    const first = await start();
    await first.interrupt();
    const path = join(directory, 'rotation.config.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { credentials: Record<string, object> };
    writeFileSync(
      path,
      JSON.stringify({
        ...file,
        credentials: { billing: { ...file.credentials['billing'], integratoins: [] } },
      }),
    );
    const { code, stderr } = await runSfrotate(['sandbox', '--data', directory, '--port', '0']);
    expect(stderr.trim()).toBe(
      'credentials.billing: unknown key "integratoins". Did you mean "integrations"?',
    );
    expect(code).toBe(2);
  });

  test('a data folder that is a file is named', async () => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    const { code, stderr } = await runSfrotate(['sandbox', '--data', path, '--port', '0']);
    expect(stderr.trim()).toBe('The data folder is no folder. Choose another with --data.');
    expect(code).toBe(2);
  });

  test('a taken port is named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await runSfrotate(['sandbox', '--data', directory, '--port', String(port)]);
    other.close();
    expect(code).toBe(2);
    // It, or one of the seven after it, which some other process may have.
    const [, named] = /^Port (\d+) is taken\. Stop what uses it/.exec(stderr) ?? [];
    expect(Number(named) - port).toBeGreaterThanOrEqual(0);
    expect(Number(named) - port).toBeLessThanOrEqual(7);
  });
});
