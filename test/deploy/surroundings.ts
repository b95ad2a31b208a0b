import { EventEmitter, once } from 'node:events';
import { DeferredStandIn, serve } from '../../lib/sandbox/http.ts';
import { memoryJournal } from '../../lib/sandbox/journal.ts';
import { Mailbox, type StoredMail, sesEvent } from '../../lib/sandbox/mailbox.ts';
import { SalesforceOrg } from '../../lib/sandbox/salesforce/org.ts';
import { salesforceStandIn } from '../../lib/sandbox/salesforce/stand-in.ts';
import { SandboxClock } from '../../lib/sandbox/sandbox-clock.ts';
import { SecretsManagerEngine } from '../../lib/sandbox/secrets-manager/engine.ts';
import type { SecretsManagerEvent } from '../../lib/sandbox/secrets-manager/events.ts';
import { secretsManagerStandIn } from '../../lib/sandbox/secrets-manager/stand-in.ts';
import { CountingWire, PASS } from '../../lib/sandbox/wire.ts';
import { ACCOUNT, REGION } from './emulator.ts';
import { buildWorld, type World } from './world.ts';

/** Runs a deployed function with an event; rejects when the function fails. */
export type InvokeFunction = (functionArn: string, event: unknown) => Promise<void>;

/** Puts on the event bus what Secrets Manager says of itself; rejects where the bus does not take it. */
export type TellBus = (event: SecretsManagerEvent) => Promise<void>;

/** What is around a deployment and not AWS's CloudFormation: the org, its mail, and Secrets Manager. */
export interface Surroundings extends AsyncDisposable {
  readonly world: World;
  readonly org: SalesforceOrg;
  readonly secretsManager: SecretsManagerEngine;
  readonly secretsManagerUrl: string;
  /** Names of what Secrets Manager told of rotations, in order: `RotationStarted`, … */
  readonly rotationEvents: readonly string[];
  /** Resolves at the next mail that the org sends. Ask before what makes it send. */
  nextMail(signal: AbortSignal): Promise<StoredMail>;
  /** Resolves when another version of each of the secrets has become current. Ask before what makes it so. */
  nextVersions(secrets: readonly string[], signal: AbortSignal): Promise<void>;
  /** The event at the next end of a rotation, or of a test of one: `RotationSucceeded`, or a failure with its reason. */
  nextEnd(signal: AbortSignal): Promise<string>;
}

/** Starts them on loopback. Secrets Manager drives rotations through `invoke`, and tells `bus` its events. */
export async function startSurroundings(invoke: InvokeFunction, bus: TellBus): Promise<Surroundings> {
  await using opened = new AsyncDisposableStack();
  const signals = new EventEmitter();
  const clock = new SandboxClock(memoryJournal());
  const mailbox = new Mailbox(clock, memoryJournal());
  await mailbox.start(0);
  opened.defer(() => mailbox.close());
  mailbox.onMail = () => signals.emit('mail', mailbox.mails.at(-1));

  const orgStandIn = new DeferredStandIn('salesforce');
  const orgServer = await serve(orgStandIn, new MailingWire(() => org.deliverDueMails()));
  opened.defer(() => orgServer.close());
  const world = buildWorld(orgServer.url);
  const org: SalesforceOrg = new SalesforceOrg({
    clock,
    journal: memoryJournal(),
    seed: world.org,
    deliver: (mail) => mailbox.sendAsOrg(mail),
  });
  orgStandIn.become(salesforceStandIn(org, { baseUrl: () => orgServer.url }));

  const rotationEvents: string[] = [];
  let fault = '';
  const secretsManager = new SecretsManagerEngine({
    clock,
    journal: memoryJournal(),
    region: REGION,
    accountId: ACCOUNT,
    invokeRotation: (functionArn, event) =>
      invoke(functionArn, event).catch((error: unknown) => {
        fault = error instanceof Error ? error.message : String(error);
        throw error;
      }),
    autoRun: true,
    onEvent: (event) => {
      bus(event).catch((error: unknown) => process.stderr.write(`an event was lost: ${String(error)}\n`));
      if (!isRotation(event)) {
        signals.emit(`${event.detail.name} ${event.detail.labelUpdated}`);
        return;
      }
      rotationEvents.push(event.detail.eventName);
      signals.emit(event.detail.eventName, event.detail.errorMessage);
    },
  });
  const secrets = await serve(secretsManagerStandIn(secretsManager), new CountingWire());
  opened.defer(() => secrets.close());
  const resources = opened.move();
  return {
    world,
    org,
    secretsManager,
    secretsManagerUrl: secrets.url,
    rotationEvents,
    async nextMail(signal) {
      const [mail] = (await once(signals, 'mail', { signal })) as [StoredMail];
      return mail;
    },
    async nextVersions(names, signal) {
      await Promise.all(names.map((name) => once(signals, `${name} AWSCURRENT`, { signal })));
    },
    async nextEnd(signal) {
      const ends = ['RotationSucceeded', 'RotationFailed', 'TestRotationSucceeded', 'TestRotationFailed'];
      const over = new AbortController();
      const listening = { signal: AbortSignal.any([signal, over.signal]) };
      return Promise.race(
        ends.map(async (name) => {
          const [reason] = (await once(signals, name, listening)) as [string | undefined];
          return reason === undefined ? name : `${name}: ${reason}\n${fault}`;
        }),
      ).finally(() => over.abort());
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The message that SES publishes on its topic when it received the mail. */
export function sesMessage(mail: StoredMail): string {
  const { Records } = sesEvent(mail) as { Records: readonly { Sns: { Message: string } }[] };
  return Records[0]?.Sns.Message ?? '';
}

/** Lets the org send its mails as soon as it has answered a call. */
class MailingWire extends CountingWire {
  readonly #send: () => Promise<void>;

  constructor(send: () => Promise<void>) {
    super();
    this.#send = send;
  }

  override after() {
    void this.#send();
    return PASS;
  }
}

function isRotation(
  event: SecretsManagerEvent,
): event is Extract<SecretsManagerEvent, { 'detail-type': 'AWS Service Event via CloudTrail' }> {
  return event['detail-type'] === 'AWS Service Event via CloudTrail';
}
