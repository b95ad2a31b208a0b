import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PokeQueue } from '../core/ports/poke-queue.ts';

/** Pokes through an SQS queue: one message per credential. */
export class SqsPokeQueue implements PokeQueue {
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #queueUrl: string;

  constructor(client: Pick<SQSClient, 'send'>, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async poke(credential: string, afterSeconds = 0): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: JSON.stringify({ credential }),
        DelaySeconds: Math.min(900, Math.max(0, Math.ceil(afterSeconds))),
      }),
    );
  }
}
