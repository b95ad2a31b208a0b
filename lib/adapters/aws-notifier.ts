import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { EventType, HistoryEvent } from '../core/domain/state.ts';
import type { Notifier } from '../core/ports/notifier.ts';

/** The source of every event on the bus. */
const EVENT_SOURCE = 'salesforce-credential-rotation';

/** What other systems are told. The rest of the history stays in the ledger. */
const ON_THE_BUS: ReadonlySet<EventType> = new Set<EventType>([
  'Rotation Started',
  'Token Requested',
  'Token Rejected',
  'Rotation Completed',
  'Rotation Blocked',
]);

/** What people are told: what they wait for, and what waits for them. */
const FOR_PEOPLE: ReadonlySet<EventType> = new Set<EventType>([
  'Rotation Invited',
  'Token Requested',
  'Token Reminder',
  'Token Not Proven',
  'Drift Found',
  'Retirement Postponed',
  'Rotation Completed',
  'Rotation Blocked',
]);

/**
 * Tells EventBridge and SNS. The SNS message has the form of a custom
 * notification, which chat integrations show as a card.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export class AwsNotifier implements Notifier {
  readonly #events: Pick<EventBridgeClient, 'send'>;
  readonly #topics: Pick<SNSClient, 'send'>;
  readonly #busName: string;
  readonly #topicArn: string;

  constructor(
    events: Pick<EventBridgeClient, 'send'>,
    topics: Pick<SNSClient, 'send'>,
    destinations: { readonly busName: string; readonly topicArn: string },
  ) {
    this.#events = events;
    this.#topics = topics;
    this.#busName = destinations.busName;
    this.#topicArn = destinations.topicArn;
  }

  async announce(event: HistoryEvent): Promise<void> {
    if (ON_THE_BUS.has(event.type)) await this.#putEvent(event);
    if (FOR_PEOPLE.has(event.type)) await this.#publish(event);
  }

  async #putEvent(event: HistoryEvent): Promise<void> {
    const answer = await this.#events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#busName,
            Source: EVENT_SOURCE,
            DetailType: event.type,
            Time: new Date(event.at),
            Detail: JSON.stringify(event),
          },
        ],
      }),
    );
    // PutEvents answers 200 also where an entry was not taken.
    if ((answer.FailedEntryCount ?? 0) > 0) {
      throw new Error(
        `EventBridge did not take the event: ${answer.Entries?.[0]?.ErrorCode ?? 'unknown reason'}`,
      );
    }
  }

  async #publish(event: HistoryEvent): Promise<void> {
    const title = `${event.type}: ${event.credential}`;
    const content = {
      textType: 'client-markdown',
      title,
      description: event.message,
      ...(event.remedy === undefined ? {} : { nextSteps: [event.remedy] }),
    };
    await this.#topics.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: title.slice(0, 100),
        Message: JSON.stringify({ version: '1.0', source: 'custom', id: event.id, content }),
      }),
    );
  }
}
