import { connectLedger } from '../adapters/connect-ledger.ts';
import type { Configuration } from '../core/config/load.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { FleetPorts } from '../core/watch/fleet.ts';
import { loadConfiguration } from './configuration.ts';
import { type WidgetEnvironment, widgetEnvironment } from './environment.ts';
import { type FunctionFactory, functionFactory } from './function-factory.ts';
import type { Platform } from './platform.ts';

/** What the widget works with: it can read the ledger, and has no way to Secrets Manager, Salesforce or the queue. */
interface WidgetComposition {
  readonly ports: FleetPorts;
  readonly configuration: Configuration;
  /** What the buttons call. */
  readonly watchFunctionArn: string;
}

export function defineWidget<Result>(
  handle: (event: unknown, composition: WidgetComposition) => Promise<Result>,
): FunctionFactory<Result> {
  return functionFactory({ name: 'widget', environmentSchema: widgetEnvironment, compose, handle });
}

function compose(
  functionName: string,
  environment: WidgetEnvironment,
  { clock, credentials, ...platform }: Platform,
  telemetry: Telemetry,
): WidgetComposition {
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB;
  const client = {
    region: environment.AWS_REGION,
    userAgentAppId: functionName,
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  return {
    ports: { ledger: connectLedger(client, environment.LEDGER_TABLE, clock), clock, telemetry },
    configuration: loadConfiguration(environment, platform),
    watchFunctionArn: environment.WATCH_FUNCTION_ARN,
  };
}
