import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { RoutedSecretStore } from '../../../lib/adapters/routed-secret-store.ts';
import type { SecretRoute } from '../../../lib/adapters/secret-route.ts';
import { SecretsManagerStore } from '../../../lib/adapters/secrets-manager-store.ts';
import { SecretStoreFault } from '../../../lib/core/errors.ts';
import { Redacted } from '../../../lib/core/redacted.ts';

interface Sent {
  readonly route: string;
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** A store whose routes are in the secrets' names, as `us-west-2/role/app`, and what its clients were sent. */
function routed(answer: (sent: Sent) => unknown = () => ({})) {
  const sent: Sent[] = [];
  const connected: SecretRoute[] = [];
  const store = new RoutedSecretStore({
    region: 'home',
    routeOf: (secret) => {
      const [region = '', roleArn] = secret.split('/');
      return { region, accountId: undefined, roleArn: roleArn || undefined };
    },
    connect: (route) => {
      connected.push(route);
      return new SecretsManagerStore(clientOf(`${route.region}/${route.roleArn ?? ''}`, sent, answer));
    },
  });
  const calls = (name: string) => sent.filter((call) => call.name === `${name}Command`);
  return { store, sent, connected, calls };
}

function clientOf(route: string, sent: Sent[], answer: (sent: Sent) => unknown) {
  return {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const call = { route, name: command.constructor.name, input: command.input };
      sent.push(call);
      return answer(call) ?? answersOf(call);
    },
  } as unknown as Pick<SecretsManagerClient, 'send'>;
}

const idsOf = ({ input }: Sent) => input['SecretIdList'] as string[];
/** Every secret is there, and none is a replica. */
function answersOf(call: Sent): object {
  if (call.name !== 'BatchGetSecretValueCommand') return {};
  return {
    SecretValues: idsOf(call).map((Name) => ({ Name, ARN: Name, VersionId: 'v', SecretString: Name })),
  };
}
const plain = () => undefined;
const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('reading many secrets', () => {
  test('asks each route for its own, in twenties, and answers in the order of the question', async () => {
    const { store, calls } = routed(plain);
    const [own, west, role] = [many('home//', 21), many('west//', 3), many('home/role/', 20)];
    const secrets = [...west, ...own, ...role].sort((a, b) => a.slice(-1).localeCompare(b.slice(-1)));
    const reads = await store.readCurrent(secrets);
    expect([...reads.keys()]).toEqual(secrets);
    expect([...reads.values()].map((read) => read.kind === 'found' && read.arn)).toEqual(secrets);
    const batches = calls('BatchGetSecretValue').map((call) => `${call.route} ${idsOf(call).length}`);
    expect(batches.sort()).toEqual(['home/ 1', 'home/ 20', 'home/role 20', 'west/ 3']);
    for (const call of calls('BatchGetSecretValue'))
      expect(idsOf(call).filter((id) => !id.startsWith(call.route))).toEqual([]);
  });

  test('connects to a route when its first secret is asked for, and once', async () => {
    const { store, connected } = routed(plain);
    expect(connected).toEqual([]);
    await store.readCurrent(['home//a', 'home//b']);
    await store.readCurrent(['home//a', 'west/role/a']);
    await store.describe('west/role/b');
    expect(connected).toEqual([
      { region: 'home', accountId: undefined, roleArn: undefined },
      { region: 'west', accountId: undefined, roleArn: 'role' },
    ]);
  });

  test('of none makes no call', async () => {
    const { store, sent } = routed(plain);
    expect(await store.readCurrent([])).toEqual(new Map());
    expect(sent).toEqual([]);
  });

  test('is a fault if one route has one', async () => {
    const { store } = routed(({ route }) => {
      if (route === 'west/') throw new Error('no connection');
    });
    await expect(store.readCurrent(['home//a', 'west//a'])).rejects.toThrow(SecretStoreFault);
  });
});

describe('whether a secret is a replica', () => {
  test('is asked once for a secret in another Region, and never in the own one', async () => {
    const { store, calls } = routed(plain);
    for (let turn = 0; turn < 3; turn += 1)
      await store.readCurrent(['home//a', 'home/role/a', 'west//a', 'west/role/a']);
    expect(calls('DescribeSecret').map(({ route, input }) => [route, input])).toEqual([
      ['west/', { SecretId: 'west//a' }],
      ['west/role', { SecretId: 'west/role/a' }],
    ]);
  });

  test('is not asked of a secret that cannot be read anyway', async () => {
    const Errors = [{ SecretId: 'west//a', ErrorCode: 'ResourceNotFoundException' }];
    const { store, calls } = routed(() => ({ Errors }));
    await store.readCurrent(['west//a']);
    expect(calls('DescribeSecret')).toEqual([]);
  });

  test('makes a replica absent, and is asked again, as it may be promoted', async () => {
    let primary: string | undefined = 'east';
    const { store } = routed(({ name }) =>
      name === 'DescribeSecretCommand' ? { PrimaryRegion: primary } : undefined,
    );
    const kinds = async () =>
      [...(await store.readCurrent(['west//a', 'home//a'])).values()].map(({ kind }) => kind);
    expect(await kinds()).toEqual(['absent', 'found']);
    expect((await store.readCurrent(['west//a'])).get('west//a')).toEqual({
      kind: 'absent',
      problem:
        'it is a replica of the secret in east, and a replica cannot be written; name the primary, its replicas follow',
    });
    for (const promoted of ['west', undefined]) {
      primary = promoted;
      expect(await kinds()).toEqual(['found', 'found']);
    }
  });

  test('that may not be asked is a problem of the secret; any other failure is a fault', async () => {
    const failing = (name: string) =>
      routed((call) => {
        if (call.name === 'DescribeSecretCommand') throw Object.assign(new Error('x'), { name });
      }).store.readCurrent(['west//a']);
    expect((await failing('AccessDeniedException')).get('west//a')).toEqual({
      kind: 'absent',
      problem: 'DescribeSecret is denied',
    });
    await expect(failing('ThrottlingException')).rejects.toThrow('DescribeSecret on "west//a" failed');
  });
});

test('every other call goes where the secret is', async () => {
  const { store, sent } = routed(plain);
  await store.readVersion('west//a', 'v', { fresh: true });
  await store.describe('west//a');
  await store.write('west//a', { versionId: 'v', text: Redacted.of('x') });
  await store.moveLabel('west//a', { label: 'L', from: undefined, to: 'v' });
  await store.rotate('west//a', 'token');
  await store.describe('home/role/a');
  expect(sent.map(({ route, name, input }) => [route, name, input['SecretId']])).toEqual([
    ['west/', 'GetSecretValueCommand', 'west//a'],
    ['west/', 'DescribeSecretCommand', 'west//a'],
    ['west/', 'PutSecretValueCommand', 'west//a'],
    ['west/', 'UpdateSecretVersionStageCommand', 'west//a'],
    ['west/', 'RotateSecretCommand', 'west//a'],
    ['home/role', 'DescribeSecretCommand', 'home/role/a'],
  ]);
});
