import { AwsNotifier, type Channels } from '../../lib/adapters/aws-notifier.ts';
import type { Configuration } from '../../lib/core/config/load.ts';
import type { HistoryEvent } from '../../lib/core/domain/state.ts';
import { composeMessage } from '../../lib/core/prompt/message.ts';
import type { Urgency } from '../../lib/core/prompt/message-parts.ts';
import type { MemoryNotifier } from './fakes/memory-messaging.ts';
import { MemoryTelemetry } from './fakes/memory-messaging.ts';

/** What reached people of one event. */
export interface Told {
  readonly type: HistoryEvent['type'];
  readonly urgency: Urgency;
  /** What the message says is to be done. */
  readonly steps: readonly string[];
}

/**
 * Of what was announced, what people are sent: the notifier that is deployed decides
 * what goes to its topic, and the message is the one that it composes.
 */
export async function toldPeople(
  { announced, prompts }: MemoryNotifier,
  configuration: Configuration,
  from = 0,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [index, event] of announced.entries()) {
    if (index < from || !(await isPublished(event, configuration))) continue;
    const credential = configuration.credentials.get(event.credential);
    if (credential === undefined) throw new Error(`nobody has configured "${event.credential}"`);
    const { urgency, steps } = composeMessage({ event, credential, prompt: prompts[index] });
    told.push({ type: event.type, urgency, steps });
  }
  return told;
}

async function isPublished(event: HistoryEvent, { credentials }: Configuration): Promise<boolean> {
  let published = 0;
  const answer = async () => ({ FailedEntryCount: 0 });
  const channels = {
    events: { send: answer },
    topics: {
      send: async () => {
        published += 1;
        return {};
      },
    },
    mailer: async () => ({ send: async () => undefined }),
  } as unknown as Channels;
  const notifier = new AwsNotifier(
    channels,
    { busName: 'bus', topicArn: 'arn:aws:sns:eu-central-1:111122223333:people' },
    credentials,
    new MemoryTelemetry(),
  );
  await notifier.announce(event);
  return published > 0;
}
