import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { AwsNotifier } from '../../../lib/adapters/aws-notifier.ts';
import { SqsPokeQueue } from '../../../lib/adapters/sqs-poke-queue.ts';
import type { EventType, HistoryEvent } from '../../../lib/core/domain/state.ts';

const EVERY_TYPE: Readonly<Record<EventType, readonly ('bus' | 'people')[]>> = {
  'Rotation Requested': [],
  'Rotation Invited': ['people'],
  'Rotation Begun': [],
  'Rotation Started': ['bus'],
  'Password Change Begun': [],
  'Password Set': [],
  'Password Refused': [],
  'Token Requested': ['bus', 'people'],
  'Token Refused': [],
  'Token Rejected': ['bus'],
  'Token Accepted': [],
  'Login Unanswered': [],
  'Token Not Proven': ['people'],
  'Token Reminder': ['people'],
  'Commit Requested': [],
  'Commit Failed': [],
  'Integrations Staged': [],
  'Swap Decided': [],
  'Rotation Completed': ['bus', 'people'],
  'Rotation Blocked': ['bus', 'people'],
  'Rotation Resumed': [],
  'Ledger Rebuilt': [],
  'Pending Removed': [],
  'Rollback Refused': [],
  'Old User Retired': [],
  'Retirement Postponed': ['people'],
  'Drift Found': ['people'],
  'Drift Mended': [],
};

const event = (type: EventType): HistoryEvent => ({
  id: '00000008-0',
  at: '2026-11-01T12:00:00.000Z',
  type,
  credential: 'billing',
  phase: 'blocked',
  message: 'What happened.',
  remedy: 'What to do.',
});

function keeping(answer: object = {}) {
  const sent: Record<string, unknown>[] = [];
  const client = {
    send: async (command: { input: Record<string, unknown> }) => {
      sent.push(command.input);
      return answer;
    },
  };
  return { sent, client };
}

function start(busAnswer: object = { FailedEntryCount: 0 }) {
  const [bus, topic] = [keeping(busAnswer), keeping()];
  const notifier = new AwsNotifier(
    bus.client as unknown as Pick<EventBridgeClient, 'send'>,
    topic.client as unknown as Pick<SNSClient, 'send'>,
    { busName: 'default', topicArn: 'arn:topic' },
  );
  return { notifier, bus: bus.sent, topic: topic.sent };
}

describe('what is told', () => {
  test.each(Object.entries(EVERY_TYPE) as [EventType, readonly string[]][])(
    '%s goes to %j',
    async (type, where) => {
      const { notifier, bus, topic } = start();
      await notifier.announce(event(type));
      expect([bus.length > 0 ? 'bus' : '', topic.length > 0 ? 'people' : ''].filter(Boolean)).toEqual(where);
    },
  );

  test('on the bus is the event as it stands in the history', async () => {
    const { notifier, bus } = start();
    await notifier.announce(event('Rotation Blocked'));
    expect(bus).toEqual([
      {
        Entries: [
          {
            EventBusName: 'default',
            Source: 'salesforce-credential-rotation',
            DetailType: 'Rotation Blocked',
            Time: new Date('2026-11-01T12:00:00.000Z'),
            Detail: JSON.stringify(event('Rotation Blocked')),
          },
        ],
      },
    ]);
  });

  test('to people is a custom notification with the next step', async () => {
    const { notifier, topic } = start();
    await notifier.announce(event('Rotation Blocked'));
    expect(topic[0]).toMatchObject({ TopicArn: 'arn:topic', Subject: 'Rotation Blocked: billing' });
    expect(JSON.parse(String(topic[0]?.['Message']))).toEqual({
      version: '1.0',
      source: 'custom',
      id: '00000008-0',
      content: {
        textType: 'client-markdown',
        title: 'Rotation Blocked: billing',
        description: 'What happened.',
        nextSteps: ['What to do.'],
      },
    });
  });

  test('without a remedy has no next steps, and a long name fits the subject', async () => {
    const { notifier, topic } = start();
    const { remedy: _none, ...rest } = event('Rotation Completed');
    await notifier.announce({ ...rest, credential: 'x'.repeat(120) });
    expect(String(topic[0]?.['Subject'])).toHaveLength(100);
    expect(JSON.parse(String(topic[0]?.['Message'])).content).not.toHaveProperty('nextSteps');
  });

  test('an entry that the bus did not take is an error, though the call succeeded', async () => {
    const refused = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] };
    await expect(start(refused).notifier.announce(event('Rotation Blocked'))).rejects.toThrow(
      'EventBridge did not take the event: ThrottlingException',
    );
    await expect(start({ FailedEntryCount: 1 }).notifier.announce(event('Rotation Blocked'))).rejects.toThrow(
      'unknown reason',
    );
  });
});

describe('a poke', () => {
  test.each([
    [undefined, 0],
    [0.2, 1],
    [30, 30],
    [-5, 0],
    [9_999, 900],
  ])('after %j seconds is delayed by %d', async (after, delay) => {
    const { sent, client } = keeping();
    await new SqsPokeQueue(client as unknown as Pick<SQSClient, 'send'>, 'https://queue').poke(
      'billing',
      after,
    );
    expect(sent).toEqual([
      { QueueUrl: 'https://queue', MessageBody: '{"credential":"billing"}', DelaySeconds: delay },
    ]);
  });
});
