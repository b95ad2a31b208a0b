import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Harness, refused, START, token } from './harness.ts';

let sandbox: Harness;

beforeEach(async () => {
  sandbox = await Harness.start();
});

afterEach(() => sandbox.stop());

async function create(SecretString = 'one', id = token('first')) {
  return sandbox.client.send(
    new CreateSecretCommand({ Name: 'app/db', SecretString, ClientRequestToken: id }),
  );
}

async function put(name: string, SecretString: string, VersionStages?: string[]) {
  return sandbox.client.send(
    new PutSecretValueCommand({
      SecretId: 'app/db',
      ClientRequestToken: token(name),
      SecretString,
      ...(VersionStages ? { VersionStages } : {}),
    }),
  );
}

async function stages() {
  const described = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 'app/db' }));
  return described.VersionIdsToStages;
}

describe('CreateSecret (API_CreateSecret)', () => {
  test('the ARN is the name and six random characters', async () => {
    const { ARN, Name } = await create();
    expect(Name).toBe('app/db');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:111122223333:secret:app\/db-[A-Za-z0-9]{6}$/);
  });

  test('the token becomes the id of the first version, which is AWSCURRENT', async () => {
    expect((await create()).VersionId).toBe(token('first'));
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT'] });
  });

  test('a repeated request with the same token and value is ignored', async () => {
    const { ARN } = await create();
    expect((await create()).ARN).toBe(ARN);
  });

  test('a name that exists is refused', async () => {
    await create();
    await refused(create('two'), 'ResourceExistsException');
    await refused(create('one', token('other')), 'ResourceExistsException');
  });

  test('without a value there is no version to read', async () => {
    const made = await sandbox.client.send(new CreateSecretCommand({ Name: 'empty' }));
    expect(made.VersionId).toBeUndefined();
    await refused(sandbox.value('empty'), 'ResourceNotFoundException', /staging label: AWSCURRENT/);
  });

  test.each(['no spaces', 'no#hash', 'no:colon', 'ä'])(
    'names have letters, digits and /_+=.@- only: %s',
    async (Name) => {
      await refused(sandbox.client.send(new CreateSecretCommand({ Name })), 'InvalidParameterException');
    },
  );

  test('a version id has 32 to 64 characters', async () => {
    await refused(create('one', 'a'.repeat(31)), 'InvalidParameterException', /32-64/);
    await refused(create('one', 'a'.repeat(65)), 'InvalidParameterException', /32-64/);
    expect((await create('one', 'a'.repeat(32))).VersionId).toHaveLength(32);
  });
});

describe('PutSecretValue (API_PutSecretValue)', () => {
  beforeEach(() => create());

  test('without labels the new version becomes AWSCURRENT and the old one AWSPREVIOUS', async () => {
    await put('second', 'two');
    expect(await stages()).toEqual({
      [token('first')]: ['AWSPREVIOUS'],
      [token('second')]: ['AWSCURRENT'],
    });
  });

  test('AWSPREVIOUS leaves the version before, which is then deprecated', async () => {
    await put('second', 'two');
    await put('third', 'three');
    expect(await stages()).toEqual({
      [token('second')]: ['AWSPREVIOUS'],
      [token('third')]: ['AWSCURRENT'],
    });
  });

  test('with labels of its own a new version leaves AWSCURRENT where it is', async () => {
    const answer = await put('staged', 'two', ['ROTATION_STAGED']);
    expect(answer.VersionStages).toEqual(['ROTATION_STAGED']);
    expect(await sandbox.value('app/db')).toBe('one');
    expect(await sandbox.value('app/db', 'ROTATION_STAGED')).toBe('two');
  });

  test('the first version becomes AWSCURRENT whatever its labels', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 'empty' }));
    const answer = await sandbox.client.send(
      new PutSecretValueCommand({ SecretId: 'empty', SecretString: 'v', VersionStages: ['MINE'] }),
    );
    expect(answer.VersionStages).toEqual(['MINE', 'AWSCURRENT']);
  });

  test('a label is on one version at a time: it moves to the newer version', async () => {
    await put('a', 'A', ['MINE']);
    await put('b', 'B', ['MINE']);
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT'], [token('b')]: ['MINE'] });
  });

  test('a version is immutable: its token with another value is refused', async () => {
    await put('second', 'two');
    await refused(put('second', 'changed'), 'ResourceExistsException');
    expect(await sandbox.value('app/db')).toBe('two');
  });

  test('a repetition with the same value does nothing, not even move labels', async () => {
    await put('second', 'two');
    await put('third', 'three');
    const repeated = await put('second', 'two', ['AWSCURRENT']);
    expect(repeated.VersionStages).toEqual(['AWSPREVIOUS']);
    expect(await sandbox.value('app/db')).toBe('three');
  });

  test('the same text as binary is another value', async () => {
    await put('second', 'two');
    await refused(
      sandbox.client.send(
        new PutSecretValueCommand({
          SecretId: 'app/db',
          ClientRequestToken: token('second'),
          SecretBinary: Buffer.from('two'),
        }),
      ),
      'ResourceExistsException',
    );
  });

  test('text or binary, not both and not neither', async () => {
    const both = { SecretString: 'a', SecretBinary: Buffer.from('a') };
    await refused(
      sandbox.client.send(new PutSecretValueCommand({ SecretId: 'app/db', ...both })),
      'InvalidParameterException',
    );
    await refused(
      sandbox.client.send(new PutSecretValueCommand({ SecretId: 'app/db' })),
      'InvalidParameterException',
    );
  });

  test('a call takes 1 to 20 labels', async () => {
    await refused(put('none', 'x', []), 'InvalidParameterException');
    const many = Array.from({ length: 21 }, (_, index) => `L${index}`);
    await refused(put('many', 'x', many), 'InvalidParameterException');
  });

  test('a secret has at most 20 labels over all its versions (reference_limits)', async () => {
    await put(
      'full',
      'x',
      Array.from({ length: 19 }, (_, index) => `L${index}`),
    );
    await refused(put('more', 'y', ['ONE_MORE']), 'LimitExceededException');
    expect(Object.keys((await stages()) ?? {})).toHaveLength(2);
  });
});

