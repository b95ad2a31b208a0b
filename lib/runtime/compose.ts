import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbLedger } from '../adapters/dynamodb-ledger.ts';
import { LazyNotifier, LazyPokeQueue } from '../adapters/lazy-messaging.ts';
import { SalesforceLogin } from '../adapters/salesforce-login.ts';
import { SalesforceOrg } from '../adapters/salesforce-org.ts';
import { SecretsManagerStore } from '../adapters/secrets-manager-store.ts';
import { type Configuration, readConfiguration } from '../core/config/load.ts';
import type { Ports } from '../core/ports/ports.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { Environment } from './environment.ts';
import type { Platform } from './platform.ts';

/** What a function works with besides its event. */
export interface Composition {
  readonly ports: Ports;
  readonly configuration: Configuration;
}

/**
 * The composition root: the only place where ports meet adapters.
 *
 * @throws ConfigurationError when the configuration file in the bundle cannot be used.
 */
export function compose(functionName: string, environment: Environment, platform: Platform, telemetry: Telemetry): Composition {
  const client = {
    region: environment.AWS_REGION,
    /** Shows in the user agent, so that a trace of calls says which function made them. */
    userAgentAppId: functionName,
    ...(platform.credentials === undefined ? {} : { credentials: platform.credentials }),
  };
  const at = (endpoint: string | undefined) => (endpoint === undefined ? client : { ...client, endpoint });
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(at(environment.AWS_ENDPOINT_URL_DYNAMODB)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const ports: Ports = {
    secrets: new SecretsManagerStore(new SecretsManagerClient(at(environment.AWS_ENDPOINT_URL_SECRETS_MANAGER))),
    org: new SalesforceOrg(platform.clock),
    login: new SalesforceLogin(telemetry),
    ledger: new DynamoDbLedger(documents, environment.LEDGER_TABLE),
    notifier: new LazyNotifier(at(environment.AWS_ENDPOINT_URL_EVENTBRIDGE), at(environment.AWS_ENDPOINT_URL_SNS), {
      busName: environment.EVENT_BUS,
      topicArn: environment.TOPIC_ARN,
    }),
    queue: new LazyPokeQueue(at(environment.AWS_ENDPOINT_URL_SQS), environment.QUEUE_URL),
    clock: platform.clock,
    random: platform.random,
    telemetry,
  };
  return { ports, configuration: loadConfiguration(environment, platform) };
}

function loadConfiguration(environment: Environment, platform: Platform): Configuration {
  const root = platform.variables['LAMBDA_TASK_ROOT'] ?? process.cwd();
  return readConfiguration(readFileSync(resolve(root, environment.ROTATION_CONFIG), 'utf8'));
}
