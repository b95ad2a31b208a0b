import {
  DeleteSecretCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { RoutedSecretStore } from '../../lib/adapters/routed-secret-store.ts';
import { SecretsManagerStore } from '../../lib/adapters/secrets-manager-store.ts';
import type { RegionalSecretsManager } from '../../lib/sandbox/secrets-manager/regional.ts';
import { FUNCTION_ARN, Harness } from '../conformance/secrets-manager/harness.ts';
import { HOME, OTHER, Places, ROLE } from '../conformance/secrets-manager/places.ts';
import { MemorySecretStore } from '../support/fakes/memory-secret-store.ts';
import { type SecretStoreBench, secretStoreContract } from './secret-store.contract.ts';

secretStoreContract('in memory', async (): Promise<SecretStoreBench> => {
  const store = new MemorySecretStore();
  return {
    store,
    create: async (name, text, rotates = false) => store.create(name, text, rotates).arn,
    edit: async (name, text) => void store.edit(name, text),
    delete: async (name) => store.hide(name, 'it is marked for deletion'),
    deny: async (name) => store.hide(name, 'access is denied'),
    makeBinary: async (name) => store.hide(name, 'it is binary, not text'),
    stop: async () => undefined,
  };
});

const DENY_EVERYBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
});

secretStoreContract('Secrets Manager', async (): Promise<SecretStoreBench> => {
  const harness = await Harness.start();
  const { client, engine } = harness;
  harness.rotationFunction = async () => undefined;
  return {
    store: new SecretsManagerStore(client),
    ...behindItsBack(client, engine, () => engine.runDueRotations()),
    stop: () => harness.stop(),
  };
});

secretStoreContract('Secrets Manager in another account and Region', async (): Promise<SecretStoreBench> => {
  const places = await Places.start();
  const { engine } = places.harness;
  const route = { accountId: OTHER.accountId, region: 'us-west-2', roleArn: ROLE };
  places.roles.allow(ROLE);
  places.harness.rotationFunction = async () => undefined;
  const client = places.client(route.region, ROLE);
  return {
    store: new RoutedSecretStore({
      region: HOME.region,
      routeOf: () => route,
      connect: ({ roleArn }) => new SecretsManagerStore(client, undefined, roleArn),
    }),
    ...behindItsBack(client, engine.at(route), () => engine.runDueRotations()),
    stop: () => places.stop(),
  };
});

function behindItsBack(
  client: SecretsManagerClient,
  engine: RegionalSecretsManager,
  runDueRotations: () => Promise<void>,
): Omit<SecretStoreBench, 'store' | 'stop'> {
  return {
    create: async (Name, SecretString, rotates = false) => {
      const { ARN } = engine.createSecret({ Name, SecretString });
      if (rotates) {
        const rotation = { RotationLambdaARN: FUNCTION_ARN, RotationRules: { AutomaticallyAfterDays: 30 } };
        engine.rotateSecret({ SecretId: Name, ...rotation, RotateImmediately: false });
        await runDueRotations();
      }
      return ARN ?? '';
    },
    edit: async (SecretId, SecretString) => {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
    delete: async (SecretId) => {
      await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    },
    deny: async (SecretId) => {
      await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: DENY_EVERYBODY }));
    },
    makeBinary: async (SecretId) => {
      await client.send(new PutSecretValueCommand({ SecretId, SecretBinary: Buffer.from([0xff]) }));
    },
  };
}
