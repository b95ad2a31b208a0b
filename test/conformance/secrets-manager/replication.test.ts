import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  StopReplicationToReplicaCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FUNCTION_ARN, refused, token } from './harness.ts';
import { HOME, Places } from './places.ts';

const REPLICA_REFUSAL =
  /^Operation not permitted on a replica secret\. Call must be made in primary secret's region\.$/;
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'secretsmanager:*', Resource: '*' }],
});

let places: Places;
let central: SecretsManagerClient;
let west: SecretsManagerClient;
let arn: string;

beforeEach(async () => {
  places = await Places.start();
  central = places.client(HOME.region);
  west = places.client('us-west-2');
  const created = await central.send(
    new CreateSecretCommand({
      Name: 'app',
      SecretString: 'one',
      ClientRequestToken: token('one'),
      Description: 'of the app',
      Tags: [{ Key: 'team', Value: 'crm' }],
    }),
  );
  arn = created.ARN ?? '';
});

afterEach(() => places.stop());

const replicate = (regions: readonly string[], options: { readonly overwrite?: boolean } = {}) =>
  central.send(
    new ReplicateSecretToRegionsCommand({
      SecretId: 'app',
      AddReplicaRegions: regions.map((Region) => ({ Region })),
      ...(options.overwrite ? { ForceOverwriteReplicaSecret: true } : {}),
    }),
  );
const put = (client: SecretsManagerClient, name: string, labels?: string[]) =>
  client.send(
    new PutSecretValueCommand({
      SecretId: 'app',
      SecretString: name,
      ClientRequestToken: token(name),
      ...(labels ? { VersionStages: labels } : {}),
    }),
  );
const describeIn = (client: SecretsManagerClient) =>
  client.send(new DescribeSecretCommand({ SecretId: 'app' }));