describe('values', () => {
  test('UTF-8 text comes back as it went in', async () => {
    const text = '{"password":"Grüße 🔑 \u0000 \\"\u2028"}';
    await create(text);
    expect(await sandbox.value('app/db')).toBe(text);
  });

  test('a value has at most 65,536 bytes, counted in UTF-8 (reference_limits)', async () => {
    await refused(create('é'.repeat(32_769)), 'InvalidParameterException', /65536/);
    await create('é'.repeat(32_768));
    expect(await sandbox.value('app/db')).toHaveLength(32_768);
  });

  test('bytes come back as they went in', async () => {
    const bytes = Uint8Array.from([0, 255, 128, 10]);
    await sandbox.client.send(new CreateSecretCommand({ Name: 'bin', SecretBinary: bytes }));
    const read = await sandbox.client.send(new GetSecretValueCommand({ SecretId: 'bin' }));
    expect(read.SecretString).toBeUndefined();
    expect(Uint8Array.from(read.SecretBinary ?? [])).toEqual(bytes);
  });

  test('dates travel as epoch seconds and arrive as the clock had them', async () => {
    await create();
    const read = await sandbox.client.send(new GetSecretValueCommand({ SecretId: 'app/db' }));
    expect(read.CreatedDate).toEqual(START);
  });
});

describe('UpdateSecret (API_UpdateSecret)', () => {
  beforeEach(() => create());

  const update = (input: object) =>
    sandbox.client.send(new UpdateSecretCommand({ SecretId: 'app/db', ...input }));

  test('a new value becomes AWSCURRENT', async () => {
    const answer = await update({ SecretString: 'two', ClientRequestToken: token('second') });
    expect(answer.VersionId).toBe(token('second'));
    expect(await sandbox.value('app/db', 'AWSPREVIOUS')).toBe('one');
  });

  test('metadata alone makes no version and moves LastChangedDate', async () => {
    sandbox.clock.advance({ seconds: 60 });
    const answer = await update({ Description: 'of the shop' });
    expect(answer.VersionId).toBeUndefined();
    const described = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 'app/db' }));
    expect(described.Description).toBe('of the shop');
    expect(described.LastChangedDate).toEqual(sandbox.clock.now());
    expect(Object.keys(described.VersionIdsToStages ?? {})).toEqual([token('first')]);
  });

  test('the id of an existing version is refused even with the same value', async () => {
    await refused(
      update({ SecretString: 'one', ClientRequestToken: token('first') }),
      'ResourceExistsException',
    );
  });
});

describe('deprecated versions', () => {
  const ids = async (IncludeDeprecated: boolean) => {
    const listed = await sandbox.client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'app/db', IncludeDeprecated }),
    );
    return (listed.Versions ?? []).map((version) => version.VersionId);
  };

  test('a version without labels is listed with IncludeDeprecated only (API_ListSecretVersionIds)', async () => {
    await create();
    await put('second', 'two');
    await put('third', 'three');
    expect(await ids(false)).toEqual([token('second'), token('third')]);
    expect(await ids(true)).toEqual([token('first'), token('second'), token('third')]);
  });

  test('it can still be read by its id', async () => {
    await create();
    await put('second', 'two');
    await put('third', 'three');
    const read = await sandbox.client.send(
      new GetSecretValueCommand({ SecretId: 'app/db', VersionId: token('first') }),
    );
    expect(read.SecretString).toBe('one');
    expect(read.VersionStages ?? []).toEqual([]);
  });

  test('over 100 versions, unlabelled ones older than 24 hours are deleted, younger ones kept', async () => {
    await create();
    for (let index = 0; index < 110; index += 1) await put(`v${index}x`, `${index}`);
    const engineCount = () =>
      sandbox.engine.listSecretVersionIds({ SecretId: 'app/db', IncludeDeprecated: true, MaxResults: 100 });
    expect(engineCount().NextToken).toBeDefined();
    sandbox.clock.advance({ hours: 25 });
    await put('newest', 'n');
    const left = engineCount();
    expect(left.NextToken).toBeUndefined();
    expect(left.Versions).toHaveLength(100);
    expect(await sandbox.value('app/db', 'AWSPREVIOUS')).toBe('109');
  });

  test('pages of version ids join to the whole list', async () => {
    await create();
    await put('second', 'two');
    const first = await sandbox.client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'app/db', MaxResults: 1 }),
    );
    expect(first.Versions).toHaveLength(1);
    const second = await sandbox.client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'app/db', MaxResults: 1, NextToken: first.NextToken }),
    );
    expect(second.Versions?.[0]?.VersionId).toBe(token('second'));
    expect(second.NextToken).toBeUndefined();
    await refused(
      sandbox.client.send(new ListSecretVersionIdsCommand({ SecretId: 'app/db', NextToken: 'bogus' })),
      'InvalidNextTokenException',
    );
  });
});
