import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import type { SNSClientConfig } from '@aws-sdk/client-sns';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Credential } from '../core/config/load.ts';
import type { HistoryEvent } from '../core/domain/state.ts';
import type { Notifier, OpenedPrompt } from '../core/ports/notifier.ts';
import type { PokeQueue } from '../core/ports/poke-queue.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { Destinations } from './aws-notifier.ts';
import type { SesMailer } from './ses-mailer.ts';

/**
 * The messaging adapters, loaded when there is something to say: most
 * invocations of most functions have nothing, and need not wait for the SDK
 * clients of three services.
 */

/** How the clients are made that the notifier speaks through. */
export interface ChannelClients {
  readonly events: EventBridgeClientConfig;
  readonly topics: SNSClientConfig;
  readonly mail: SESv2ClientConfig;
}

export class LazyNotifier implements Notifier {
  readonly #load: () => Promise<Notifier>;
  #loaded: Promise<Notifier> | undefined;

  constructor(
    clients: ChannelClients,
    destinations: Destinations,
    credentials: ReadonlyMap<string, Credential>,
    telemetry: Telemetry,
  ) {
    this.#load = async () => {
      const [{ AwsNotifier }, { EventBridgeClient }, { SNSClient }] = await Promise.all([
        import('./aws-notifier.ts'),
        import('@aws-sdk/client-eventbridge'),
        import('@aws-sdk/client-sns'),
      ]);
      const channels = {
        events: new EventBridgeClient(clients.events),
        topics: new SNSClient(clients.topics),
        mailer: () => loadMailer(clients.mail),
      };
      return new AwsNotifier(channels, destinations, credentials, telemetry);
    };
  }

  async announce(event: HistoryEvent, prompt?: OpenedPrompt): Promise<void> {
    this.#loaded ??= this.#load();
    await (await this.#loaded).announce(event, prompt);
  }
}

/** Mails are rare, and most deployments send none. */
async function loadMailer(client: SESv2ClientConfig): Promise<SesMailer> {
  const [{ SesMailer }, { SESv2Client }] = await Promise.all([
    import('./ses-mailer.ts'),
    import('@aws-sdk/client-sesv2'),
  ]);
  return new SesMailer(new SESv2Client(client));
}

export class LazyPokeQueue implements PokeQueue {
  readonly #load: () => Promise<PokeQueue>;
  #loaded: Promise<PokeQueue> | undefined;

  constructor(client: SQSClientConfig, queueUrl: string) {
    this.#load = async () => {
      const [{ SqsPokeQueue }, { SQSClient }] = await Promise.all([
        import('./sqs-poke-queue.ts'),
        import('@aws-sdk/client-sqs'),
      ]);
      return new SqsPokeQueue(new SQSClient(client), queueUrl);
    };
  }

  async poke(credential: string, afterSeconds?: number): Promise<void> {
    this.#loaded ??= this.#load();
    await (await this.#loaded).poke(credential, afterSeconds);
  }
}
