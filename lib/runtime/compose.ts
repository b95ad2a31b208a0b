import { connectAws } from '../adapters/aws.ts';
import { OrgByConnection } from '../adapters/org-by-connection.ts';
import { SalesforceLogin } from '../adapters/salesforce-login.ts';
import { SalesforceOrg } from '../adapters/salesforce-org.ts';
import { SelfOrg } from '../adapters/self-org.ts';
import type { Configuration } from '../core/config/load.ts';
import type { Ports } from '../core/ports/ports.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { loadConfiguration } from './configuration.ts';
import type { Environment } from './environment.ts';
import type { Platform } from './platform.ts';

/** What a function works with besides its event. */
export interface Composition {
  readonly ports: Ports;
  readonly configuration: Configuration;
}

/**
 * The composition root of the functions that rotate: here all ports meet their
 * adapters. A function that needs fewer has a root of its own.
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
      clock: platform.clock,
      timer: platform.timer,
      endpoints: {
        secretsManager: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
        sts: environment.AWS_ENDPOINT_URL_STS,
        dynamodb: environment.AWS_ENDPOINT_URL_DYNAMODB,
        sqs: environment.AWS_ENDPOINT_URL_SQS,
        sns: environment.AWS_ENDPOINT_URL_SNS,
        eventBridge: environment.AWS_ENDPOINT_URL_EVENTBRIDGE,
        sesv2: environment.AWS_ENDPOINT_URL_SESV2,
      },
      ledgerTable: environment.LEDGER_TABLE,
      queueUrl: environment.QUEUE_URL,
      eventBus: environment.EVENT_BUS,
      topicArn: environment.TOPIC_ARN,
      configuredCredentials: configuration.credentials,
      telemetry,
      secretRoles: rolesOf(configuration),
    }),
    org: new OrgByConnection(new SalesforceOrg(platform.clock), new SelfOrg()),
    login: new SalesforceLogin(telemetry),
    clock: platform.clock,
    random: platform.random,
    telemetry,
    promptUrl: environment.PROMPT_URL?.replace(/\/+$/, ''),
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
