import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  planStage,
  removeStagedLabels,
  type StagePlan,
  writeStage,
} from '../../../../lib/core/commit/stage.ts';
import { sweep } from '../../../../lib/core/commit/sweep.ts';
import type { CredentialValue } from '../../../../lib/core/domain/credential-value.ts';
import type { StagedPair } from '../../../../lib/core/domain/state.ts';
import { CommitNotPossible, SecretStoreFault } from '../../../../lib/core/errors.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingCredential,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../../support/billing.ts';

const NAMES = ['etl', 'mule', 'crm'];
const CREDENTIAL = billingCredential({ integrations: NAMES.map((secret) => ({ secret, format: 'json' })) });
const NEW: CredentialValue = {
  kind: 'password',
  username: USERNAME,
  password: Redacted.of('new-Passw0rd'),
  securityToken: Redacted.of('newToken'),
  loginUrl: LOGIN_URL,
  passwordChangedAt: undefined,
  rotationId: 'r',
};
const OLD = { owner: 'team', username: USERNAME, password: 'old', securityToken: 'old', loginUrl: LOGIN_URL };
const TOKEN = 'request-token';

let ports: MemoryPorts;
const integration = (secret: string) => ({ secret, format: 'json' }) as const;
const passwordIn = (secret: string, label?: string) => {
  const text = ports.secrets.text(secret, label);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>)['password'];
};
const read = async (secret: string) => (await ports.secrets.readCurrent([secret])).get(secret);
const plan = async (secret: string) => planStage(integration(secret), await read(secret), NEW, TOKEN);

async function stage(secret: string): Promise<StagedPair> {
  const planned = await plan(secret);
  if (planned.kind !== 'stage') throw new Error('nothing to stage');
  return writeStage(ports.secrets, planned);
}
const stageAll = () => Promise.all(NAMES.map(stage));
const sweepAll = async (pairs: readonly StagedPair[], isOurs = true) => {
  const result = await sweep(ports, CREDENTIAL, NEW, TOKEN, pairs, async () => isOurs);
  if (result === 'superseded') throw new Error('the sweep found itself superseded');
  return result;
};

beforeEach(() => {
  ports = memoryPorts();
  for (const name of NAMES) ports.secrets.create(name, JSON.stringify(OLD));
});

describe('staging', () => {
  test('puts the rendering beside what is current, which stays', async () => {
    const pair = await stage('etl');
    expect(passwordIn('etl')).toBe('old');
    expect(passwordIn('etl', 'ROTATION_STAGED')).toBe('new-Passw0rd');
    expect(JSON.parse(ports.secrets.text('etl', 'ROTATION_STAGED') ?? '')).toMatchObject({ owner: 'team' });
    expect(ports.secrets.labelsOf('etl')).toEqual({ AWSCURRENT: pair.base, ROTATION_STAGED: pair.staged });
  });

  test('again is the same version; on another base, or for another commit, it is another', async () => {
    const first = await stage('etl');
    expect(await stage('etl')).toEqual(first);
    const other = planStage(integration('etl'), await read('etl'), NEW, 'other-token') as Extract<
      StagePlan,
      { kind: 'stage' }
    >;
    expect(other.pair.staged).not.toBe(first.staged);
    ports.secrets.edit('etl', JSON.stringify({ ...OLD, owner: 'other team' }));
    expect((await stage('etl')).staged).not.toBe(first.staged);
  });

  test('needs nothing where the secret logs in with the credential already', async () => {
    const versionId = ports.secrets.edit(
      'etl',
      JSON.stringify({ ...OLD, password: 'new-Passw0rd', securityToken: 'newToken' }),
    );
    expect(await plan('etl')).toEqual({ kind: 'carries', base: versionId });
  });

  test.each([
    ['is gone', undefined, 'it was not returned'],
    ['cannot be read', { kind: 'absent', problem: 'access is denied' } as const, 'access is denied'],
    [
      'is not of its format',
      { kind: 'found', versionId: 'v', text: Redacted.of('plain'), arn: 'a' } as const,
      'it is no JSON object',
    ],
  ])('is refused where the secret %s, by name', (_case, held, problem) => {
    const refused = () => planStage(integration('etl'), held, NEW, TOKEN);
    expect(refused).toThrow(CommitNotPossible);
    expect(refused).toThrow(`The integration secret "etl" cannot be staged: ${problem}. Nothing is current`);
  });

  test('is refused where another rendering has that version', async () => {
    const planned = await plan('etl');
    if (planned.kind !== 'stage') throw new Error('nothing to stage');
    await ports.secrets.write('etl', {
      versionId: planned.pair.staged,
      text: Redacted.of('x'),
      labels: ['X'],
    });
    await expect(writeStage(ports.secrets, planned)).rejects.toThrow('another rendering is stored');
  });

  test('labels are taken away; one that cannot be is only logged', async () => {
    const pairs = await stageAll();
    ports.secrets.before = (operation, secret) => {
      if (operation === 'moveLabel' && secret === 'mule') throw new SecretStoreFault('throttled');
    };
    await removeStagedLabels(ports, pairs);
    expect(NAMES.map((name) => 'ROTATION_STAGED' in ports.secrets.labelsOf(name))).toEqual([
      false,
      true,
      false,
    ]);
    expect(ports.telemetry.warnings).toEqual([
      'the staged label of "mule" could not be removed; it is harmless',
    ]);
  });
});

