import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface PokeQueueProps {
  /** Timeout of the function that takes the messages. */
  readonly consumerTimeout: Duration;
  /** Encrypts the messages of both queues. */
  readonly encryptionKey: IKey;
}

/** Deliveries of a poke before it is put aside. */
const MAX_RECEIVE_COUNT = 5;

/**
 * The queue of pokes, one message per credential, and the dead-letter queue for
 * those that kept failing. A poke that is lost costs a delay only: the watch
 * pokes again.
 */
export class PokeQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: PokeQueueProps) {
    super(scope, id);
    const protection = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...protection,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...protection,
      // Lambda asks for six times the function's timeout, so that a throttled batch is not delivered twice.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}