const valueIn = async (client: SecretsManagerClient, SecretId = 'app', VersionStage = 'AWSCURRENT') =>
  (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;

describe('a replica', () => {
  beforeEach(() => replicate(['us-west-2']));

  test("has the primary's ARN but for the Region, its value, description and tags (replicate-secrets)", async () => {
    const { ARN, Description, Tags, PrimaryRegion, VersionIdsToStages } = await describeIn(west);
    expect({ ARN, Description, Tags, PrimaryRegion, VersionIdsToStages }).toEqual({
      ARN: arn.replace('eu-central-1', 'us-west-2'),
      Description: 'of the app',
      Tags: [{ Key: 'team', Value: 'crm' }],
      PrimaryRegion: 'eu-central-1',
      VersionIdsToStages: { [token('one')]: ['AWSCURRENT'] },
    });
    expect(await valueIn(west, ARN)).toBe('one');
  });

  test('follows every version and label', async () => {
    await put(central, 'two', ['STAGED']);
    expect([await valueIn(west), await valueIn(west, 'app', 'STAGED')]).toEqual(['one', 'two']);
    await central.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'app',
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: token('one'),
        MoveToVersionId: token('two'),
      }),
    );
    expect(await valueIn(west)).toBe('two');
    expect((await describeIn(west)).VersionIdsToStages).toEqual(
      (await describeIn(central)).VersionIdsToStages,
    );
  });

  test('follows the resource policy, and has no rotation of its own', async () => {
    await central.send(new PutResourcePolicyCommand({ SecretId: 'app', ResourcePolicy: POLICY }));
    await central.send(
      new RotateSecretCommand({ SecretId: 'app', RotationLambdaARN: FUNCTION_ARN, RotateImmediately: false }),
    );
    const { ResourcePolicy } = await west.send(new GetResourcePolicyCommand({ SecretId: 'app' }));
    expect(ResourcePolicy).toBe(POLICY);
    expect((await describeIn(west)).RotationEnabled).toBeUndefined();
  });

  test('is listed in its Region, and found by the Region of its primary', async () => {
    const found = async (value: string) =>
      (await west.send(new ListSecretsCommand({ Filters: [{ Key: 'primary-region', Values: [value] }] })))
        .SecretList?.length;
    expect([await found('eu-central-1'), await found('us-west-2'), await found('!us-west-2')]).toEqual([
      1, 0, 1,
    ]);
  });

  const WRITES: readonly (readonly [string, (client: SecretsManagerClient) => Promise<unknown>])[] = [
    ['PutSecretValue', (client) => put(client, 'two')],
    ['UpdateSecret', (client) => client.send(new UpdateSecretCommand({ SecretId: 'app', Description: 'x' }))],
    [
      'UpdateSecretVersionStage',
      (client) =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: 'app',
            VersionStage: 'MINE',
            MoveToVersionId: token('one'),
          }),
        ),
    ],
    [
      'RotateSecret',
      (client) => client.send(new RotateSecretCommand({ SecretId: 'app', RotationLambdaARN: FUNCTION_ARN })),
    ],
    ['CancelRotateSecret', (client) => client.send(new CancelRotateSecretCommand({ SecretId: 'app' }))],
    ['DeleteSecret', (client) => client.send(new DeleteSecretCommand({ SecretId: 'app' }))],
    [
      'DeleteSecret without recovery',
      (client) => client.send(new DeleteSecretCommand({ SecretId: 'app', ForceDeleteWithoutRecovery: true })),
    ],
    ['RestoreSecret', (client) => client.send(new RestoreSecretCommand({ SecretId: 'app' }))],
    [
      'TagResource',
      (client) => client.send(new TagResourceCommand({ SecretId: 'app', Tags: [{ Key: 'a', Value: 'b' }] })),
    ],
    [
      'UntagResource',
      (client) => client.send(new UntagResourceCommand({ SecretId: 'app', TagKeys: ['team'] })),
    ],
    [
      'PutResourcePolicy',
      (client) => client.send(new PutResourcePolicyCommand({ SecretId: 'app', ResourcePolicy: POLICY })),
    ],
    ['DeleteResourcePolicy', (client) => client.send(new DeleteResourcePolicyCommand({ SecretId: 'app' }))],
    [
      'ReplicateSecretToRegions',
      (client) =>
        client.send(
          new ReplicateSecretToRegionsCommand({
            SecretId: 'app',
            AddReplicaRegions: [{ Region: 'eu-west-1' }],
          }),
        ),
    ],
    [
      'RemoveRegionsFromReplication',
      (client) =>
        client.send(
          new RemoveRegionsFromReplicationCommand({ SecretId: 'app', RemoveReplicaRegions: ['us-west-2'] }),
        ),
    ],
  ];

  test.each(WRITES)('refuses %s and stays as it is (standalone-secret)', async (_name, write) => {
    const before = await describeIn(west);
    await refused(write(west), 'InvalidParameterException', REPLICA_REFUSAL);
    expect({ ...(await describeIn(west)), $metadata: {} }).toEqual({ ...before, $metadata: {} });
  });

  test('may have a key of its own, which the primary does not take away again', async () => {
    await west.send(new UpdateSecretCommand({ SecretId: 'app', KmsKeyId: 'alias/west' }));
    await put(central, 'two');
    expect([(await describeIn(west)).KmsKeyId, (await describeIn(central)).KmsKeyId]).toEqual([
      'alias/west',
      undefined,
    ]);
    expect(await valueIn(west)).toBe('two');
  });

  test('is there after a restart, and follows still', async () => {
    await places.harness.restart();
    const [again, primary] = [places.client('us-west-2'), places.client(HOME.region)];
    expect(await valueIn(again)).toBe('one');
    await put(primary, 'two');
    expect(await valueIn(again)).toBe('two');
  });

  test('may lag behind its primary', async () => {
    places.harness.engine.setStaleReads({ reads: 1 });
    await put(central, 'two');
    expect([await valueIn(west), await valueIn(west)]).toEqual(['one', 'two']);
  });

  test('that is promoted is written by itself, and its primary goes its own way (StopReplicationToReplica)', async () => {
    const { ARN } = await west.send(new StopReplicationToReplicaCommand({ SecretId: 'app' }));
    expect(ARN).toBe(arn.replace('eu-central-1', 'us-west-2'));
    await put(west, 'west');
    await put(central, 'central');
    expect([await valueIn(west), await valueIn(central)]).toEqual(['west', 'central']);
    expect((await describeIn(west)).PrimaryRegion).toBe('us-west-2');
    expect((await describeIn(central)).ReplicationStatus).toEqual([]);
    await refused(
      west.send(new StopReplicationToReplicaCommand({ SecretId: 'app' })),
      'InvalidRequestException',
    );
  });

  test('keeps its primary from being deleted, until it is removed (API_DeleteSecret)', async () => {
    const remove = (options: object) =>
      central.send(new DeleteSecretCommand({ SecretId: 'app', ...options }));
    await refused(remove({}), 'InvalidParameterException', /still has replica regions \[us-west-2\]/);
    await refused(remove({ ForceDeleteWithoutRecovery: true }), 'InvalidParameterException');
    const { ReplicationStatus } = await central.send(
      new RemoveRegionsFromReplicationCommand({ SecretId: 'app', RemoveReplicaRegions: ['us-west-2'] }),
    );
    expect(ReplicationStatus).toEqual([]);
    await refused(valueIn(west), 'ResourceNotFoundException');
    await remove({});
  });
});

