import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { SecretStore } from '../core/ports/secret-store.ts';
import { type AssumedRole, assumedRole } from './assumed-role.ts';
import { RoutedSecretStore } from './routed-secret-store.ts';
import { type Home, routeOf, type SecretRoute } from './secret-route.ts';
import { SecretsManagerStore } from './secrets-manager-store.ts';
import { type Timer, WritePace } from './write-pace.ts';

export interface SecretsConnection {
  readonly home: Home;
  readonly applicationId: string;
  /** The function's own. @default what the SDK finds in the environment */
  readonly credentials: AssumedRole['credentials'];
  readonly endpoint: string | undefined;
  readonly stsEndpoint: string | undefined;
  readonly timer: Timer;
  /** The role that reaches a secret, by the secret as the configuration writes it. */
  readonly secretRoles: ReadonlyMap<string, string>;
}

/**
 * Secrets Manager in every account and Region that the configuration names: a
 * client per Region and role, and a pace of writes per account and Region, each
 * made when it is first needed.
 */
export function connectSecrets(connection: SecretsConnection): SecretStore {
  const { home, timer, secretRoles } = connection;
  const clients = new Map<string, SecretsManagerClient>();
  const paces = new Map<string, WritePace>();
  return new RoutedSecretStore({
    region: home.region,
    routeOf: (secret) => routeOf(secret, home, secretRoles),
    connect: (route) =>
      new SecretsManagerStore(
        made(clients, `${route.region} ${route.roleArn}`, () => clientOf(connection, route)),
        made(paces, `${route.region} ${route.accountId}`, () => new WritePace(timer)),
        route.roleArn,
      ),
  });
}

function clientOf(connection: SecretsConnection, { region, roleArn }: SecretRoute): SecretsManagerClient {
  const { applicationId: userAgentAppId, endpoint } = connection;
  const credentials =
    roleArn === undefined ? connection.credentials : assumedRole(roleOf(connection, roleArn));
  const config: SecretsManagerClientConfig = { region, userAgentAppId };
  if (endpoint !== undefined) config.endpoint = endpoint;
  if (credentials !== undefined) config.credentials = credentials;
  return new SecretsManagerClient(config);
}

function roleOf(connection: SecretsConnection, roleArn: string): AssumedRole {
  const { home, applicationId, credentials, stsEndpoint } = connection;
  const sts = { region: home.region, userAgentAppId: applicationId };
  return {
    roleArn,
    sessionName: applicationId,
    credentials,
    sts: stsEndpoint === undefined ? sts : { ...sts, endpoint: stsEndpoint },
  };
}

function made<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
