import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { AwsNotifier } from '../../../lib/adapters/aws-notifier.ts';
import type { MailForm } from '../../../lib/adapters/message-forms.ts';
import type { MailAddresses } from '../../../lib/adapters/ses-mailer.ts';
import { SqsPokeQueue } from '../../../lib/adapters/sqs-poke-queue.ts';
import type { EventType, HistoryEvent } from '../../../lib/core/domain/state.ts';
import type { OpenedPrompt } from '../../../lib/core/ports/notifier.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import { billingConfiguration } from '../../support/billing.ts';
import { MemoryTelemetry } from '../../support/fakes/memory-messaging.ts';

const EVERY_TYPE: Readonly<Record<EventType, readonly ('bus' | 'people')[]>> = {
  'Rotation Requested': [],
  'Rotation Invited': ['bus', 'people'],
  'Rotation Begun': [],
  'Start Pressed': [],
  'Rotation Started': ['bus'],
  'Password Change Begun': [],
  'Password Set': [],
  'Password Refused': [],
  'Token Requested': ['bus', 'people'],
  'Token Refused': [],
  'Mailbox Not Read': ['people'],
  'Token Rejected': ['bus'],
  'Token Accepted': [],
  'Login Unanswered': [],
  'Token Not Proven': ['people'],
  'Token Reminder': ['people'],
  'Token Escalated': ['bus', 'people'],
  'Prompt Renewed': ['bus', 'people'],
  'User Locked Out': ['people'],
  'User Unlocked': ['people'],
  'Password Changed Outside': ['bus', 'people'],
  'Token Reset Outside': ['bus', 'people'],
  'Password Expired': ['bus', 'people'],
  'Credential Edited': ['bus', 'people'],
  'Straggler Seen': ['bus', 'people'],
  'Stragglers Gone': [],
  'Login Retires': ['people'],
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
  Repaired: [],
};

const LINK = 'https://page.example/p/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
const PROMPT: OpenedPrompt = {
  username: 'billing@acme.example',
  mailbox: { masked: 'b•••@acme.example', reachable: true },
  page: { link: Redacted.of(LINK), expiresAt: '2026-11-02T12:00:30.000Z' },
};

const event = (type: EventType, changes: Partial<HistoryEvent> = {}): HistoryEvent => ({
  id: '00000008-0',
  at: '2026-11-01T12:00:00.000Z',
  type,
  credential: 'billing',
  phase: 'blocked',
  message: 'What happened.',
  remedy: 'What to do.',
  ...changes,
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

type PromptConfig = NonNullable<Parameters<typeof billingConfiguration>[0]>['prompt'];

function start({
  busAnswer = { FailedEntryCount: 0 } as object,
  prompt = {} as PromptConfig,
  mailFails = false,
} = {}) {
  const [bus, topic] = [keeping(busAnswer), keeping()];
  const mails: { addresses: MailAddresses; form: MailForm }[] = [];
  const telemetry = new MemoryTelemetry();
  const notifier = new AwsNotifier(
    {
      events: bus.client as unknown as Pick<EventBridgeClient, 'send'>,
      topics: topic.client as unknown as Pick<SNSClient, 'send'>,
      mailer: async () => ({
        send: async (addresses, form) => {
          if (mailFails) throw new Error('MessageRejected: the address is not verified');
          mails.push({ addresses, form });
        },
      }),
    },
    { busName: 'default', topicArn: 'arn:topic' },
    billingConfiguration({ prompt }).credentials,
    telemetry,
  );
  return { notifier, bus: bus.sent, topic: topic.sent, mails, telemetry };
}

/** The forms of the one message that went to the topic. */
function formsOf(topic: readonly Record<string, unknown>[]) {
  const { default: card, email, sms } = JSON.parse(String(topic[0]?.['Message'])) as Record<string, string>;
  return { card: JSON.parse(card ?? '') as { content: Record<string, unknown> }, email, sms };
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

  test('on the bus, an event that asks a person has the link beside it', async () => {
    const { notifier, bus } = start();
    const asked = event('Token Requested', { promptId: 'prompt-1' });
    await notifier.announce(asked, PROMPT);
    const [entry] = (bus[0]?.['Entries'] ?? []) as { Detail: string }[];
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      ...asked,
      link: LINK,
      linkExpiresAt: '2026-11-02T12:00:30.000Z',
    });
  });

  test('an entry that the bus did not take is an error, though the call succeeded', async () => {
    const refused = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] };
    await expect(start({ busAnswer: refused }).notifier.announce(event('Rotation Blocked'))).rejects.toThrow(
      'EventBridge did not take the event: ThrottlingException',
    );
    await expect(
      start({ busAnswer: { FailedEntryCount: 1 } }).notifier.announce(event('Rotation Blocked')),
    ).rejects.toThrow('unknown reason');
  });
});

