import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Roles } from '../../../lib/sandbox/sts/roles.ts';
import { refused, token } from './harness.ts';
import { HOME, OTHER, Places, ROLE } from './places.ts';

let places: Places;
let own: SecretsManagerClient;
let other: SecretsManagerClient;

beforeEach(async () => {
  places = await Places.start();
  places.roles.allow(ROLE);
  own = places.client(HOME.region);
  other = places.client(OTHER.region, ROLE);
});

afterEach(() => places.stop());

async function create(client: SecretsManagerClient, Name: string, SecretString: string): Promise<string> {
  const { ARN } = await client.send(new CreateSecretCommand({ Name, SecretString }));
  return ARN ?? '';
}

async function read(client: SecretsManagerClient, SecretId: string): Promise<string | undefined> {
  return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
}

async function names(client: SecretsManagerClient): Promise<(string | undefined)[]> {
  return ((await client.send(new ListSecretsCommand({}))).SecretList ?? []).map(({ Name }) => Name);
}

describe('a Region', () => {
  test('is the one that the request was signed for, and stands in the ARN', async () => {
    const west = places.client('us-west-2');
    expect(await create(west, 'app', 'west')).toMatch(
      /^arn:aws:secretsmanager:us-west-2:111122223333:secret:app-\w{6}$/,
    );
    const { PrimaryRegion } = await west.send(new DescribeSecretCommand({ SecretId: 'app' }));
    expect(PrimaryRegion).toBe('us-west-2');
  });

  test('has names, lists and values of its own', async () => {
    const west = places.client('us-west-2');
    await create(own, 'app', 'central');
    await create(west, 'app', 'west');
    await create(west, 'only/west', 'x');
    expect([await read(own, 'app'), await read(west, 'app')]).toEqual(['central', 'west']);
    expect([await names(own), await names(west)]).toEqual([['app'], ['app', 'only/west']]);
    await refused(read(own, 'only/west'), 'ResourceNotFoundException');
  });

  test("does not find another Region's secret by its ARN", async () => {
    const arn = await create(places.client('us-west-2'), 'app', 'west');
    await refused(read(own, arn), 'ResourceNotFoundException');
  });

  test('has a quota of its own (reference_limits)', async () => {
    await places.stop();
    places = await Places.start({ quotas: { writesPerSecond: 1 } });
    const [central, west] = [places.client('eu-central-1'), places.client('us-west-2')];
    const put = (client: SecretsManagerClient) =>
      client.send(new PutSecretValueCommand({ SecretId: 'app', SecretString: 'next' }));
    await create(central, 'app', 'x');
    await create(west, 'app', 'x');
    await put(central);
    await refused(put(central), 'ThrottlingException');
    await put(west);
  });

  test('tells its events with its own account and Region', async () => {
    const arn = await create(places.client('us-west-2', ROLE), 'app', 'x');
    expect(places.harness.events.at(-1)).toMatchObject({
      account: OTHER.accountId,
      region: 'us-west-2',
      resources: [arn],
    });
  });
});

describe('an account', () => {
  test('is that of the role whose temporary credentials signed the request', async () => {
    expect(await create(other, 'app', 'theirs')).toMatch(
      /^arn:aws:secretsmanager:eu-central-1:444455556666:secret:app-\w{6}$/,
    );
    await create(own, 'app', 'ours');
    expect([await read(own, 'app'), await read(other, 'app')]).toEqual(['ours', 'theirs']);
    expect([await names(own), await names(other)]).toEqual([['app'], ['app']]);
  });

  test('denies its secrets to another one, for reading and for writing (auth-and-access_examples_cross)', async () => {
    const arn = await create(other, 'app', 'theirs');
    const write = { SecretId: arn, SecretString: 'ours', ClientRequestToken: token('w') };
    await refused(read(own, arn), 'AccessDeniedException');
    await refused(read(own, arn.slice(0, -7)), 'AccessDeniedException');
    await refused(own.send(new DescribeSecretCommand({ SecretId: arn })), 'AccessDeniedException');
    await refused(own.send(new PutSecretValueCommand(write)), 'AccessDeniedException');
    await refused(
      own.send(new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true })),
      'AccessDeniedException',
    );
    expect(await read(other, arn)).toBe('theirs');
  });

  test('is denied for one secret of a batch, and the others are answered', async () => {
    const [mine, theirs] = [await create(own, 'mine', 'm'), await create(other, 'theirs', 't')];
    const answer = await own.send(new BatchGetSecretValueCommand({ SecretIdList: [mine, theirs] }));
    expect(answer.SecretValues?.map(({ Name }) => Name)).toEqual(['mine']);
    expect(answer.Errors).toEqual([
      expect.objectContaining({ SecretId: theirs, ErrorCode: 'AccessDeniedException' }),
    ]);
  });
});

