import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '../adapters/system.ts';
import { systemTimer } from '../adapters/write-pace.ts';
import { type Configuration, readConfiguration } from '../core/config/load.ts';
import { SANDBOX_CREDENTIALS } from './credentials.ts';
import { LEDGER_TABLE, startDynamoDb } from './dynamodb.ts';
import { COMMAND_FUNCTION, FUNCTION_NAMES, FunctionHost, functionArn } from './function-host.ts';
import { type FunctionLog, logTo } from './function-log.ts';
import { DeferredStandIn, serve } from './http.ts';
import { serveFunctionUrl } from './intake/function-url.ts';
import { fileJournal, type Journal, memoryJournal } from './journal.ts';
import { lambdaStandIn } from './lambda/stand-in.ts';
import { type MailDelivery, type MailDeliveryKind, openMailDelivery } from './mail/delivery.ts';
import { Mailbox } from './mailbox.ts';
import { Messages } from './messaging/messages.ts';
import { messagingStandIn } from './messaging/stand-in.ts';
import { Pump } from './pump.ts';
import { SalesforceOrg } from './salesforce/org.ts';
import { salesforceStandIn } from './salesforce/stand-in.ts';
import { SandboxClock } from './sandbox-clock.ts';
import { DEFAULT_SCENARIO, type Scenario } from './scenario.ts';
import { SecretsManagerEngine } from './secrets-manager/engine.ts';
import type { SecretsManagerEvent } from './secrets-manager/events.ts';
import { LabelInbox } from './secrets-manager/label-inbox.ts';
import { secretsManagerStandIn } from './secrets-manager/stand-in.ts';
import { Roles, type RolesState } from './sts/roles.ts';
import { stsStandIn } from './sts/stand-in.ts';
import { CountingWire, type Wire } from './wire.ts';
import { seedSecrets, type World, worldIn } from './world.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REGION = 'eu-central-1';
const ACCOUNT = '000000000000';

export interface SandboxOptions {
  /** Where everything is kept; without it, in a temporary folder that goes when the sandbox closes. */
  readonly dataDirectory?: string;
  /** What a first start sets up. */
  readonly scenario?: Partial<Scenario>;
  /** How the mails of the mailbox come to the functions. @default 'message' */
  readonly mailDelivery?: MailDeliveryKind;
  /** Sees, and may spoil, every call between the functions and the services. @default counts only */
  readonly wire?: Wire;
  /** What the clock builds on, in milliseconds. @default the system's time */
  readonly time?: () => number;
  /** First of seven ports in a row for the services; 0 takes free ones, as STS always does. A folder that was used before keeps its ports. */
  readonly port?: number;
  /** What the sandbox's Secrets Manager tells EventBridge by itself. @default nobody listens */
  readonly onSecretsManagerEvent?: (event: SecretsManagerEvent) => void;
}

/**
 * The whole surroundings of the service on one machine: the stand-ins, the
 * functions, and what calls them.
 */
export interface Sandbox {
  readonly clock: SandboxClock;
  readonly messages: Messages;
  readonly mailbox: Mailbox;
  readonly mailDelivery: MailDelivery;
  readonly configuration: Configuration;
  /** In the service's account and Region; `at` another, which there is as soon as a secret is created in it. */
  readonly secretsManager: SecretsManagerEngine;
  /** The roles in other accounts that the functions may assume. */
  readonly roles: Roles;
  readonly salesforce: SalesforceOrg;
  readonly functions: FunctionHost;
  readonly pump: Pump;
  readonly region: string;
  readonly ledgerTable: string;
  readonly endpoints: {
    readonly secretsManager: string;
    readonly sts: string;
    readonly dynamodb: string;
    readonly messaging: string;
    readonly lambda: string;
    /** The prompt page. */
    readonly intake: string;
    readonly salesforce: string;
    readonly smtpPort: number;
  };
  readonly dataDirectory: string;
  /** What the functions log. */
  readonly log: FunctionLog;
  /** The lines of it since this start. */
  readonly logLines: readonly string[];
  close(): Promise<void>;
}

/** Ports survive a restart, because the org's URL stands in the secrets. */
interface KnownPorts {
  readonly secretsManager: number;
  readonly dynamodb: number;
  readonly salesforce: number;
  readonly messaging: number;
  readonly smtp: number;
  /** These are unknown to a folder from before there were any. */
  readonly sts?: number;
  readonly lambda?: number;
  readonly intake?: number;
}

/**
 * Starts, or goes on with, the sandbox of a data folder. What AWS or Salesforce
 * would keep is durable there before it is acknowledged, so that a sandbox
 * killed at any moment continues where it was. Nothing runs until `pump` does.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const opened = new AsyncDisposableStack();
  try {
    return await open(options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** Starts everything; what is opened is noted, so that it can be closed in the opposite order. */
