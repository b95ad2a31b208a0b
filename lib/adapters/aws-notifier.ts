import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Credential } from '../core/config/load.ts';
import type { EventType, HistoryEvent } from '../core/domain/state.ts';
import { UnknownCredential } from '../core/errors.ts';
import type { Notifier, OpenedPrompt } from '../core/ports/notifier.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { composeMessage } from '../core/prompt/message.ts';
import type { Message } from '../core/prompt/message-parts.ts';
import { chatCard, mailForm, plainText, shortText } from './message-forms.ts';
import type { SesMailer } from './ses-mailer.ts';

/** The source of every event on the bus. */
const EVENT_SOURCE = 'salesforce-credential-rotation';

/** What other systems are told. The rest of the history stays in the ledger. */
const ON_THE_BUS: ReadonlySet<EventType> = new Set<EventType>([
  'Rotation Invited',
  'Rotation Started',
  'Token Requested',
  'Token Escalated',
  'Prompt Renewed',
  'Token Rejected',
  'Rotation Completed',
  'Rotation Blocked',
  'Password Changed Outside',
  'Token Reset Outside',
  'Password Expired',
  'Credential Edited',
  'Straggler Seen',
]);

/** What people are told: what they wait for, and what waits for them. */
const FOR_PEOPLE: ReadonlySet<EventType> = new Set<EventType>([
  'Rotation Invited',
  'Token Requested',
  'Token Reminder',
  'Token Escalated',
  'Prompt Renewed',
  'Token Not Proven',
  'Mailbox Not Read',
  'User Unlocked',
  'User Locked Out',
  'Password Changed Outside',
  'Token Reset Outside',
  'Password Expired',
  'Credential Edited',
  'Straggler Seen',
  'Login Retires',
  'Drift Found',
  'Retirement Postponed',
  'Rotation Completed',
  'Rotation Blocked',
]);

/** SNS takes subjects of fewer than 100 characters. */
const LONGEST_SUBJECT = 99;

/** Where events and messages go. */
export interface Destinations {
  readonly busName: string;
  readonly topicArn: string;
}

/** What the notifier speaks through. */
export interface Channels {
  readonly events: Pick<EventBridgeClient, 'send'>;
  readonly topics: Pick<SNSClient, 'send'>;
  /** Loaded when there is a mail to send. */
  readonly mailer: () => Promise<Pick<SesMailer, 'send'>>;
}

/**
 * Tells EventBridge, SNS and, where a credential names addresses, SES. A
 * subscription of the topic gets the form that fits its protocol: mail gets plain
 * text, a chat integration the card of a custom notification.
 */
export class AwsNotifier implements Notifier {
  readonly #channels: Channels;
  readonly #destinations: Destinations;
  readonly #credentials: ReadonlyMap<string, Credential>;
  readonly #telemetry: Telemetry;

  constructor(
    channels: Channels,
    destinations: Destinations,
    credentials: ReadonlyMap<string, Credential>,
    telemetry: Telemetry,
  ) {
    this.#channels = channels;
    this.#destinations = destinations;
    this.#credentials = credentials;
    this.#telemetry = telemetry;
  }

  async announce(event: HistoryEvent, prompt?: OpenedPrompt): Promise<void> {
    if (ON_THE_BUS.has(event.type)) await this.#putEvent(event, prompt);
    if (!FOR_PEOPLE.has(event.type)) return;
    const credential = this.#credentials.get(event.credential);
    if (credential === undefined)
      throw new UnknownCredential(event.credential, [...this.#credentials.keys()]);
    const message = composeMessage({ event, credential, prompt });
    await this.#publish(event, message);
    await this.#mail(event, message, credential);
  }

  async #putEvent(event: HistoryEvent, prompt: OpenedPrompt | undefined): Promise<void> {
    const detail =
      prompt?.page === undefined
        ? event
        : { ...event, link: prompt.page.link.reveal(), linkExpiresAt: prompt.page.expiresAt };
    const answer = await this.#channels.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#destinations.busName,
            Source: EVENT_SOURCE,
            DetailType: event.type,
            Time: new Date(event.at),
            Detail: JSON.stringify(detail),
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

  /** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
  async #publish(event: HistoryEvent, message: Message): Promise<void> {
    const text = plainText(message);
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    await this.#channels.topics.send(
      new PublishCommand({
        TopicArn: this.#destinations.topicArn,
        Subject: message.title.slice(0, LONGEST_SUBJECT),
        MessageStructure: 'json',
        Message: JSON.stringify({ default: chatCard(event, message), email: text, sms: shortText(message) }),
        MessageAttributes: {
          event: attribute(event.type),
          credential: attribute(event.credential),
          urgency: attribute(message.urgency),
        },
      }),
    );
  }

  /**
   * A mail that SES refuses is a warning and not an error: the topic has the
   * message already, and would get it again with every try.
   */
  async #mail(event: HistoryEvent, message: Message, { name, prompt }: Credential): Promise<void> {
    const { mail, escalate } = prompt;
    if (mail === undefined) return;
    const to = event.type === 'Token Escalated' ? [...mail.to, ...(escalate?.to ?? [])] : mail.to;
    try {
      const mailer = await this.#channels.mailer();
      await mailer.send({ from: mail.from, to: [...new Set(to)] }, mailForm(message));
    } catch (error) {
      this.#telemetry.warn(`the mail "${event.type}" of "${name}" was not taken by SES`, error);
    }
  }
}