describe('sweeping', () => {
  test('makes every staged rendering current', async () => {
    const pairs = await stageAll();
    const result = await sweepAll(pairs);
    expect(NAMES.map((name) => passwordIn(name))).toEqual(['new-Passw0rd', 'new-Passw0rd', 'new-Passw0rd']);
    expect(result.current).toEqual(pairs.map(({ secret, staged }) => ({ secret, staged })));
    expect(result.firstFlipAt).toBe('2026-11-01T12:00:00.000Z');
    for (const { secret, base } of pairs) expect(ports.secrets.labelsOf(secret)['AWSPREVIOUS']).toBe(base);
  });

  test('again changes nothing', async () => {
    const pairs = await stageAll();
    await sweepAll(pairs);
    const before = NAMES.map((name) => ports.secrets.labelsOf(name));
    await sweepAll(pairs);
    await sweepAll([]);
    expect(NAMES.map((name) => ports.secrets.labelsOf(name))).toEqual(before);
  });

  test('an edit made after the staging survives: rendered on the edit, staged anew, swapped', async () => {
    const pairs = await stageAll();
    const edit = ports.secrets.edit('mule', JSON.stringify({ ...OLD, owner: 'new owner', batchSize: 7 }));
    const result = await sweepAll(pairs);
    expect(JSON.parse(ports.secrets.text('mule') ?? '')).toEqual({
      ...OLD,
      owner: 'new owner',
      batchSize: 7,
      password: 'new-Passw0rd',
      securityToken: 'newToken',
    });
    expect(result.current.map(({ secret }) => secret)).toEqual(NAMES);
    expect(ports.secrets.labelsOf('mule')['AWSPREVIOUS']).toBe(edit);
  });

  test('an edit between reading and swapping costs another round', async () => {
    const pairs = await stageAll();
    let edits = 0;
    ports.secrets.before = (operation, secret) => {
      if (operation === 'moveLabel' && secret === 'mule' && edits < 3)
        ports.secrets.edit('mule', JSON.stringify({ ...OLD, edit: ++edits }));
    };
    await sweepAll(pairs);
    expect(JSON.parse(ports.secrets.text('mule') ?? '')).toMatchObject({ edit: 3, password: 'new-Passw0rd' });
  });

  test('a secret that is edited without end is left as edited, and the run says so', async () => {
    const pairs = await stageAll();
    let edits = 0;
    ports.secrets.before = (operation, secret) => {
      if (operation === 'moveLabel' && secret === 'mule')
        ports.secrets.edit('mule', JSON.stringify({ ...OLD, edit: ++edits }));
    };
    await expect(sweepAll(pairs)).rejects.toThrow(
      'keep being edited during the swap. No edit was overwritten',
    );
    expect(edits).toBe(6);
    expect(JSON.parse(ports.secrets.text('mule') ?? '')).toMatchObject({ edit: 6 });
    expect([passwordIn('etl'), passwordIn('crm')]).toEqual(['new-Passw0rd', 'new-Passw0rd']);

    ports.secrets.before = () => undefined;
    await sweepAll(pairs);
    expect(passwordIn('mule')).toBe('new-Passw0rd');
  });

  test('one that fails keeps none of the others from being swapped', async () => {
    const pairs = await stageAll();
    ports.secrets.before = (operation, secret) => {
      if (operation === 'moveLabel' && secret === 'etl') throw new SecretStoreFault('throttled');
    };
    await expect(sweepAll(pairs)).rejects.toThrow('throttled');
    expect(NAMES.map((name) => passwordIn(name))).toEqual(['old', 'new-Passw0rd', 'new-Passw0rd']);
  });

  test('a run that stood still while others completed the commit moves nothing, and says so', async () => {
    const pairs = await stageAll();
    await sweepAll(pairs);
    // Others have rotated again since.
    for (const name of NAMES) ports.secrets.edit(name, JSON.stringify({ ...OLD, password: 'newer' }));
    const before = NAMES.map((name) => ports.secrets.labelsOf(name));
    const result = await sweep(ports, CREDENTIAL, NEW, TOKEN, pairs, async () => false);
    expect(result).toBe('superseded');
    expect(NAMES.map((name) => ports.secrets.labelsOf(name))).toEqual(before);
    expect(NAMES.map((name) => passwordIn(name))).toEqual(['newer', 'newer', 'newer']);
  });

  test('whether it is superseded is asked after what is left was read, and before anything is written', async () => {
    const pairs = await stageAll();
    ports.secrets.edit('mule', JSON.stringify({ ...OLD, owner: 'new owner' }));
    const calls: string[] = [];
    ports.secrets.before = (operation) => void calls.push(operation);
    await sweep(ports, CREDENTIAL, NEW, TOKEN, pairs, async () => {
      calls.push('asked');
      return true;
    });
    const asked = calls.indexOf('asked');
    expect(calls.slice(0, asked)).toEqual(['moveLabel', 'moveLabel', 'moveLabel', 'readCurrent']);
    expect(calls.slice(asked + 1)).toEqual(['write', 'moveLabel', 'readCurrent']);
  });

  test('is not asked where nothing is left: what all carry is what was decided on', async () => {
    const pairs = await stageAll();
    const result = await sweep(ports, CREDENTIAL, NEW, TOKEN, pairs, async () => {
      throw new Error('asked in vain');
    });
    expect(result).toMatchObject({ current: pairs.map(({ secret, staged }) => ({ secret, staged })) });
  });

  test('goes on where a run died half-way, without the pairs too', async () => {
    const [first] = await stageAll();
    if (first === undefined) throw new Error('nothing staged');
    await ports.secrets.moveLabel(first.secret, { label: 'AWSCURRENT', from: first.base, to: first.staged });
    await sweepAll([]);
    expect(NAMES.map((name) => passwordIn(name))).toEqual(['new-Passw0rd', 'new-Passw0rd', 'new-Passw0rd']);
  });
});
