import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { SecretsManagerEvent } from '../../lib/sandbox/secrets-manager/events.ts';
import type { Emulator } from './emulator.ts';

/** The emulator's default bus, on which services put their events. Which function gets one, the deployed rules say. */
export class EventBus implements Disposable {
  readonly #client: EventBridgeClient;
  readonly #agent: Agent;

  constructor({ endpoint, environment }: Emulator) {
    const value = (name: string) => environment[name] ?? '';
    this.#agent = new Agent({ ca: readFileSync(value('AWS_CA_BUNDLE')), keepAlive: true });
    this.#client = new EventBridgeClient({
      endpoint,
      region: value('AWS_REGION'),
      credentials: {
        accessKeyId: value('AWS_ACCESS_KEY_ID'),
        secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
      },
      requestHandler: { httpsAgent: this.#agent },
    });
  }

  /** @throws Error where the bus does not take it. */
  async put({ source, resources, detail, ...event }: SecretsManagerEvent): Promise<void> {
    const entry = {
      Source: source,
      DetailType: event['detail-type'],
      Resources: [...resources],
      Detail: JSON.stringify(detail),
    };
    const { Entries = [] } = await this.#client.send(new PutEventsCommand({ Entries: [entry] }));
    for (const { ErrorMessage } of Entries) if (ErrorMessage !== undefined) throw new Error(ErrorMessage);
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
    this.#agent.destroy();
  }
}