describe('a message to the topic', () => {
  test('is a card for chats, with the facts, the next steps and the link', async () => {
    const { notifier, topic } = start();
    await notifier.announce(
      event('Token Requested', { promptId: 'prompt-1', rotationId: 'rotation-1' }),
      PROMPT,
    );
    expect(topic[0]).toMatchObject({ TopicArn: 'arn:topic', Subject: 'Token Requested: billing' });
    expect(formsOf(topic).card).toEqual({
      version: '1.0',
      source: 'custom',
      id: '00000008-0',
      content: {
        textType: 'client-markdown',
        title: 'Token Requested: billing',
        description: [
          'What happened.',
          '*Credential*: billing',
          '*Org*: prod (https://acme.my.salesforce.com)',
          '*User*: billing@acme.example',
          '*The token is mailed to*: b•••@acme.example',
          '*Integration secrets*: 0',
          '*The link works until*: 2026-11-02 12:00 UTC',
        ].join('\n'),
        nextSteps: [
          'Find the mail "Your new Salesforce security token" in the mailbox of the user.',
          'Open the page and paste the token, or the whole mail.',
          'What to do.',
          `Open the page: ${LINK}`,
        ],
        keywords: ['action'],
      },
      metadata: { eventType: 'Token Requested', threadId: 'rotation-1' },
    });
  });

  test('is plain text for mail, and one line for a text message', async () => {
    const { notifier, topic } = start();
    await notifier.announce(event('Rotation Invited', { promptId: 'prompt-1' }), PROMPT);
    const { email = '', sms } = formsOf(topic);
    expect(email.split('\n\n')).toEqual([
      'What happened.',
      expect.stringContaining('User: billing@acme.example\n'),
      expect.stringMatching(/^1\. Make sure.*\n2\. Open the page and press Start\..*\n3\. What to do\.$/),
      `Open the page:\n${LINK}`,
    ]);
    expect(sms).toBe(`Rotation Invited: billing. ${LINK}`);
  });

  test('without a page says which command to run, and has no link', async () => {
    const { notifier, topic, bus } = start();
    const { page: _none, ...rest } = PROMPT;
    await notifier.announce(event('Token Requested', { promptId: 'prompt-1' }), rest);
    expect(formsOf(topic).email).toContain('Run "sfrotate token billing"');
    expect(JSON.stringify([topic, bus])).not.toContain('https://page.example');
  });

  test.each(['Rotation Invited', 'Token Requested', 'Password Changed Outside'] as const)(
    '%s asks for nothing once its prompt is closed',
    async (type) => {
      const { notifier, topic } = start();
      await notifier.announce(event(type));
      expect(formsOf(topic).card.content['nextSteps']).toEqual(['What to do.']);
    },
  );

  test('says where no mail can arrive', async () => {
    const { notifier, topic } = start();
    const mailbox = { masked: 'b•••@acme.example.invalid', reachable: false };
    await notifier.announce(event('Token Requested', { promptId: 'prompt-1' }), { ...PROMPT, mailbox });
    expect(formsOf(topic).email).toContain('(no mail can arrive there: the address ends in .invalid)');
  });

  test.each([
    ['Rotation Completed', 'info'],
    ['Rotation Blocked', 'action'],
    ['Token Requested', 'action'],
    ['Token Escalated', 'escalation'],
  ] as const)('%s has the urgency %s, by which a subscription can filter', async (type, urgency) => {
    const { notifier, topic } = start();
    await notifier.announce(event(type));
    expect(topic[0]?.['MessageAttributes']).toEqual({
      event: { DataType: 'String', StringValue: type },
      credential: { DataType: 'String', StringValue: 'billing' },
      urgency: { DataType: 'String', StringValue: urgency },
    });
  });

  test('speaks the language of its credential', async () => {
    const { notifier, topic } = start({ prompt: { language: 'ja' } });
    await notifier.announce(event('Token Requested', { promptId: 'prompt-1' }), PROMPT);
    const { email = '' } = formsOf(topic);
    expect(topic[0]?.['Subject']).toBe('セキュリティトークンの入力待ち: billing');
    expect(email).toMatch(
      /^Salesforce にユーザー「billing@acme\.example」の新しいパスワードを設定しました。/,
    );
    expect(email).toContain('連携はログインできません');
  });
});

describe('a mail to the owner', () => {
  const prompt = {
    mail: { from: 'rotation@acme.example', to: ['owner@acme.example'] },
    escalate: { after: '4h', to: ['lead@acme.example', 'owner@acme.example'] },
  };

  test('is sent only where addresses are configured', async () => {
    const { notifier, mails } = start();
    await notifier.announce(event('Token Requested'));
    expect(mails).toEqual([]);
  });

  test('has a text and an HTML part with the link, and nothing that is not escaped', async () => {
    const { notifier, mails } = start({ prompt });
    const asked = event('Token Requested', { promptId: 'prompt-1', message: '<b>"O\'Hara" & sons</b>' });
    await notifier.announce(asked, PROMPT);
    expect(mails).toHaveLength(1);
    const [{ addresses, form } = { addresses: undefined, form: undefined }] = mails;
    expect(addresses).toEqual(prompt.mail);
    expect(form?.subject).toBe('Token Requested: billing');
    expect(form?.text).toContain(LINK);
    expect(form?.html).toContain(`<a href="${LINK}"`);
    expect(form?.html).toContain('&lt;b&gt;&quot;O&#39;Hara&quot; &amp; sons&lt;/b&gt;');
    expect(form?.html).not.toMatch(/<b>|<script|<img|src=/);
  });

  test('of an escalation goes to those who are named for it, too, and to nobody twice', async () => {
    const { notifier, mails } = start({ prompt });
    await notifier.announce(event('Token Escalated'));
    expect(mails[0]?.addresses.to).toEqual(['owner@acme.example', 'lead@acme.example']);
  });

  test('that SES refuses is a warning: the topic is not told again because of it', async () => {
    const { notifier, topic, telemetry } = start({ prompt, mailFails: true });
    await notifier.announce(event('Token Requested'));
    expect(topic).toHaveLength(1);
    expect(telemetry.warnings).toEqual(['the mail "Token Requested" of "billing" was not taken by SES']);
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
