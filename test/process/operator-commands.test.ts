import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RotationRefused } from '../../lib/core/errors.ts';
import { listen, type RunningServer, serve } from '../../lib/sandbox/http.ts';
import { type Invoke, lambdaStandIn } from '../../lib/sandbox/lambda/stand-in.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { type Finished, RunningSfrotate, runSfrotate, SandboxProcess } from '../support/sandbox-process.ts';

/** The operator's commands against a sandbox that runs as a process of its own, and against Lambda. */

/** A sandbox of the tests around this call, and its commands. */
function sandboxWith(...options: readonly string[]) {
  let directory: string;
  let sandbox: SandboxProcess;
  let url: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'operator-commands-'));
    sandbox = await SandboxProcess.start(directory, 'mailbox', options);
    url = await sandbox.url();
  });

  afterAll(async () => {
    await sandbox.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  return {
    run: (...args: readonly string[]): Promise<Finished> => runSfrotate([...args, '--sandbox', url]),
    runWith: (environment: Readonly<Record<string, string>>, ...args: readonly string[]) =>
      runSfrotate([...args, '--sandbox', url], '', environment),
    start: (...args: readonly string[]) => new RunningSfrotate([...args, '--sandbox', url]),
    async writeIntegration(text: string): Promise<void> {
      const { region, secretsManager, credentialsForAnyAwsClient, credentials } = await sandbox.description();
      const client = new SecretsManagerClient({
        region,
        endpoint: secretsManager.endpoint,
        credentials: credentialsForAnyAwsClient,
      });
      const SecretId = credentials[0]?.integrations[0]?.secret;
      await client.send(new PutSecretValueCommand({ SecretId, SecretString: text }));
      client.destroy();
    },
  };
}

/** The one JSON object that a command printed. */
function objectIn({ stdout }: Finished): Readonly<Record<string, unknown>> {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

describe('a sandbox at rest', () => {
  const { run, runWith, start } = sandboxWith();

  test('status shows the table, and everything of one credential', async () => {
    const { code, stdout, stderr } = await run('status');
    expect(stdout).toMatch(/^Credential +Phase +Since +Password +Next rotation +Waiting for +Stragglers\n/);
    expect(stdout).toMatch(/\nbilling +at rest /);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await run('status', 'billing')).stdout).toMatch(/\nLogin attempts left +3\n/);
  });

  test('colours are for a terminal, or for who asks for them', async () => {
    expect((await run('status')).stdout).not.toContain('\u001b');
    expect((await runWith({ FORCE_COLOR: '1' }, 'status')).stdout).toContain('\u001b');
  });

  test('status --json is one object with the rows', async () => {
    const finished = await run('status', '--json');
    expect(objectIn(finished)).toMatchObject({
      ok: true,
      exitCode: 0,
      credentials: [{ credential: 'billing', phase: 'idle' }],
    });
  });

  test('without a terminal, rotate wants --yes and asks for nothing', async () => {
    const { code, stderr } = await run('rotate', 'billing');
    expect(stderr).toContain('--yes');
    expect(code).toBe(2);
    expect(objectIn(await run('status', '--json'))).toMatchObject({ credentials: [{ phase: 'idle' }] });
  });

  test('rotate --yes says what it means, follows each phase, and is done', async () => {
    const watching = start('status', '--watch', '--every', '1', '--json');
    const before = JSON.parse((await watching.nextLine()) ?? '') as { credentials: [{ since: string }] };

    const { code, stdout } = await run('rotate', 'billing', '--yes');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toContain('The password is changed at once');
    expect(lines[1]).toBe('The rotation was requested.');
    expect(lines.at(-1)).toBe('Done: every integration has the new credential.');
    expect(lines.length).toBeGreaterThan(3);
    expect(code).toBe(0);

    // Whoever watches sees a line for each change, all of them JSON, and nothing at the end.
    const after = JSON.parse((await watching.nextLine()) ?? '') as typeof before;
    expect(after.credentials[0]).not.toEqual(before.credentials[0]);
    const { rest, code: interrupted } = await watching.interrupt();
    for (const line of rest) expect(JSON.parse(line)).toHaveProperty('credentials');
    expect(interrupted).toBe(130);
  });

  test('history has what happened, the newest last', async () => {
    await run('rotate', 'billing', '--yes');
    const { code, stdout } = await run('history', 'billing');
    const headings = stdout.split('\n').filter((line) => line.includes(' UTC · '));
    expect(headings.at(-1)).toContain('Rotation Completed');
    expect(headings.some((line) => / · Rotation Requested by .* \(sfrotate\)$/.test(line))).toBe(true);
    expect(code).toBe(0);
    const events = objectIn(await run('history', 'billing', '--json', '--limit', '2'))['events'];
    expect(events).toMatchObject([{}, { type: 'Rotation Completed' }]);
  });

  test("rollback of a single user is refused with the service's sentence", async () => {
    const { code, stderr } = await run('rollback', 'billing', '--yes');
    expect(stderr).toContain('has a single user');
    expect(code).toBe(3);
    expect(objectIn(await run('rollback', 'billing', '--yes', '--json'))).toMatchObject({
      ok: false,
      exitCode: 3,
      result: 'refused',
    });
  });

  test('resume of what is not blocked says so', async () => {
    const { code, stderr } = await run('resume', 'billing');
    expect(stderr).toContain('not blocked');
    expect(code).toBe(3);
  });

  test.each([
    ['status', 'nobody'],
    ['history', 'nobody'],
    ['rotate', 'nobody', '--yes'],
    ['rollback', 'nobody', '--yes'],
    ['resume', 'nobody'],
  ])('%s of a credential that is not configured names those that are', async (...args) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toBe('There is no credential "nobody". Configured: billing.\n');
    expect(code).toBe(2);
  });

  test.each([
    [['history', 'billing', '--limit', '201'], '--limit takes a whole number from 1 to 200.'],
    [['status', '--every', '0'], '--every takes a whole number from 1 to 3600.'],
  ])('%j is refused in one sentence', async (args, sentence) => {
    expect(await run(...args)).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` });
  });
});

describe('a rotation that is refused', () => {
  const { run, writeIntegration } = sandboxWith();

  test('is shown as blocked, and resumed when its remedy was applied', async () => {
    await writeIntegration('no JSON');
    const refused = await run('rotate', 'billing', '--yes');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('integration');

    const status = await run('status');
    expect(status.stdout).toMatch(/\nbilling +blocked /);
    expect(status).toMatchObject({ code: 5, stderr: '1 of 1 credential waits for a person.\n' });
    expect(objectIn(await run('status', 'billing', '--json'))).toMatchObject({
      ok: false,
      exitCode: 5,
      credentials: [{ phase: 'blocked', message: expect.any(String), remedy: expect.any(String) }],
    });
    expect(await run('resume', 'billing')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('It is blocked.'),
    });

    await writeIntegration('{}');
    expect(await run('resume', 'billing')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Done: every integration has the new credential.'),
    });
    expect((await run('status')).code).toBe(0);
  });
});

describe('two users that take turns', () => {
  const { run } = sandboxWith('--strategy', 'alternating-users');

  test('are rotated and rolled back', async () => {
    const rotated = await run('rotate', 'billing', '--yes');
    expect(rotated.stdout).toContain('there is no outage');
    expect(rotated.code).toBe(0);
    const { code, stdout } = await run('rollback', 'billing', '--yes');
    expect(stdout).toContain('Done: every integration has the previous credential.');
    expect(code).toBe(0);
  });
});

test.each([
  ['status', '--json'],
  ['history', 'billing', '--json'],
  ['rotate', 'billing', '--yes', '--json'],
  ['resume', 'billing', '--json'],
  ['rollback', 'billing', '--yes', '--json'],
])('sfrotate %s says as one object that there is no sandbox', async (...args) => {
  const finished = await runSfrotate([...args, '--sandbox', 'http://127.0.0.1:1']);
  expect(objectIn(finished)).toEqual({
    ok: false,
    exitCode: 4,
    message: expect.stringContaining('No sandbox answers'),
  });
  expect(finished).toMatchObject({ code: 4, stderr: '' });
});

test.each([
  ['status', ['--watch', '--every <seconds>', '[credential]']],
  ['history', ['--limit <n>']],
  ['rotate', ['--yes', '--wait', '--no-wait']],
  ['rollback', ['--yes']],
  ['resume', ['--no-wait']],
])('sfrotate %s --help has its options and exit codes', async (command, options) => {
  const { code, stdout } = await runSfrotate([command, '--help']);
  for (const text of [
    ...options,
    '--profile',
    '--region',
    '--function',
    '--sandbox',
    '--json',
    'Exit codes:',
  ])
    expect(stdout).toContain(text);
  expect(code).toBe(0);
});

describe('at AWS', () => {
  const servers: RunningServer[] = [];

  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  /** Runs a command that finds Lambda here. */
  async function runAt(server: RunningServer, ...args: readonly string[]): Promise<Finished> {
    servers.push(server);
    return runSfrotate(args, '', {
      AWS_ENDPOINT_URL_LAMBDA: server.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  }

  const lambdaWith = (name: string, invoke: Invoke) =>
    serve(lambdaStandIn(new Map([[name, invoke]])), new CountingWire());

  test('a function that is not there is named, with what to do', async () => {
    const lambda = await lambdaWith('watch', async () => undefined);
    const { code, stderr } = await runAt(lambda, 'status', '--function', 'wrong-name');
    expect(stderr).toContain('There is no function "wrong-name"');
    expect(stderr).toContain('--function');
    expect(code).toBe(4);
  });

  test('a permission that is missing is named', async () => {
    const lambda = await listen(
      createServer((_request, response) => {
        response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' });
        response.end('{"Message":"not authorized"}');
      }),
    );
    const { code, stderr } = await runAt(lambda, 'rotate', 'billing', '--yes', '--function', 'watch');
    expect(stderr).toContain('lambda:InvokeFunction');
    expect(code).toBe(4);
  });

  test('a function of another version is told apart from one that fails', async () => {
    const older = await lambdaWith('watch', async () => {
      throw new RotationRefused('This is no command event. action: this is no action. Nothing was changed.');
    });
    const { code, stderr } = await runAt(older, 'status', '--function', 'watch');
    expect(stderr).toMatch(/^The function does not know this command: it is of another version.*\n$/);
    expect(code).toBe(4);
    const failing = await lambdaWith('watch', async () => {
      throw new TypeError('secret');
    });
    expect((await runAt(failing, 'status', '--function', 'watch')).stderr).toBe(
      'The function failed; its log says why.\n',
    );
  });

  test('what a terminal would obey is not shown, neither as a table nor as JSON', async () => {
    const lambda = await lambdaWith('watch', async () => ({
      message: '',
      now: '2026-11-02T10:00:00.000Z',
      rows: [{ kind: 'unreadable', credential: 'a\u001b[2Jb', org: 'x\u009b2J' }],
    }));
    const { stdout } = await runAt(lambda, 'status', '--function', 'watch');
    expect(stdout).toContain('\nab ');
    const json = await runAt(lambda, 'status', '--json', '--function', 'watch');
    expect(objectIn(json)).toMatchObject({ credentials: [{ org: 'x\u009b2J' }] });
    expect((stdout + json.stdout).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
