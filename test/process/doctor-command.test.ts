import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Finished, runSfrotate, SandboxProcess } from '../support/sandbox-process.ts';

/** `sfrotate doctor` against a sandbox whose process was killed in the middle of a rotation. */

const BLOCKED_BY = 'draft-lost';

let directory: string;
let sandbox: SandboxProcess;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'doctor-process-'));
  await begin();
});

afterEach(async () => {
  secrets.destroy();
  await sandbox.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function begin(): Promise<void> {
  sandbox = await SandboxProcess.start(directory);
  const { region, secretsManager, credentialsForAnyAwsClient } = await sandbox.description();
  secrets = new SecretsManagerClient({
    region,
    endpoint: secretsManager.endpoint,
    credentials: credentialsForAnyAwsClient,
  });
}

/** As a power cut would, and back again on the same folder. */
async function killAndRestart(): Promise<void> {
  secrets.destroy();
  await sandbox.kill();
  await begin();
}

async function doctor(...options: readonly string[]): Promise<Finished> {
  return runSfrotate(['doctor', ...options, '--sandbox', await sandbox.url()]);
}

async function textOf(secret: string): Promise<string> {
  return (await secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString ?? '';
}

/** Every integration secret has the login of the credential secret. */
async function expectTogether(old: string): Promise<void> {
  const [billing] = (await sandbox.description()).credentials;
  const login = await textOf(billing?.secret ?? '');
  expect(JSON.parse(login).password).not.toBe(JSON.parse(old).password);
  for (const { secret } of billing?.integrations ?? [])
    expect(JSON.parse(await textOf(secret)).password).toBe(JSON.parse(login).password);
}

test('a rotation that is blocked half-way, in a process that was killed, is ended by it', async () => {
  const [billing] = (await sandbox.description()).credentials;
  const { secret = '', draft = '' } = billing ?? {};
  const old = await textOf(secret);
  await sandbox.post('org', '', { mailDelayMs: 3_600_000 });
  await sandbox.post('rotate');
  await sandbox.line('The integrations wait for it');
  const before = await secrets.send(new DescribeSecretCommand({ SecretId: draft }));
  await secrets.send(new PutSecretValueCommand({ SecretId: draft, SecretString: '{}' }));
  await sandbox.post('advanceClock', '?seconds=120');
  await sandbox.post('tick');
  await sandbox.line('no longer holds the password that this rotation set');
  await killAndRestart();

  const looked = await doctor();
  expect(looked.code).toBe(5);
  expect(looked.stdout).toContain('problem blocked (billing)');
  expect(looked.stdout).toContain(`problem ${BLOCKED_BY} (${draft})`);
  expect(looked.stdout).toContain('sfrotate resume billing');
  expect(await doctor('billing', '--fix', '--no-wait')).toMatchObject({ code: 5 });

  await restore(draft, before.VersionIdsToStages ?? {});
  const repaired = await doctor('billing', '--fix', '--no-wait', '--json');
  const answer = JSON.parse(repaired.stdout);
  expect(answer.credentials[0].done).toEqual([
    expect.stringMatching(/^It went on from phase "blocked" to "awaiting-token"\. It waits for the mail/),
  ]);
  expect(answer.credentials[0].findings).toContainEqual(expect.objectContaining({ code: 'waits-for-token' }));
  await sandbox.post('org', '', { mailDelayMs: 0 });
  await sandbox.post('resetToken');
  await sandbox.line('The new credential is current');
  expect(await doctor('--fix')).toMatchObject({ code: 0, stderr: '' });
  await expectTogether(old);
}, 60_000);

/** The remedy: the version of the draft that held the password is current again. */
async function restore(draft: string, stages: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const held = Object.entries(stages).find(([, labels]) => labels.includes('AWSCURRENT'))?.[0];
  const now = await secrets.send(new DescribeSecretCommand({ SecretId: draft }));
  const emptied = Object.entries(now.VersionIdsToStages ?? {}).find(([, labels]) =>
    labels.includes('AWSCURRENT'),
  )?.[0];
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: draft,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: held,
      RemoveFromVersionId: emptied,
    }),
  );
}

test('a rotation whose process was killed in the middle of a step is ended by it', async () => {
  const [billing] = (await sandbox.description()).credentials;
  const old = await textOf(billing?.secret ?? '');
  await sandbox.post('rotate');
  await sandbox.line('The new credential is staged');
  await killAndRestart();
  await sandbox.post('advanceClock', '?seconds=180');
  const repaired = await doctor('billing', '--fix');
  expect(repaired).toMatchObject({ code: 0, stderr: '' });
  expect(await doctor()).toMatchObject({ code: 0, stderr: '' });
  await expectTogether(old);
}, 60_000);

describe('its exit codes', () => {
  test.each([
    ['a credential that is not configured', ['nobody'], 2, 'There is no credential "nobody"'],
    ['a name that is none', ['not a name'], 2, 'That is no name of a credential'],
  ])('%s', async (_what, args, code, sentence) => {
    const run = await doctor(...args);
    expect(run.stderr).toContain(sentence);
    expect(run).toMatchObject({ code, stdout: '' });
  });

  test('nobody who answers', async () => {
    expect(await runSfrotate(['doctor', '--sandbox', 'http://127.0.0.1:1'])).toMatchObject({
      code: 4,
      stdout: '',
    });
  });
});
