import { afterEach, describe, expect, test } from '@jest/globals';
import type { IntegrationConfig } from '../../lib/core/config/schema.ts';
import { formatOf } from '../../lib/core/formats/registry.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { ScriptedWire } from '../support/scripted-wire.ts';
import type { Login } from '../support/secrets-probe.ts';

const ENVELOPE = 'billing/envelope';
const LOOK_EVERY = 5.5 * MINUTE;

const ENTRIES = [
  { key: 'worker', format: 'json' },
  { key: 'loader', format: 'dataloader' },
  { key: 'mule', format: 'mulesoft' },
  { key: 'crm', format: 'template', fields: { sf_user: '{username}', sf_pass: '{password}{securityToken}' } },
] as const;

/** The format of one entry, as if it were a secret of its own. */
const formatNamed = (key: string) => {
  const entry = ENTRIES.find((candidate) => candidate.key === key);
  if (entry === undefined) throw new Error(`there is no entry "${key}"`);
  return formatOf({ ...entry, secret: key } as IntegrationConfig);
};

/** What the envelope holds before: keys of nobody's around entries as text and as an object. */
function envelopeText(login: Login, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(
    {
      about: 'kept by the billing team',
      worker: { owner: 'team-1', ...login, retries: 3 },
      'last edited': [2026, { by: 'ann' }],
      loader: `# nightly\nsfdc.username=x\nsfdc.password=y\nsfdc.endpoint=${login.loginUrl}/services/Soap/u/64.0\nprocess.name=accounts\n`,
      mule: 'timeout=30\n',
      crm: { sf_user: login.username, sf_pass: login.password + login.securityToken, tenant: 7 },
      notes: null,
      ...changes,
    },
    undefined,
    2,
  );
}

interface Options {
  readonly strategy?: 'single-user' | 'alternating-users';
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly text?: (login: Login) => string;
}

/** A credential whose renderings are all in one secret. */
async function start({ strategy = 'single-user', changes, text }: Options = {}) {
  const wire = new ScriptedWire();
  const bench = await RotationBench.start({
    wire,
    scenario: { source: 'unchanged', integrations: 0, strategy },
  });
  const old = bench.secrets.login(SECRET);
  const content = text?.(old) ?? envelopeText(old, changes);
  bench.sandbox.secretsManager.createSecret({ Name: ENVELOPE, SecretString: content });
  bench.configureCredential((credential) => {
    credential.delivery = 'envelope';
    credential.envelope = { secret: ENVELOPE };
    credential.integrations = ENTRIES.map((entry) => ({ ...entry }));
  });
  return { bench, wire, old };
}

/** What the reader of one entry logs in with. */
function loginOf({ secrets }: RotationBench, key: string): Login {
  const entry = secrets.json(ENVELOPE)[key];
  const reading = formatNamed(key).parse(
    Redacted.of(typeof entry === 'string' ? entry : JSON.stringify(entry)),
  );
  if (reading.kind !== 'login') throw new Error(`entry "${key}": ${reading.problem}`);
  const { username, combinedPassword, loginUrl = secrets.login(SECRET).loginUrl } = reading.login;
  return { username, password: combinedPassword.open((text) => text), securityToken: '', loginUrl };
}

async function answers(bench: RotationBench): Promise<readonly string[]> {
  return Promise.all(ENTRIES.map(({ key }) => logInAsIntegration(loginOf(bench, key))));
}
const ACCEPTED = ENTRIES.map(() => 'accepted');

afterEach(() => RotationBench.closeAll());

