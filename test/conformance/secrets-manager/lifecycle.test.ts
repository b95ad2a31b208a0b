import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Harness, refused, START, token } from './harness.ts';

let sandbox: Harness;

beforeEach(async () => {
  sandbox = await Harness.start();
});

afterEach(() => sandbox.stop());

const create = (Name: string, more: object = {}) =>
  sandbox.client.send(new CreateSecretCommand({ Name, SecretString: 'v', ...more }));
const remove = (more: object = {}) =>
  sandbox.client.send(new DeleteSecretCommand({ SecretId: 's', ...more }));

describe('DeleteSecret and RestoreSecret (API_DeleteSecret, API_RestoreSecret)', () => {
  beforeEach(() => create('s'));

  test('the recovery window is 30 days unless 7 to 30 are asked for', async () => {
    const answer = await remove();
    expect(answer.DeletionDate).toEqual(new Date(START.getTime() + 30 * 86_400_000));
    await refused(remove({ RecoveryWindowInDays: 6 }), 'InvalidParameterException');
    await refused(remove({ RecoveryWindowInDays: 31 }), 'InvalidParameterException');
  });

  test('a secret scheduled for deletion is neither read nor written, but described', async () => {
    await remove();
    await refused(sandbox.value('s'), 'InvalidRequestException', /deletion/);
    const put = new PutSecretValueCommand({ SecretId: 's', SecretString: 'w' });
    await refused(sandbox.client.send(put), 'InvalidRequestException');
    const move = { SecretId: 's', VersionStage: 'X', MoveToVersionId: token('x') };
    await refused(sandbox.client.send(new UpdateSecretVersionStageCommand(move)), 'InvalidRequestException');
    await refused(remove(), 'InvalidRequestException');
    const described = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
    expect(described.DeletedDate).toBeDefined();
    await sandbox.client.send(new ListSecretVersionIdsCommand({ SecretId: 's' }));
  });

  test('its name is taken until the end of the window', async () => {
    await remove({ RecoveryWindowInDays: 7 });
    await refused(create('s'), 'InvalidRequestException', /scheduled for deletion/);
    sandbox.clock.advance({ days: 7 });
    await refused(sandbox.value('s'), 'ResourceNotFoundException');
    await create('s');
  });

  test('restoring cancels the deletion', async () => {
    await remove();
    await sandbox.client.send(new RestoreSecretCommand({ SecretId: 's' }));
    expect(await sandbox.value('s')).toBe('v');
  });

  test('a forced deletion is at once, also of what is deleted or was never there', async () => {
    await remove();
    await remove({ ForceDeleteWithoutRecovery: true });
    await remove({ ForceDeleteWithoutRecovery: true });
    await refused(sandbox.value('s'), 'ResourceNotFoundException');
    await create('s');
  });

  test('force and a recovery window exclude each other', async () => {
    await refused(
      remove({ ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 }),
      'InvalidParameterException',
    );
  });

  test('a new secret of the same name has another ARN (API_CreateSecret)', async () => {
    const old = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
    await remove({ ForceDeleteWithoutRecovery: true });
    expect((await create('s')).ARN).not.toBe(old.ARN);
  });
});

describe('tags (API_TagResource, API_UntagResource)', () => {
  const tags = async () => (await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }))).Tags;

  test('are added, replaced by key, and removed; keys are case-sensitive', async () => {
    await create('s', { Tags: [{ Key: 'env', Value: 'test' }] });
    const Tags = [
      { Key: 'env', Value: 'prod' },
      { Key: 'ENV', Value: 'x' },
    ];
    await sandbox.client.send(new TagResourceCommand({ SecretId: 's', Tags }));
    expect(await tags()).toEqual(Tags);
    await sandbox.client.send(new UntagResourceCommand({ SecretId: 's', TagKeys: ['ENV', 'none'] }));
    expect(await tags()).toEqual([{ Key: 'env', Value: 'prod' }]);
  });
});

describe('ListSecrets (API_ListSecrets)', () => {
  const names = async (input: object) =>
    (await sandbox.client.send(new ListSecretsCommand(input))).SecretList?.map((secret) => secret.Name);

  beforeEach(async () => {
    await create('shop/a', { Description: 'Payment gateway' });
    await create('shop/B', { Tags: [{ Key: 'team', Value: 'blue' }] });
    await create('other');
  });

  test('the name filter is a case-sensitive prefix; ! negates it', async () => {
    expect(await names({ Filters: [{ Key: 'name', Values: ['shop/'] }] })).toEqual(['shop/a', 'shop/B']);
    expect(await names({ Filters: [{ Key: 'name', Values: ['Shop'] }] })).toEqual([]);
    expect(await names({ Filters: [{ Key: 'name', Values: ['!shop'] }] })).toEqual(['other']);
  });

  test('values of a filter are alternatives, filters are all met', async () => {
    const shop = { Key: 'name' as const, Values: ['shop/', 'other'] };
    expect(await names({ Filters: [shop, { Key: 'description', Values: ['payment'] }] })).toEqual(['shop/a']);
    expect(await names({ Filters: [shop, { Key: 'tag-value', Values: ['blue'] }] })).toEqual(['shop/B']);
    expect(await names({ Filters: [{ Key: 'all', Values: ['GATEWAY'] }] })).toEqual(['shop/a']);
  });

  test('pages join to the whole list, in the order asked for', async () => {
    const first = await sandbox.client.send(new ListSecretsCommand({ MaxResults: 2, SortBy: 'name' }));
    expect(first.SecretList?.map((secret) => secret.Name)).toEqual(['other', 'shop/B']);
    expect(await names({ MaxResults: 2, SortBy: 'name', NextToken: first.NextToken })).toEqual(['shop/a']);
    expect(await names({ SortBy: 'name', SortOrder: 'desc' })).toEqual(['shop/a', 'shop/B', 'other']);
  });

  test('secrets scheduled for deletion are listed with IncludePlannedDeletion only', async () => {
    await sandbox.client.send(new DeleteSecretCommand({ SecretId: 'other' }));
    expect(await names({})).toEqual(['shop/a', 'shop/B']);
    expect(await names({ IncludePlannedDeletion: true })).toContain('other');
  });
});

describe('GetRandomPassword (API_GetRandomPassword)', () => {
  const password = async (input: object) =>
    (await sandbox.client.send(new GetRandomPasswordCommand(input))).RandomPassword ?? '';

  test('has 32 characters of every type by default', async () => {
    const made = await password({});
    expect(made).toHaveLength(32);
    for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9 ]/]) expect(made).toMatch(type);
  });

  test('has none of what is excluded', async () => {
    const made = await password({
      PasswordLength: 500,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'abc0',
    });
    expect(made).toMatch(/^[d-z1-9]{500}$/);
  });

  test('is refused when nothing is left, or there is no room for every type', async () => {
    await refused(password({ PasswordLength: 3 }), 'InvalidParameterException');
    const nothing = {
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludeNumbers: true,
      ExcludePunctuation: true,
    };
    await refused(password(nothing), 'InvalidParameterException');
  });
});
