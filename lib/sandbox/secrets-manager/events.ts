import type { Clock } from '../../core/ports/clock.ts';
import { placeOf } from './place.ts';
import { type RandomBytes, randomUuid } from './randomness.ts';
import { holderOf, PENDING, PREVIOUS, type Secret } from './secret.ts';

const SERVICE = 'secretsmanager.amazonaws.com';

export type RotationEventName =
  | 'RotationStarted'
  | 'RotationSucceeded'
  | 'RotationFailed'
  | 'RotationAbandoned'
  | 'TestRotationStarted'
  | 'TestRotationSucceeded'
  | 'TestRotationFailed';

/** What every EventBridge event carries. */
interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly source: 'aws.secretsmanager';
  readonly account: string;
  /** ISO 8601. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
}

/** A rotation event as CloudTrail hands it to EventBridge. */
interface ServiceEvent extends Envelope {
  readonly 'detail-type': 'AWS Service Event via CloudTrail';
  readonly detail: {
    readonly eventVersion: string;
    readonly userIdentity: { readonly accountId: string; readonly invokedBy: string };
    readonly eventTime: string;
    readonly eventSource: string;
    readonly eventName: RotationEventName;
    readonly awsRegion: string;
    readonly sourceIPAddress: string;
    readonly userAgent: string;
    readonly errorMessage?: string;
    readonly requestParameters: null;
    readonly responseElements: null;
    readonly additionalEventData: { readonly SecretId: string };
    readonly eventID: string;
    readonly readOnly: false;
    readonly eventType: 'AwsServiceEvent';
    readonly managementEvent: true;
    readonly recipientAccountId: string;
    readonly eventCategory: 'Management';
  };
}

/** The service's native event for a label that reached another version. */
export interface LabelEvent extends Envelope {
  readonly 'detail-type': 'Secret Label Updated';
  readonly detail: { readonly name: string; readonly labelUpdated: string; readonly versionId: string };
}

export type SecretsManagerEvent = ServiceEvent | LabelEvent;

export interface EventFeedOptions {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly onEvent: (event: SecretsManagerEvent) => void;
}

/**
 * Publishes what has been saved. No event carries a value, nor the text of a
 * function's error, which might.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html
 */
export class EventFeed {
  readonly #options: EventFeedOptions;

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  rotation(eventName: RotationEventName, secretArn: string, errorMessage?: string): void {
    const { random, onEvent } = this.#options;
    const { region, accountId } = placeOf(secretArn);
    const envelope = this.#envelope(secretArn, []);
    onEvent({
      ...envelope,
      'detail-type': 'AWS Service Event via CloudTrail',
      detail: {
        eventVersion: '1.08',
        userIdentity: { accountId, invokedBy: SERVICE },
        eventTime: envelope.time,
        eventSource: SERVICE,
        eventName,
        awsRegion: region,
        sourceIPAddress: SERVICE,
        userAgent: SERVICE,
        ...(errorMessage === undefined ? {} : { errorMessage }),
        requestParameters: null,
        responseElements: null,
        additionalEventData: { SecretId: secretArn },
        eventID: randomUuid(random),
        readOnly: false,
        eventType: 'AwsServiceEvent',
        managementEvent: true,
        recipientAccountId: accountId,
        eventCategory: 'Management',
      },
    });
  }

  /** One event for each label that is on another version than before, two labels excepted. */
  labels(before: Secret | undefined, after: Secret): void {
    for (const version of after.versions) {
      for (const label of version.labels) {
        if (label === PENDING || label === PREVIOUS) continue;
        if (before && holderOf(before, label)?.id === version.id) continue;
        this.#options.onEvent({
          ...this.#envelope(after.arn, [after.arn]),
          'detail-type': 'Secret Label Updated',
          detail: { name: after.name, labelUpdated: label, versionId: version.id },
        });
      }
    }
  }

  #envelope(secretArn: string, resources: readonly string[]): Envelope {
    const { clock, random } = this.#options;
    const { region, accountId } = placeOf(secretArn);
    return {
      version: '0',
      id: randomUuid(random),
      source: 'aws.secretsmanager',
      account: accountId,
      time: clock.now().toISOString(),
      region,
      resources,
    };
  }
}
