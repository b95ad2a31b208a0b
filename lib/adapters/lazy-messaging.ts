import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { SNSClientConfig } from '@aws-sdk/client-sns';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { HistoryEvent } from '../core/domain/state.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import type { PokeQueue } from '../core/ports/poke-queue.ts';

/**
 * The messaging adapters, loaded when there is something to say: most
 * invocations of most functions have nothing, and need not wait for the SDK
 * clients of three services.
 */

export class LazyNotifier implements Notifier {
  readonly #load: () => Promise<Notifier>;
  #loaded: Promise<Notifier> | undefined;

  constructor(
    events: EventBridgeClientConfig,
    topics: SNSClientConfig,
    destinations: { readonly busName: string; readonly topicArn: string },
  ) {
    this.#load = async () => {
      const [{ AwsNotifier }, { EventBridgeClient }, { SNSClient }] = await Promise.all([
        import('./aws-notifier.ts'),
        import('@aws-sdk/client-eventbridge'),
        import('@aws-sdk/client-sns'),
      ]);
      return new AwsNotifier(new EventBridgeClient(events), new SNSClient(topics), destinations);
    };
  }

  async announce(event: HistoryEvent): Promise<void> {
    this.#loaded ??= this.#load();
    await (await this.#loaded).announce(event);
  }
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