describe('replication', () => {
  test('is told by its status, with the primary (API_ReplicationStatusType)', async () => {
    expect((await describeIn(central)).ReplicationStatus).toBeUndefined();
    const answer = await replicate(['us-west-2', 'eu-west-1']);
    expect(answer.ARN).toBe(arn);
    expect(answer.ReplicationStatus).toMatchObject([
      { Region: 'us-west-2', Status: 'InSync' },
      { Region: 'eu-west-1', Status: 'InSync' },
    ]);
    await valueIn(west);
    const [first, second] = (await describeIn(central)).ReplicationStatus ?? [];
    expect([first?.LastAccessedDate, second?.LastAccessedDate]).toEqual([expect.any(Date), undefined]);
  });

  test('fails where another secret has the name, unless that may be overwritten', async () => {
    await west.send(new CreateSecretCommand({ Name: 'app', SecretString: 'theirs' }));
    const { ReplicationStatus } = await replicate(['us-west-2', 'eu-west-1']);
    expect(ReplicationStatus).toMatchObject([
      {
        Region: 'us-west-2',
        Status: 'Failed',
        StatusMessage: 'Secret with this name already exists in this region',
      },
      { Region: 'eu-west-1', Status: 'InSync' },
    ]);
    await put(central, 'two');
    expect(await valueIn(west)).toBe('theirs');
    expect((await replicate(['us-west-2'], { overwrite: true })).ReplicationStatus).toMatchObject([
      { Region: 'us-west-2', Status: 'InSync' },
      { Region: 'eu-west-1', Status: 'InSync' },
    ]);
    expect(await valueIn(west)).toBe('two');
    expect((await west.send(new ListSecretsCommand({}))).SecretList).toHaveLength(1);
  });

  test('begins with the secret, if CreateSecret says so', async () => {
    const created = await central.send(
      new CreateSecretCommand({
        Name: 'born/replicated',
        SecretString: 'x',
        AddReplicaRegions: [{ Region: 'us-west-2', KmsKeyId: 'alias/west' }],
      }),
    );
    expect(created.ReplicationStatus).toMatchObject([{ Region: 'us-west-2', KmsKeyId: 'alias/west' }]);
    expect(await valueIn(west, 'born/replicated')).toBe('x');
  });

  test.each([['eu-central-1'], ['West']])('into %s is an InvalidParameterException', async (region) => {
    await refused(replicate([region]), 'InvalidParameterException');
  });

  test('of a secret that does not exist is a ResourceNotFoundException', async () => {
    const nowhere = { SecretId: 'nowhere', AddReplicaRegions: [{ Region: 'us-west-2' }] };
    await refused(central.send(new ReplicateSecretToRegionsCommand(nowhere)), 'ResourceNotFoundException');
  });
});