describe('all renderings in one secret', () => {
  test('are swapped by one move of one label, and everything else stays to the byte', async () => {
    const { bench, wire, old } = await start();
    const before = bench.secrets.text(ENVELOPE);
    const moves: string[] = [];
    wire.on({
      operation: 'UpdateSecretVersionStage',
      target: ENVELOPE,
      when: 'after',
      does: () => void moves.push(bench.secrets.versionWith(ENVELOPE, 'AWSCURRENT') ?? ''),
    });
    const base = bench.secrets.versionWith(ENVELOPE, 'AWSCURRENT');
    await bench.rotate();
    expect(await answers(bench)).toEqual(ACCEPTED);
    expect(bench.secrets.login(SECRET).password).not.toBe(old.password);
    // The swap, and the staged label that is taken off.
    expect(moves).toHaveLength(2);
    expect(new Set(moves).size).toBe(1);
    expect(moves[0]).not.toBe(base);
    expect(bench.secrets.versionWith(ENVELOPE, 'ROTATION_STAGED')).toBeUndefined();

    const after = bench.secrets.text(ENVELOPE);
    expect(Object.keys(JSON.parse(after))).toEqual(Object.keys(JSON.parse(before)));
    expect(after.split('\n')[1]).toBe('  "about": "kept by the billing team",');
    expect(after).toContain(before.slice(before.indexOf('  "last edited"'), before.indexOf('  "loader"')));
    expect(after).toContain('\n    "retries": 3\n');
    expect(after).toMatch(/"loader": "# nightly\\nsfdc\.username=.*\\nprocess\.name=accounts\\n",\n/);
    expect(after.endsWith('"tenant": 7\n  },\n  "notes": null\n}')).toBe(true);
  });

  test('an entry that is not there yet is added as text', async () => {
    const { bench } = await start({ changes: { worker: undefined, mule: undefined } });
    await bench.rotate();
    const keys = Object.keys(bench.secrets.json(ENVELOPE));
    expect(keys.slice(-3)).toEqual(['notes', 'worker', 'mule']);
    expect(typeof bench.secrets.json(ENVELOPE)['worker']).toBe('string');
    expect(await answers(bench)).toEqual(ACCEPTED);
  });

  test('and two users that take turns', async () => {
    const { bench } = await start({ strategy: 'alternating-users' });
    await bench.rotate();
    expect(loginOf(bench, 'mule').username).toBe(OTHER_USERNAME);
    expect(await answers(bench)).toEqual(ACCEPTED);
    await bench.ask('rollback');
    await bench.untilIdle();
    expect(loginOf(bench, 'crm').username).toBe(USERNAME);
    expect(await answers(bench)).toEqual(ACCEPTED);
  });

  test('entries that disagree have strayed, and are brought forward together', async () => {
    const { bench } = await start();
    await bench.rotate();
    const previous = bench.secrets.json(ENVELOPE, 'AWSPREVIOUS');
    const edited = bench.secrets.edit(ENVELOPE, { crm: previous['crm'], extra: true });
    await bench.jump(HOUR + LOOK_EVERY);
    expect(await answers(bench)).toEqual(ACCEPTED);
    expect(bench.secrets.json(ENVELOPE)['extra']).toBe(true);
    expect(bench.secrets.versionWith(ENVELOPE, 'AWSPREVIOUS')).toBe(edited);
    expect((await bench.historyTypes()).filter((type) => type.startsWith('Drift'))).toEqual([
      'Drift Found',
      'Drift Mended',
    ]);
  });
});

/** A text of nobody's that fills the envelope up to so many bytes. */
const filledTo = (bytes: number) => (login: Login) => {
  const empty = envelopeText(login, { filling: '' });
  return envelopeText(login, { filling: 'x'.repeat(bytes - Buffer.byteLength(empty)) });
};

describe('what cannot be written is refused before Salesforce hears of anything', () => {
  test.each<[string, Options, string]>([
    [
      'an entry that is a number',
      { changes: { mule: 7 } },
      'in its entry "mule", it is neither text nor a JSON object',
    ],
    [
      'an entry that is a list',
      { changes: { mule: [] } },
      'in its entry "mule", it is neither text nor a JSON object',
    ],
    [
      'an entry that is null',
      { changes: { worker: null } },
      'in its entry "worker", it is neither text nor a JSON object',
    ],
    [
      'an entry that is not its format',
      { changes: { crm: 'sf_user=x' } },
      'in its entry "crm", it is no JSON object',
    ],
    ['an envelope that is no JSON', { text: () => 'worker=x' }, 'it is no JSON object'],
    [
      'an entry twice',
      { text: (login) => envelopeText(login).replace('"notes"', '"crm"') },
      'it has a duplicate key "crm"',
    ],
  ])('%s: the secret and the place are named', async (_name, options, problem) => {
    const { bench } = await start(options);
    const before = bench.fingerprint();
    await bench.request();
    const { phase, blocked } = await bench.state();
    expect([phase, blocked?.refusal.code]).toEqual(['blocked', 'integration-secret-unusable']);
    expect(blocked?.refusal.message).toContain(`"${ENVELOPE}" cannot be written in its format: ${problem}`);
    expect(bench.fingerprint()).toEqual(before);
  });

  test('one that the largest credential would make too large', async () => {
    const { bench } = await start({ text: filledTo(65_536) });
    const before = bench.fingerprint();
    await bench.request();
    const { blocked } = await bench.state();
    expect(blocked?.refusal.message).toMatch(
      /"billing\/envelope" cannot be written in its format: with the credential in it, it would be 6\d,\d{3} bytes, and a secret holds 65,536\. Salesforce was not touched\.$/,
    );
    expect(bench.fingerprint()).toEqual(before);
    bench.secrets.put(ENVELOPE, filledTo(60_000)(bench.secrets.login(SECRET)));
    await bench.resumeUntilIdle();
    expect(await answers(bench)).toEqual(ACCEPTED);
  });
});
