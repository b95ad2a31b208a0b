import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { LeakWatch } from '../support/leak-watch.ts';
import {
  type BenchOptions,
  CONNECTION,
  DRAFT,
  ROTATOR,
  RotationBench,
  SECRET,
  USERNAME,
} from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

const OAUTH = { scenario: { login: 'oauth-password' } } as const;
const JWT = { scenario: { connection: 'jwt-bearer' } } as const;

async function start(options: BenchOptions) {
  const bench = await RotationBench.start(options);
  return { bench, old: bench.secrets.login(SECRET) };
}

/** By which ways a user has come in, the rows of failed logins among them. */
function waysOf({ sandbox }: RotationBench, username: string): readonly string[] {
  const { id } = sandbox.salesforce.inspect(username);
  const rows = sandbox.salesforce.view.loginHistory.filter(({ userId }) => userId === id);
  return [...new Set(rows.map(({ loginType }) => loginType))];
}

function withField(bench: RotationBench, field: string, value: unknown): void {
  bench.secrets.put(
    CONNECTION,
    JSON.stringify({ ...JSON.parse(bench.secrets.text(CONNECTION)), [field]: value }),
  );
}

async function refusal(bench: RotationBench) {
  const { phase, blocked } = await bench.state();
  return { phase, from: blocked?.from, ...blocked?.refusal };
}

describe('integrations that log in by the OAuth username-password flow', () => {
  test('a rotation verifies as they do, and leaves no session behind', async () => {
    const { bench, old } = await start(OAUTH);
    await bench.rotate();
    expect(waysOf(bench, USERNAME)).toEqual(['Remote Access 2.0']);
    const { id } = bench.sandbox.salesforce.inspect(USERNAME);
    expect(bench.sandbox.salesforce.view.sessions.filter(({ userId }) => userId === id)).toEqual([]);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('also where SOAP login() is switched off', async () => {
    const { bench, old } = await start({ ...OAUTH, settings: { soapLoginEnabled: false } });
    await bench.rotate();
    expect(bench.secrets.login(SECRET).password).not.toBe(old.password);
    bench.sandbox.salesforce.updateSettings({ soapLoginEnabled: true });
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('where the flow is switched off, it says so after one attempt, and goes on once it is on', async () => {
    const { bench, old } = await start(OAUTH);
    bench.sandbox.salesforce.updateSettings({ oauthPasswordFlowEnabled: false });
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      phase: 'blocked',
      code: 'login-disabled',
      message: expect.stringContaining('username-password flow is switched off'),
      remedy: expect.stringMatching(/OAuth Username-Password Flows.*, then resume\.$/),
    });
    expect(failedLogins(bench)).toBe(1);

    bench.sandbox.salesforce.updateSettings({ oauthPasswordFlowEnabled: true });
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('an app secret that breaks after the password was set costs no attempt', async () => {
    const { bench, old } = await start({ ...OAUTH, settings: { onApiPasswordSet: 'reset-without-mail' } });
    await bench.request();
    await bench.until(({ phase }) => phase === 'awaiting-token', 60);
    const failed = failedLogins(bench);
    const { clientSecret } = JSON.parse(bench.secrets.text(CONNECTION)) as { clientSecret: string };
    withField(bench, 'clientSecret', undefined);
    await bench.newToken();
    expect(await refusal(bench)).toMatchObject({
      from: 'awaiting-token',
      code: 'login-app-unusable',
      message: expect.stringContaining(`"${CONNECTION}"`),
    });
    expect(failedLogins(bench)).toBe(failed);

    withField(bench, 'clientSecret', clientSecret);
    await bench.ask('resume');
    await bench.newToken();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe('a connection by the JWT bearer flow', () => {
  test('a rotation, without a login of the run-as user by password', async () => {
    const { bench, old } = await start(JWT);
    await bench.rotate();
    expect(waysOf(bench, ROTATOR)).toEqual(['Remote Access 2.0']);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test.each([
    ['a user who is not approved', 'username', USERNAME, /pre-authorized/],
    [
      'a key whose certificate the app has not',
      'privateKey',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
      /certificate that belongs to the private key/,
    ],
    ['an app that the org does not know', 'clientId', 'unknown', /consumer key/],
  ])('%s is refused before anything changes, with its remedy', async (_name, field, value, remedy) => {
    const { bench, old } = await start(JWT);
    const whole = bench.secrets.text(CONNECTION);
    withField(bench, field, value);
    const before = bench.fingerprint();
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      from: 'idle',
      code: 'org-connection-refused',
      remedy: expect.stringMatching(remedy),
    });
    expect(bench.fingerprint()).toEqual(before);

    bench.secrets.put(CONNECTION, whole);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('another audience than the org’s is refused before anything changes', async () => {
    const audience = 'https://test.salesforce.com';
    const { bench } = await start({
      ...JWT,
      configure: ({ orgs }) => {
        for (const org of Object.values(orgs)) Object.assign(org.connection, { audience });
      },
    });
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      code: 'org-connection-refused',
      message: expect.stringContaining('audience is invalid'),
    });
    expect(bench.secrets.text(DRAFT)).toBe('{}');
  });

  test('a run-as user without the API is refused by the name of the permission', async () => {
    const { bench } = await start(JWT);
    bench.sandbox.salesforce.updateUser(ROTATOR, { permissions: { apiEnabled: false } });
    await bench.request();
    expect(await refusal(bench)).toMatchObject({
      code: 'org-connection-refused',
      remedy: 'Give the run-as user "API Enabled", then resume.',
    });
  });
});

test('both together, and neither the key nor the app’s secret is said anywhere', async () => {
  const { bench, old } = await start({ scenario: { login: 'oauth-password', connection: 'jwt-bearer' } });
  const watch = new LeakWatch(bench);
  const { privateKey } = JSON.parse(bench.secrets.text(CONNECTION)) as { privateKey: string };
  for (const line of privateKey.split('\n').slice(1, -2)) watch.add('the private key', line);
  await bench.rotate();
  withField(bench, 'clientId', 'unknown');
  await bench.request();
  expect(await refusal(bench)).toMatchObject({ code: 'org-connection-refused' });
  expect(await watch.leaks()).toEqual([]);
  withField(bench, 'privateKey', privateKey.slice(0, 400));
  await bench.ask('resume');
  await bench.pass(60);
  expect(await refusal(bench)).toMatchObject({ code: 'connection-secret-unusable' });
  expect(await watch.leaks()).toEqual([]);
  expect(bench.secrets.login(SECRET).password).not.toBe(old.password);
});
