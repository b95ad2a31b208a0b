import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startSandbox } from '../../lib/sandbox/sandbox.ts';
import type { World } from '../../lib/sandbox/scenario.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { problemsAfterRotation } from '../support/invariants.ts';
import { RotationBench, SECRET, START, USERNAME } from '../support/rotation-bench.ts';

const folders: string[] = [];

afterEach(async () => {
  await RotationBench.closeAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const PASSWORDS = [
  `aA1&<>"'`,
  'pässwörd-日本語-Ж1a',
  '😀aA1 with blanks ',
  '\\u0041\\"aA1/\\\\',
  'aA1%26+%3C#?=;,:@$(`id`)|',
  ']]>aA1<![CDATA[<!-- &amp; &#x41; -->',
];
const TOKENS = [`tok&<>"'en`, 'tökén日本', 'plainToken1234567890abcd'];

describe('a credential of characters that break careless code', () => {
  test.each(PASSWORDS)('the old password %j: it is read, replaced, and then refused', async (password) => {
    const bench = await startWith({ password });
    const old = bench.secrets.login(SECRET);
    expect(old.password).toBe(password);
    expect(await logInAsIntegration(old)).toBe('accepted');
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
    expect(bench.secrets.login(SECRET, 'AWSPREVIOUS')).toEqual(old);
  });

  test.each(TOKENS)(
    'the token %j, which stays: it goes into every secret as it is',
    async (securityToken) => {
      const bench = await startWith({ securityToken, settings: { onApiPasswordSet: 'keep-token' } });
      const old = bench.secrets.login(SECRET);
      await bench.rotate();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
      for (const secret of bench.integrations)
        expect(bench.secrets.login(secret).securityToken).toBe(securityToken);
    },
  );

  test('all at once, over several rotations', async () => {
    const bench = await startWith({
      password: PASSWORDS.join(''),
      securityToken: TOKENS[0] ?? '',
      settings: { onApiPasswordSet: 'keep-token' },
    });
    for (let turn = 0; turn < 3; turn += 1) {
      const old = bench.secrets.login(SECRET);
      await bench.rotate();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
    }
  });
});

interface Planted {
  readonly password?: string;
  readonly securityToken?: string;
  readonly settings?: Record<string, unknown>;
}

/** A sandbox whose user has this credential from the first day: its world is written anew before it is settled. */
async function startWith({ settings, ...planted }: Planted): Promise<RotationBench> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sfrotate-test-'));
  folders.push(dataDirectory);
  const first = await startSandbox({ dataDirectory, time: () => START });
  await first.close();
  const file = join(dataDirectory, 'world.json');
  writeFileSync(
    file,
    JSON.stringify(withCredential(JSON.parse(readFileSync(file, 'utf8')) as World, planted, settings)),
  );
  for (const journal of ['salesforce.json', 'secrets-manager.json']) rmSync(join(dataDirectory, journal));
  return RotationBench.start({ dataDirectory });
}

function withCredential(world: World, planted: Planted, settings: Planted['settings'] = {}): World {
  const users = world.org.users.map((user) => (user.username === USERNAME ? { ...user, ...planted } : user));
  const secrets = world.secrets.map((secret) => {
    const value = JSON.parse(secret.value) as Record<string, unknown>;
    return 'password' in value ? { ...secret, value: JSON.stringify({ ...value, ...planted }) } : secret;
  });
  return {
    ...world,
    org: { ...world.org, users, settings: { ...world.org.settings, ...settings } },
    secrets,
  };
}
