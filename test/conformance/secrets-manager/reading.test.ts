import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Harness, refused, START, token } from './harness.ts';

const ONE = token('one');
const TWO = token('two');

let sandbox: Harness;

beforeEach(async () => {
  sandbox = await Harness.start();
});

afterEach(() => sandbox.stop());

async function create(Name: string, SecretString = `value of ${Name}`): Promise<string> {
  const made = await sandbox.client.send(
    new CreateSecretCommand({ Name, SecretString, ClientRequestToken: ONE }),
  );
  return made.ARN ?? '';
}

describe('GetSecretValue (API_GetSecretValue)', () => {
  const get = (selection: object) =>
    sandbox.client.send(new GetSecretValueCommand({ SecretId: 's', ...selection }));

  beforeEach(async () => {
    await create('s', '1');
    await sandbox.client.send(
      new PutSecretValueCommand({ SecretId: 's', SecretString: '2', ClientRequestToken: TWO }),
    );
  });

  test('answers the AWSCURRENT version by default', async () => {
    expect(await get({})).toMatchObject({
      SecretString: '2',
      VersionId: TWO,
      VersionStages: ['AWSCURRENT'],
    });
  });

  test('answers the version with an id, or with a label', async () => {
    expect((await get({ VersionId: ONE })).SecretString).toBe('1');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('1');
  });

  test('an id and a label must mean the same version', async () => {
    expect((await get({ VersionId: ONE, VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('1');
    await refused(get({ VersionId: ONE, VersionStage: 'AWSCURRENT' }), 'InvalidRequestException');
  });

  test('a secret, version or label that is not there is not found', async () => {
    await refused(get({ SecretId: 'none' }), 'ResourceNotFoundException');
    await refused(get({ VersionId: token('none') }), 'ResourceNotFoundException');
    await refused(get({ VersionStage: 'NONE' }), 'ResourceNotFoundException', /staging label: NONE/);
  });

  test('a read is recorded by the day, and is no change (API_DescribeSecret)', async () => {
    sandbox.clock.advance({ hours: 30 });
    await get({});
    const described = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
    expect(described.LastAccessedDate).toEqual(new Date('2026-11-02T00:00:00Z'));
    expect(described.LastChangedDate).toEqual(START);
  });
});

describe('finding a secret (troubleshoot, ARN_secretnamehyphen)', () => {
  test('by name, complete ARN, and ARN without the six characters', async () => {
    const arn = await create('team/app');
    for (const id of ['team/app', arn, arn.slice(0, -7)]) {
      expect(await sandbox.value(id)).toBe('value of team/app');
    }
  });

  test('a partial ARN that ends like a complete one is not completed', async () => {
    const arn = await create('app-abcdef');
    await refused(sandbox.value(arn.slice(0, -7)), 'ResourceNotFoundException');
    expect(await sandbox.value(arn)).toBe('value of app-abcdef');
  });

  test('an ARN of another account or Region is not found', async () => {
    const arn = await create('app');
    await refused(sandbox.value(arn.replace('111122223333', '999999999999')), 'ResourceNotFoundException');
    await refused(sandbox.value(arn.replace('eu-central-1', 'us-east-1')), 'ResourceNotFoundException');
  });

  test('a name is never a prefix', async () => {
    await create('app');
    await refused(sandbox.value('ap'), 'ResourceNotFoundException');
  });
});

describe('BatchGetSecretValue (API_BatchGetSecretValue)', () => {
  const batch = (input: object) => sandbox.client.send(new BatchGetSecretValueCommand(input));

  test('answers what it can and tells each failure by itself', async () => {
    const arn = await create('good');
    await create('deleted');
    await create('locked');
    await create('unusable');
    await sandbox.client.send(new DeleteSecretCommand({ SecretId: 'deleted' }));
    sandbox.engine.denyDecrypt('locked', true);
    sandbox.engine.denyDecrypt('unusable', true, 'DecryptionFailure');
    const answer = await batch({ SecretIdList: [arn, 'missing', 'deleted', 'locked', 'unusable'] });
    expect(answer.SecretValues?.map((value) => value.SecretString)).toEqual(['value of good']);
    expect(answer.Errors?.map((error) => [error.SecretId, error.ErrorCode])).toEqual([
      ['missing', 'ResourceNotFoundException'],
      ['deleted', 'InvalidRequestException'],
      ['locked', 'AccessDeniedException'],
      ['unusable', 'DecryptionFailure'],
    ]);
  });

  test('takes 1 to 20 ids', async () => {
    const ids = Array.from({ length: 21 }, (_, index) => `s${index}`);
    await refused(batch({ SecretIdList: ids }), 'InvalidParameterException');
    await refused(batch({ SecretIdList: [] }), 'InvalidParameterException');
    expect((await batch({ SecretIdList: ids.slice(1) })).Errors).toHaveLength(20);
  });

  test('takes ids or filters, not both and not neither', async () => {
    const Filters = [{ Key: 'name', Values: ['s'] }];
    await refused(batch({ SecretIdList: ['s'], Filters }), 'InvalidParameterException');
    await refused(batch({}), 'InvalidParameterException');
    await refused(batch({ SecretIdList: ['s'], MaxResults: 1 }), 'InvalidParameterException');
  });

  test('pages through what a filter finds', async () => {
    for (const name of ['shop/a', 'shop/b', 'other/c', 'shop/d']) await create(name);
    const Filters = [{ Key: 'name', Values: ['shop/'] }];
    const first = await batch({ Filters, MaxResults: 2 });
    const second = await batch({ Filters, MaxResults: 2, NextToken: first.NextToken });
    const names = [first, second].map((page) => page.SecretValues?.map((value) => value.Name));
    expect(names).toEqual([['shop/a', 'shop/b'], ['shop/d']]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('who may read', () => {
  beforeEach(() => create('s'));

  test('without permission on the KMS key reads are denied (security-encryption)', async () => {
    sandbox.engine.denyDecrypt('s', true);
    await refused(sandbox.value('s'), 'AccessDeniedException', /KMS/);
    sandbox.engine.denyDecrypt('s', false);
    expect(await sandbox.value('s')).toBe('value of s');
  });

  test('an unusable KMS key is a DecryptionFailure', async () => {
    sandbox.engine.denyDecrypt('s', true, 'DecryptionFailure');
    await refused(sandbox.value('s'), 'DecryptionFailure');
  });

  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const putPolicy = (ResourcePolicy: string, BlockPublicPolicy = false) =>
    sandbox.client.send(new PutResourcePolicyCommand({ SecretId: 's', ResourcePolicy, BlockPublicPolicy }));

  test('a resource policy is stored, denies everybody, and can be deleted (API_PutResourcePolicy)', async () => {
    const deny = policy({ Effect: 'Deny', Principal: '*', Action: 'secretsmanager:Get*', Resource: '*' });
    await putPolicy(deny);
    const stored = await sandbox.client.send(new GetResourcePolicyCommand({ SecretId: 's' }));
    expect(stored.ResourcePolicy).toBe(deny);
    await refused(sandbox.value('s'), 'AccessDeniedException', /explicit deny/);
    await sandbox.client.send(new DeleteResourcePolicyCommand({ SecretId: 's' }));
    expect(await sandbox.value('s')).toBe('value of s');
  });

  test('BlockPublicPolicy refuses a policy for everybody, and text that is no policy is refused', async () => {
    const open = policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });
    await refused(putPolicy(open, true), 'PublicPolicyException');
    await refused(putPolicy('{ nonsense'), 'MalformedPolicyDocumentException');
    await putPolicy(open);
  });
});
