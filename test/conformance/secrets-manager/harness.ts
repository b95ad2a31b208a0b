import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from '@jest/globals';
import type { Clock } from '../../../lib/core/ports/clock.ts';
import { type RunningServer, serve } from '../../../lib/sandbox/http.ts';
import { memoryJournal } from '../../../lib/sandbox/journal.ts';
import {
  SecretsManagerEngine,
  type SecretsManagerEngineOptions,
} from '../../../lib/sandbox/secrets-manager/engine.ts';
import type { SecretsManagerEvent } from '../../../lib/sandbox/secrets-manager/events.ts';
import type { RotationEvent } from '../../../lib/sandbox/secrets-manager/rotation.ts';
import { secretsManagerStandIn } from '../../../lib/sandbox/secrets-manager/stand-in.ts';
import type { SecretsManagerState } from '../../../lib/sandbox/secrets-manager/store.ts';
import { CountingWire } from '../../../lib/sandbox/wire.ts';

export const START = new Date('2026-11-01T10:30:00.000Z');
export const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:rotate';

class ManualClock implements Clock {
  #now = START.getTime();

  now(): Date {
    return new Date(this.#now);
  }

  advance(amount: { readonly days?: number; readonly hours?: number; readonly seconds?: number }): void {
    const { days = 0, hours = 0, seconds = 0 } = amount;
    this.#now += (days * 86_400 + hours * 3600 + seconds) * 1000;
  }
}

/** A version id that a reader can tell from the others: 32 characters or more. */
export function token(name: string): string {
  return `${name}-${'0'.repeat(40)}`.slice(0, 40);
}

export type RotationFunction = (event: RotationEvent, client: SecretsManagerClient) => Promise<void>;

/** One stand-in on a real port, with an unmodified client. */
export class Harness {
  readonly clock = new ManualClock();
  readonly journal = memoryJournal<SecretsManagerState>();
  readonly events: SecretsManagerEvent[] = [];
  readonly invocations: RotationEvent[] = [];
  readonly wire = new CountingWire();
  rotationFunction: RotationFunction = rotateTo('rotated');
  #options: Partial<SecretsManagerEngineOptions> = {};
  #engine: SecretsManagerEngine | undefined;
  #server: RunningServer | undefined;
  #client: SecretsManagerClient | undefined;

  static async start(options: Partial<SecretsManagerEngineOptions> = {}): Promise<Harness> {
    const harness = new Harness();
    harness.#options = options;
    await harness.restart();
    return harness;
  }

  /** Forgets everything but the journal, as the death of the process does. */
  async restart(): Promise<void> {
    await this.stop();
    this.#engine = new SecretsManagerEngine({
      clock: this.clock,
      journal: this.journal,
      region: 'eu-central-1',
      accountId: '111122223333',
      invokeRotation: (_functionArn, event) => {
        this.invocations.push(event);
        return this.rotationFunction(event, this.client);
      },
      onEvent: (event) => this.events.push(event),
      ...this.#options,
    });
    this.#server = await serve(secretsManagerStandIn(this.#engine), this.wire);
    this.#client = new SecretsManagerClient({
      endpoint: this.#server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
      maxAttempts: 1,
    });
  }

  async stop(): Promise<void> {
    this.#client?.destroy();
    await this.#server?.close();
  }

  get engine(): SecretsManagerEngine {
    if (!this.#engine) throw new Error('not started');
    return this.#engine;
  }

  get client(): SecretsManagerClient {
    if (!this.#client) throw new Error('not started');
    return this.#client;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  /** The steps that the function was invoked with, in order. */
  get steps(): readonly string[] {
    return this.invocations.map((event) => event.Step);
  }

  get eventNames(): readonly string[] {
    return this.events.flatMap((event) => ('eventName' in event.detail ? [event.detail.eventName] : []));
  }

  get failures(): readonly (string | undefined)[] {
    return this.events.flatMap((event) =>
      'eventName' in event.detail && event.detail.eventName.endsWith('Failed')
        ? [event.detail.errorMessage]
        : [],
    );
  }

  async value(SecretId: string, VersionStage?: string): Promise<string | undefined> {
    const answer = await this.client.send(
      new GetSecretValueCommand({ SecretId, ...(VersionStage ? { VersionStage } : {}) }),
    );
    return answer.SecretString;
  }
}

/** A well-behaved rotation function: makes the value in createSecret, promotes it in finishSecret. */
export function rotateTo(value: string): RotationFunction {
  return async (event, client) => {
    if (event.Step === 'createSecret') await createPending(event, client, value);
    if (event.Step === 'finishSecret') await promote(event, client);
  };
}

export async function createPending(
  event: RotationEvent,
  client: SecretsManagerClient,
  SecretString: string,
): Promise<void> {
  await client.send(
    new PutSecretValueCommand({
      SecretId: event.SecretId,
      ClientRequestToken: event.ClientRequestToken,
      SecretString,
      VersionStages: ['AWSPENDING'],
    }),
  );
}

export async function promote(event: RotationEvent, client: SecretsManagerClient): Promise<void> {
  const current = await client.send(new GetSecretValueCommand({ SecretId: event.SecretId }));
  if (current.VersionId === event.ClientRequestToken) return;
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: event.SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: event.ClientRequestToken,
      RemoveFromVersionId: current.VersionId,
    }),
  );
}

/** Expects the call to be refused with the service's exception of that name. */
export async function refused(call: Promise<unknown>, name: string, message?: RegExp): Promise<void> {
  await expect(call).rejects.toMatchObject({
    name,
    ...(message ? { message: expect.stringMatching(message) } : {}),
  });
}
