type Run = (command: string) => Promise<string>;

const QUEUE = 'told';
const LETS_TOPICS_SEND = JSON.stringify({
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
      },
    ],
  }),
});

/** A queue that gets what people are told. */
export class Listener {
  readonly #run: Run;
  readonly #queueUrl: string;

  private constructor(run: Run, queueUrl: string) {
    this.#run = run;
    this.#queueUrl = queueUrl;
  }

  /** Makes the queue and subscribes it to the topic. */
  static async subscribe(run: Run): Promise<Listener> {
    const created = await run(
      `aws sqs create-queue --queue-name ${QUEUE} --attributes '${LETS_TOPICS_SEND}'`,
    );
    await run(
      `aws sns subscribe --topic-arn <NotificationTopicArn> --protocol sqs --notification-endpoint arn:aws:sqs:<Region>:<Account>:${QUEUE}`,
    );
    return new Listener(run, (JSON.parse(created) as { QueueUrl: string }).QueueUrl);
  }

  /**
   * The part of a message that matches; waits for it.
   *
   * @throws Error with what came instead when nothing more comes.
   */
  async told(wanted: RegExp): Promise<string> {
    const others: string[] = [];
    for (;;) {
      const printed = await this.#run(
        `aws sqs receive-message --queue-url ${this.#queueUrl} --wait-time-seconds 20 --max-number-of-messages 1`,
      );
      const found = wanted.exec(printed)?.[0];
      if (found !== undefined) return found;
      if (printed.trim() === '') throw new Error(`nobody was told ${wanted}, but: ${others.join('\n')}`);
      others.push(printed);
    }
  }
}