async function open(options: SandboxOptions, opened: AsyncDisposableStack): Promise<Sandbox> {
  const temporary = options.dataDirectory === undefined;
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'sfrotate-'));
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  if (temporary) opened.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const file = (name: string) => join(dataDirectory, name);
  // What goes when the sandbox closes need not survive it.
  const journal = <State>(name: string): Journal<State> =>
    temporary ? memoryJournal() : fileJournal(file(name));
  const wire = options.wire ?? new CountingWire();
  const clock = new SandboxClock(journal('clock.json'), options.time);
  const portsJournal = journal<KnownPorts>('ports.json');
  const ports = portsJournal.load() ?? portsFrom(options.port ?? 0);

  const messages = new Messages(clock);
  const messaging = await serve(messagingStandIn(messages, clock), wire, ports.messaging);
  opened.defer(() => messaging.close());
  const mailbox = new Mailbox(clock, journal('mailbox.json'));
  await mailbox.start(ports.smtp);
  opened.defer(() => mailbox.close());
  const mailDelivery = await openMailDelivery(options.mailDelivery ?? 'message', mailbox, wire);
  opened.defer(() => mailDelivery.close());
  const dynamodb = await startDynamoDb(
    wire,
    REGION,
    ports.dynamodb,
    temporary ? undefined : file('dynamodb'),
  );
  opened.defer(() => dynamodb.close());

  // The org's URL is part of what the org is seeded with, so its port is opened first.
  const orgStandIn = new DeferredStandIn('salesforce');
  const orgServer = await serve(orgStandIn, wire, ports.salesforce);
  opened.defer(() => orgServer.close());
  const world = worldIn(
    journal<World>('world.json'),
    { ...DEFAULT_SCENARIO, ...options.scenario },
    orgServer.url,
    clock.now(),
  );
  const salesforce = new SalesforceOrg({
    clock,
    journal: journal('salesforce.json'),
    seed: world.org,
    deliver: (mail) => mailbox.sendAsOrg(mail),
  });
  orgStandIn.become(salesforceStandIn(salesforce, { baseUrl: () => orgServer.url }));

  const secretsManager: SecretsManagerEngine = new SecretsManagerEngine({
    clock,
    journal: journal('secrets-manager.json'),
    region: REGION,
    accountId: ACCOUNT,
    invokeRotation: async (_arn, event) => void (await functions.invoke('rotate', event)),
    onEvent: (event) => {
      labels.receive(event);
      options.onSecretsManagerEvent?.(event);
    },
  });
  const secrets = await serve(secretsManagerStandIn(secretsManager), wire, ports.secretsManager);
  opened.defer(() => secrets.close());
  const roles = new Roles(journal<RolesState>('roles.json'));
  const sts = await serve(stsStandIn(roles), wire, ports.sts);
  opened.defer(() => sts.close());
  const invocable = FUNCTION_NAMES.map(
    (name) => [name, (event: unknown) => functions.invoke(name, event)] as const,
  );
  const lambda = await serve(lambdaStandIn(new Map(invocable)), wire, ports.lambda);
  opened.defer(() => lambda.close());
  const intake = await serveFunctionUrl(
    (event) => functions.invoke('intake', event),
    clock,
    ports.intake ?? 0,
  );
  opened.defer(() => intake.close());
  portsJournal.save({
    secretsManager: secrets.port,
    dynamodb: dynamodb.port,
    salesforce: orgServer.port,
    messaging: messaging.port,
    smtp: mailbox.port,
    sts: sts.port,
    lambda: lambda.port,
    intake: intake.port,
  });

  const configPath = file('rotation.config.json');
  if (!existsSync(configPath))
    writeFileSync(configPath, `${JSON.stringify(world.configuration, undefined, 2)}\n`);
  const configuration = readConfiguration(readFileSync(configPath, 'utf8'));
  const labels = new LabelInbox([...configuration.credentials.values()].map(({ secret }) => secret));
  const log = logTo(file('functions.log'));
  const functions = new FunctionHost(
    {
      variables: {
        AWS_REGION: REGION,
        ROTATION_CONFIG: configPath,
        LEDGER_TABLE,
        QUEUE_URL: `${messaging.url}/${ACCOUNT}/advance`,
        TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:rotation`,
        WATCH_FUNCTION_ARN: functionArn('watch'),
        COMMAND_FUNCTION,
        PROMPT_URL: intake.url,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        AWS_ENDPOINT_URL_STS: sts.url,
        AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
        AWS_ENDPOINT_URL_SQS: messaging.url,
        AWS_ENDPOINT_URL_SNS: messaging.url,
        AWS_ENDPOINT_URL_EVENTBRIDGE: messaging.url,
        ...mailDelivery.variables,
        AWS_ENDPOINT_URL_SESV2: messaging.url,
        AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      },
      clock,
      random: systemRandom,
      // Under a clock that stands still nobody waits for the next second.
      timer: options.time === undefined ? systemTimer : { now: options.time, sleep: async () => undefined },
      console: log.console,
      credentials: SANDBOX_CREDENTIALS,
    },
    PROJECT_ROOT,
  );
  seedSecrets(secretsManager, world);
  const parts = { clock, messages, mailbox, mailDelivery, salesforce, secretsManager, functions };
  const pump = new Pump({ ...parts, labels });
  opened.defer(() => pump.stop());

  return {
    clock,
    messages,
    mailbox,
    mailDelivery,
    configuration,
    secretsManager,
    roles,
    salesforce,
    functions,
    pump,
    region: REGION,
    ledgerTable: LEDGER_TABLE,
    endpoints: {
      secretsManager: secrets.url,
      sts: sts.url,
      dynamodb: dynamodb.endpoint,
      messaging: messaging.url,
      lambda: lambda.url,
      intake: intake.url,
      salesforce: orgServer.url,
      smtpPort: mailbox.port,
    },
    dataDirectory,
    log,
    logLines: log.lines,
    close: () => opened.disposeAsync(),
  };
}

function portsFrom(first: number): KnownPorts {
  const at = (offset: number) => (first === 0 ? 0 : first + offset);
  return {
    secretsManager: at(0),
    salesforce: at(1),
    dynamodb: at(2),
    messaging: at(3),
    smtp: at(4),
    lambda: at(5),
    intake: at(6),
  };
}
