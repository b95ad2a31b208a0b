import { afterEach, describe, expect, test } from '@jest/globals';
import { logInAsIntegration } from '../support/integration-login.ts';
import { problemsAfterRotation } from '../support/invariants.ts';
import {
  CONNECTION,
  DRAFT,
  MINUTE,
  ROTATOR,
  RotationBench,
  SECRET,
  USERNAME,
} from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

/** What is wrong, by what it is called when it is refused, and how to mend it again. */
interface Fault {
  readonly name: string;
  readonly code: string;
  /** What the refusal names: a secret, a user or an org. */
  readonly about: string;
  /** What it says of it. */
  readonly says?: string;
  readonly spoil: (bench: RotationBench) => unknown;
  readonly mend: (bench: RotationBench, texts: ReadonlyMap<string, string>) => unknown;
}

const MULE = 'mule/salesforce';

function content(
  secret: string,
  name: string,
  code: string,
  text: (healthy: string) => string,
  { about = secret, says = '' } = {},
): Fault {
  return {
    name,
    code,
    about,
    says,
    spoil: (bench) => bench.secrets.put(secret, text(bench.secrets.text(secret))),
    mend: (bench, texts) => bench.secrets.put(secret, texts.get(secret) ?? ''),
  };
}

const without = (field: string) => (text: string) =>
  JSON.stringify({ ...JSON.parse(text), [field]: undefined });
/** The secret filled up with a field of somebody's, to the most that a secret can hold. */
function filled(text: string): string {
  const withFilling = (length: number) => withField('filling', 'x'.repeat(length))(text);
  return withFilling(65_536 - Buffer.byteLength(withFilling(0)));
}
const withField = (field: string, value: unknown) => (text: string) =>
  JSON.stringify({ ...JSON.parse(text), [field]: value });

function deniedDecryption(
  secret: string,
  code: string,
  exception: 'AccessDeniedException' | 'DecryptionFailure',
): Fault {
  return {
    name: `${secret} under a KMS key that answers ${exception}`,
    code,
    about: secret,
    spoil: ({ sandbox }) => sandbox.secretsManager.denyDecrypt(secret, true, exception),
    mend: ({ sandbox }) => sandbox.secretsManager.denyDecrypt(secret, false),
  };
}

function deleted(secret: string, code: string): Fault {
  return {
    name: `${secret} marked for deletion`,
    code,
    about: secret,
    spoil: ({ sandbox }) => sandbox.secretsManager.deleteSecret({ SecretId: secret }),
    mend: ({ sandbox }) => sandbox.secretsManager.restoreSecret({ SecretId: secret }),
  };
}

function missing(secret: string, code: string): Fault {
  return {
    name: `${secret} gone`,
    code,
    about: secret,
    spoil: ({ sandbox }) =>
      sandbox.secretsManager.deleteSecret({ SecretId: secret, ForceDeleteWithoutRecovery: true }),
    mend: ({ sandbox }, texts) =>
      sandbox.secretsManager.createSecret({ Name: secret, SecretString: texts.get(secret) ?? '' }),
  };
}

