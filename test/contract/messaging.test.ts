import { expect, test } from '@jest/globals';
import { LazyNotifier, LazyPokeQueue } from '../../lib/adapters/lazy-messaging.ts';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';
import { serve } from '../../lib/sandbox/http.ts';
import { Messages, type QueueMessage } from '../../lib/sandbox/messaging/messages.ts';
import { messagingStandIn } from '../../lib/sandbox/messaging/stand-in.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { billingConfiguration } from '../support/billing.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryNotifier, MemoryQueue, MemoryTelemetry } from '../support/fakes/memory-messaging.ts';
import { BLOCKED, type MessagingBench, messagingContract } from './messaging.contract.ts';

messagingContract('in memory', async (): Promise<MessagingBench> => {
  const [queue, notifier] = [new MemoryQueue(), new MemoryNotifier()];
  return {
    queue,
    notifier,
    dueAfter: (seconds) =>
      queue.pokes.filter((poke) => poke.afterSeconds <= seconds).map((poke) => poke.credential),
    told: () => notifier.announced.map((event) => event.message),
    breakDown: () => {
      notifier.broken = true;
    },
    stop: async () => undefined,
  };
});

/** Every message that is due, and puts them back. */
function due(messages: Messages, clock: FixedClock): readonly QueueMessage[] {
  const found: QueueMessage[] = [];
  for (let message = messages.receive(); message !== undefined; message = messages.receive())
    found.push(message);
  for (const message of found) message.dueAt = clock.now().getTime();
  return found;
}

messagingContract('SQS, EventBridge and SNS', async (): Promise<MessagingBench> => {
  const clock = new FixedClock();
  const began = clock.now().getTime();
  const messages = new Messages(clock);
  const wire = new CountingWire();
  const server = await serve(messagingStandIn(messages, clock), wire);
  const client = {
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  };
  return {
    queue: new LazyPokeQueue(client, `${server.url}/111122223333/pokes`),
    notifier: new LazyNotifier(
      { events: client, topics: client, mail: client },
      { busName: 'default', topicArn: 'arn:topic' },
      billingConfiguration().credentials,
      new MemoryTelemetry(),
    ),
    dueAfter: (seconds) => {
      clock.advance(seconds - (clock.now().getTime() - began) / 1_000);
      return due(messages, clock).map(({ body }) => (JSON.parse(body) as { credential: string }).credential);
    },
    told: () =>
      messages.notifications.map(
        ({ message }) =>
          (JSON.parse(message) as { content: { description: string } }).content.description.split('\n')[0] ??
          '',
      ),
    breakDown: () => {
      wire.before = () => ({ kind: 'fail', status: 503, code: 'ServiceUnavailable', message: 'down' });
    },
    stop: () => server.close(),
  };
});

test('a message has a form for each protocol, and a mail goes out by SES', async () => {
  const clock = new FixedClock();
  const messages = new Messages(clock);
  const server = await serve(messagingStandIn(messages, clock), new CountingWire());
  const client = { endpoint: server.url, region: 'eu-central-1', credentials: SANDBOX_CREDENTIALS };
  const mail = { from: 'rotation@acme.example', to: ['owner@acme.example'] };
  const telemetry = new MemoryTelemetry();
  try {
    const notifier = new LazyNotifier(
      { events: client, topics: client, mail: client },
      { busName: 'default', topicArn: 'arn:topic' },
      billingConfiguration({ prompt: { mail } }).credentials,
      telemetry,
    );
    await notifier.announce({ ...BLOCKED, message: 'The user "é" is <frozen>.' });
  } finally {
    await server.close();
  }
  expect(telemetry.warnings).toEqual([]);
  expect(messages.notifications).toMatchObject([
    {
      subject: 'Rotation Blocked: billing',
      forms: {
        email: expect.stringMatching(/^The user "é" is <frozen>\./),
        sms: 'Rotation Blocked: billing.',
      },
      attributes: { event: 'Rotation Blocked', credential: 'billing', urgency: 'action' },
    },
  ]);
  expect(messages.mails).toMatchObject([
    {
      ...mail,
      subject: 'Rotation Blocked: billing',
      text: expect.stringContaining('<frozen>'),
      html: expect.stringContaining('&lt;frozen&gt;'),
    },
  ]);
});