describe('AssumeRole', () => {
  test('hands out credentials of an hour, or as asked for', async () => {
    for (const [params, seconds] of [
      [{}, 3_600],
      [{ DurationSeconds: 900 }, 900],
    ] as const) {
      const before = Date.now();
      const { expiration, sessionToken, ...key } = await places.credentials(ROLE, params)();
      expect(key.accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
      expect(sessionToken).toMatch(/^\w{100,}$/);
      const left = (expiration?.getTime() ?? 0) - seconds * 1_000;
      expect([left >= before, left <= Date.now()]).toEqual([true, true]);
    }
  });

  test('is denied for a role that nobody registered, and for one that no longer may be assumed', async () => {
    await refused(places.credentials(`${ROLE}-not`)(), 'AccessDenied', /sts:AssumeRole on resource: .*-not/);
    places.roles.deny(ROLE);
    await refused(read(other, 'app'), 'AccessDenied');
  });

  test.each([
    ['a session name of one character', { RoleSessionName: 'x' }],
    ['less than a quarter of an hour', { DurationSeconds: 899 }],
    ['more than twelve hours', { DurationSeconds: 43_201 }],
  ])('refuses %s', async (_name, params) => {
    await refused(places.credentials(ROLE, params)(), 'ValidationError');
  });

  test('answers the session as AWS names it, and refuses other actions', async () => {
    const call = async (query: Record<string, string>) => {
      const answer = await fetch(places.stsUrl, { method: 'POST', body: new URLSearchParams(query) });
      return { status: answer.status, body: await answer.text() };
    };
    const assumed = await call({ Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'advance' });
    expect(assumed.status).toBe(200);
    expect(assumed.body).toContain('<Arn>arn:aws:sts::444455556666:assumed-role/rotation/advance</Arn>');
    const missing = await call({ Action: 'AssumeRole', RoleSessionName: 'advance' });
    expect([missing.status, missing.body.includes('<Code>ValidationError</Code>')]).toEqual([400, true]);
    const unknown = await call({ Action: '<Tea>' });
    expect([unknown.status, unknown.body.includes('operation &lt;Tea&gt;')]).toEqual([400, true]);
  });

  test('is seen by the wire with the role that it is about', async () => {
    await places.credentials(ROLE)();
    expect(places.wire.calls).toMatchObject([{ service: 'sts', operation: 'AssumeRole', target: ROLE }]);
  });

  test('knows its roles after a restart, and takes no other ARN for one', async () => {
    const again = new Roles(places.rolesJournal);
    expect(again.assumable(ROLE)).toEqual({ accountId: OTHER.accountId, name: 'rotation' });
    expect(() => again.allow('arn:aws:iam::444455556666:user/rotation')).toThrow('is no ARN of a role');
  });
});

test('everything elsewhere is in the journal as well', async () => {
  await create(other, 'app', 'theirs');
  await create(places.client('us-west-2'), 'app', 'west');
  await places.harness.restart();
  expect(await read(places.client(OTHER.region, ROLE), 'app')).toBe('theirs');
  expect(await read(places.client('us-west-2'), 'app')).toBe('west');
});