const FAULTS: readonly Fault[] = [
  missing(MULE, 'integration-secret-missing'),
  deleted(MULE, 'integration-secret-missing'),
  deniedDecryption(MULE, 'integration-secret-missing', 'AccessDeniedException'),
  deniedDecryption(MULE, 'integration-secret-missing', 'DecryptionFailure'),
  {
    name: 'an integration secret that is binary',
    code: 'integration-secret-missing',
    about: MULE,
    says: 'it is binary, not text',
    spoil: ({ sandbox }) =>
      sandbox.secretsManager.putSecretValue({ SecretId: MULE, SecretBinary: Buffer.from('{}') }),
    mend: (bench, texts) => bench.secrets.put(MULE, texts.get(MULE) ?? ''),
  },
  content(MULE, 'an integration secret that is no JSON', 'integration-secret-unusable', () => 'user=x', {
    says: 'it is no JSON object',
  }),
  content(MULE, 'an integration secret that is a JSON list', 'integration-secret-unusable', () => '[]', {
    says: 'it is no JSON object',
  }),
  content(
    MULE,
    'an integration secret with a key twice',
    'integration-secret-unusable',
    (text) => text.replace('"owner"', '"owner": "team-0", "owner"'),
    { says: 'it has a duplicate key "owner"' },
  ),
  content(
    MULE,
    'an integration secret that a longer credential would make too large',
    'integration-secret-unusable',
    filled,
    { says: 'bytes, and a secret holds 65,536' },
  ),
  content(SECRET, 'a credential secret that is no JSON', 'credential-secret-unusable', () => 'password'),
  content(
    SECRET,
    'a credential secret without a password',
    'credential-secret-unusable',
    without('password'),
  ),
  content(
    SECRET,
    'a credential secret without a login URL',
    'credential-secret-unusable',
    without('loginUrl'),
  ),
  content(
    SECRET,
    'a credential secret whose username is a number',
    'credential-secret-unusable',
    withField('username', 7),
  ),
  content(
    SECRET,
    'a user that the org does not know',
    'user-not-found',
    withField('username', "o'nobody@acme.example"),
    { about: "o'nobody@acme.example" },
  ),
  deniedDecryption(SECRET, 'credential-secret-missing', 'AccessDeniedException'),
  deleted(SECRET, 'credential-secret-missing'),
  {
    name: 'a credential secret whose rotation is off',
    code: 'credential-without-rotation',
    about: SECRET,
    spoil: ({ sandbox }) => sandbox.secretsManager.cancelRotateSecret({ SecretId: SECRET }),
    mend: ({ sandbox }) =>
      sandbox.secretsManager.rotateSecret({ SecretId: SECRET, RotateImmediately: false }),
  },
  content(CONNECTION, 'a connection secret that is no JSON', 'connection-secret-unusable', () => 'id:secret'),
  content(
    CONNECTION,
    'a connection secret without a client secret',
    'connection-secret-unusable',
    without('clientSecret'),
  ),
  content(CONNECTION, 'a wrong client secret', 'org-connection-refused', withField('clientSecret', 'wrong'), {
    about: 'prod',
  }),
  content(
    CONNECTION,
    'a client id that the org does not know',
    'org-connection-refused',
    withField('clientId', 'wrong'),
    { about: 'prod' },
  ),
  {
    name: 'a run-as user who is deactivated',
    code: 'org-connection-refused',
    about: 'prod',
    spoil: ({ sandbox }) => sandbox.salesforce.updateUser(ROTATOR, { isActive: false }),
    mend: ({ sandbox }) => sandbox.salesforce.updateUser(ROTATOR, { isActive: true }),
  },
  missing(DRAFT, 'draft-secret-missing'),
  content(DRAFT, "a draft that holds another rotation's password", 'draft-holds-another-rotation', () =>
    JSON.stringify({
      username: USERNAME,
      password: 'of another rotation',
      loginUrl: 'https://x',
      rotationId: 'another',
    }),
  ),
  content(DRAFT, 'a draft that holds a password of no rotation', 'draft-holds-another-rotation', () =>
    JSON.stringify({ username: USERNAME, password: 'put here by hand', loginUrl: 'https://x' }),
  ),
  content(DRAFT, 'a draft that is no JSON', 'draft-holds-another-rotation', () => 'a password'),
  {
    name: 'a user who is deactivated',
    code: 'user-inactive',
    about: USERNAME,
    spoil: ({ sandbox }) => sandbox.salesforce.updateUser(USERNAME, { isActive: false }),
    mend: ({ sandbox }) => sandbox.salesforce.updateUser(USERNAME, { isActive: true }),
  },
  {
    name: 'a user who is frozen',
    code: 'user-frozen',
    about: USERNAME,
    spoil: ({ sandbox }) => sandbox.salesforce.updateUser(USERNAME, { isFrozen: true }),
    mend: ({ sandbox }) => sandbox.salesforce.updateUser(USERNAME, { isFrozen: false }),
  },
  {
    name: 'a user who is locked out',
    code: 'user-locked',
    about: USERNAME,
    spoil: async ({ secrets }) => {
      for (let turn = 0; turn < 10; turn += 1)
        await logInAsIntegration({ ...secrets.login(SECRET), password: 'wrong' });
    },
    mend: (bench) => bench.pass(16 * MINUTE),
  },
];

describe('the preflight refuses before anything is changed, and the rotation follows once that is mended', () => {
  test.each(FAULTS)('$name: $code', async ({ code, about, says = '', spoil, mend }) => {
    const bench = await RotationBench.start();
    const old = bench.secrets.login(SECRET);
    const texts = new Map(bench.secrets.names().map((name) => [name, bench.secrets.text(name)]));
    await spoil(bench);
    const before = bench.fingerprint();

    await bench.request();
    const { phase, blocked, rotation } = await bench.state();
    expect([phase, blocked?.from, blocked?.refusal.code]).toEqual(['blocked', 'idle', code]);
    expect(blocked?.refusal.message).toMatch(
      /(Nothing was changed|Salesforce was not touched|No further attempt is made)\.$/,
    );
    expect(blocked?.refusal.message).toContain(`"${about}"`);
    expect(blocked?.refusal.message).toContain(says);
    expect(blocked?.refusal.remedy).toMatch(/^[A-Z].*\bresume\b.*\.$/);
    expect(rotation).toBeUndefined();
    expect(bench.sandbox.messages.notifications.at(-1)?.subject).toBe('Rotation Blocked: billing');
    expect(bench.fingerprint()).toEqual(before);

    // Nobody mends it: no number of looks changes anything.
    await bench.pass(11 * MINUTE);
    expect(bench.fingerprint()).toEqual(before);

    await mend(bench, texts);
    await bench.resumeUntilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});
