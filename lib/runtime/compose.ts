import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { connectAws } from '../adapters/aws.ts';
import { SalesforceLogin } from '../adapters/salesforce-login.ts';
import { SalesforceOrg } from '../adapters/salesforce-org.ts';
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
export function compose(
  functionName: string,
  environment: Environment,
  platform: Platform,
  telemetry: Telemetry,
): Composition {
  const configuration = loadConfiguration(environment, platform);
  const ports: Ports = {
    ...connectAws({
      region: environment.AWS_REGION,
      applicationId: functionName,
      credentials: platform.credentials,
      timer: platform.timer,
      endpoints: {
        secretsManager: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
        sts: environment.AWS_ENDPOINT_URL_STS,
        dynamodb: environment.AWS_ENDPOINT_URL_DYNAMODB,
        sqs: environment.AWS_ENDPOINT_URL_SQS,
        sns: environment.AWS_ENDPOINT_URL_SNS,
        eventBridge: environment.AWS_ENDPOINT_URL_EVENTBRIDGE,
      },
      ledgerTable: environment.LEDGER_TABLE,
      queueUrl: environment.QUEUE_URL,
      eventBus: environment.EVENT_BUS,
      topicArn: environment.TOPIC_ARN,
      secretRoles: rolesOf(configuration),
    }),
    org: new SalesforceOrg(platform.clock),
    login: new SalesforceLogin(telemetry),
    clock: platform.clock,
    random: platform.random,
    telemetry,
  };
  return { ports, configuration };
}

/** The role that reaches a secret, by the secret. */
function rolesOf({ credentials }: Configuration): ReadonlyMap<string, string> {
  const secrets = [...credentials.values()].flatMap(({ integrations }) => integrations);
  return new Map(
    secrets.flatMap(({ secret, roleArn }) => (roleArn === undefined ? [] : [[secret, roleArn] as const])),
  );
}

function loadConfiguration(environment: Environment, platform: Platform): Configuration {
  const root = platform.variables['LAMBDA_TASK_ROOT'] ?? process.cwd();
  const text = readFileSync(resolve(root, environment.ROTATION_CONFIG), 'utf8');
  return readConfiguration(text, environment.ROTATION_REFERENCES);
}
