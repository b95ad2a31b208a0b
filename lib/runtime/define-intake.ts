import { connectLedger } from '../adapters/connect-ledger.ts';
import { LazyCommandDoor } from '../adapters/lazy-command-door.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { openPrompt } from '../core/prompt/open-prompt.ts';
import { createPage } from '../page/page.ts';
import type { PageServices } from '../page/services.ts';
import { loadConfiguration } from './configuration.ts';
import { type IntakeEnvironment, intakeEnvironment } from './environment.ts';
import { type FunctionFactory, functionFactory } from './function-factory.ts';
import type { Platform } from './platform.ts';

/** An HTTP API gives up after 30 seconds, and then shows an answer of its own. */
const DOOR_TIMEOUT_MILLISECONDS = 25_000;

/** Whoever is on the public side of the service has the page, and nothing behind it. */
interface IntakeComposition {
  readonly page: ReturnType<typeof createPage>;
}

export function defineIntake<Result>(
  handle: (event: unknown, composition: IntakeComposition) => Promise<Result>,
): FunctionFactory<Result> {
  return functionFactory({ name: 'intake', environmentSchema: intakeEnvironment, compose, handle });
}

function compose(
  functionName: string,
  environment: IntakeEnvironment,
  platform: Platform,
  telemetry: Telemetry,
): IntakeComposition {
  const { credentials } = platform;
  const client = {
    region: environment.AWS_REGION,
    userAgentAppId: functionName,
    ...(credentials === undefined ? {} : { credentials }),
  };
  const at = (endpoint: string | undefined) => (endpoint === undefined ? client : { ...client, endpoint });
  const door = new LazyCommandDoor(at(environment.AWS_ENDPOINT_URL_LAMBDA), {
    functionName: environment.COMMAND_FUNCTION,
    timeoutMilliseconds: DOOR_TIMEOUT_MILLISECONDS,
  });
  const services: PageServices = {
    ...reading(environment, at(environment.AWS_ENDPOINT_URL_DYNAMODB), platform),
    door,
    warn: (message, error) => telemetry.warn(message, error),
    basePath: environment.BASE_PATH,
  };
  return { page: createPage(services) };
}

function reading(
  environment: IntakeEnvironment,
  client: Parameters<typeof connectLedger>[0],
  platform: Platform,
): Pick<PageServices, 'lookUp' | 'countIn' | 'now'> {
  const { clock } = platform;
  const ledger = connectLedger(client, environment.LEDGER_TABLE, clock);
  const configuration = loadConfiguration(environment, platform);
  return {
    async lookUp(linkId) {
      const opened = await openPrompt({ ledger, clock }, configuration, linkId);
      return 'link' in opened
        ? { kind: 'valid', linkId, rotationId: opened.link.rotationId, view: opened.view }
        : { kind: 'gone' };
    },
    countIn: (key, windowSeconds) => ledger.countIn(key, windowSeconds),
    now: () => clock.now(),
  };
}
