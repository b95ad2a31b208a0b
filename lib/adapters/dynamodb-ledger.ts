import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { CredentialState, HistoryEvent } from '../core/domain/state.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import type { PromptLink } from '../core/prompt/prompt-link.ts';
import { systemClock } from './system.ts';

/** A year of history; DynamoDB's time to live removes what is older. */
const HISTORY_DAYS = 400;

/**
 * The ledger on one DynamoDB table with the string keys `pk` and `sk`.
 *
 * | pk | sk | holds |
 * |---|---|---|
 * | `credential#<name>` | `state` | the state |
 * | `credential#<name>` | `event#<time>#<id>` | one event |
 * | `prompt#<hash>` | `link` | one link to a prompt; gone when it has expired |
 * | `rate#<key>` | `window#<seconds>#<number>` | how often something happened in a window; gone after it |
 */
export class DynamoDbLedger implements Ledger {
  readonly #client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly #table: string;
  readonly #clock: Clock;

  /** @param clock Tells in which window something is counted. */
  constructor(client: Pick<DynamoDBDocumentClient, 'send'>, table: string, clock: Clock = systemClock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async load(credential: string): Promise<CredentialState | undefined> {
    const found = await this.#client.send(
      new GetCommand({
        TableName: this.#table,
        Key: { pk: partition(credential), sk: 'state' },
        ConsistentRead: true,
      }),
    );
    return found.Item?.['state'] as CredentialState | undefined;
  }

  async save(state: CredentialState): ReturnType<Ledger['save']> {
    const next: CredentialState = { ...state, version: state.version + 1 };
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { pk: partition(state.credential), sk: 'state', version: next.version, state: next },
          ...onlyIfVersionIs(state.version),
        }),
      );
      return { kind: 'saved', state: next };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { kind: 'overtaken' };
      throw error;
    }
  }

  async record(event: HistoryEvent): Promise<void> {
    const expiresAt = Math.floor(Date.parse(event.at) / 1_000) + HISTORY_DAYS * 86_400;
    await this.#client.send(
      new PutCommand({
        TableName: this.#table,
        Item: { pk: partition(event.credential), sk: `event#${event.at}#${event.id}`, event, expiresAt },
      }),
    );
  }

  async history(credential: string, limit: number): Promise<readonly HistoryEvent[]> {
    const found = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': partition(credential), ':prefix': 'event#' },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (found.Items ?? []).map((item) => item['event'] as HistoryEvent);
  }

  async saveLink(link: PromptLink): Promise<void> {
    const expiresAt = Math.ceil(Date.parse(link.expiresAt) / 1_000);
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...keyOfLink(link.hash), link, expiresAt } }),
    );
  }

  async findLink(hash: string): Promise<PromptLink | undefined> {
    const found = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: keyOfLink(hash), ConsistentRead: true }),
    );
    return found.Item?.['link'] as PromptLink | undefined;
  }

  async countIn(key: string, windowSeconds: number): Promise<number> {
    const number = Math.floor(this.#clock.now().getTime() / (windowSeconds * 1_000));
    const counted = await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: { pk: `rate#${key}`, sk: `window#${windowSeconds}#${number}` },
        UpdateExpression: 'ADD #count :one SET #expiresAt = :end',
        ExpressionAttributeNames: { '#count': 'count', '#expiresAt': 'expiresAt' },
        ExpressionAttributeValues: { ':one': 1, ':end': (number + 1) * windowSeconds },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return counted.Attributes?.['count'] as number;
  }
}

/** Version 0 is an item that was never written, so there must be none. */
function onlyIfVersionIs(version: number) {
  return version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :expected', ExpressionAttributeValues: { ':expected': version } };
}

function keyOfLink(hash: string) {
  return { pk: `prompt#${hash}`, sk: 'link' };
}

function partition(credential: string): string {
  return `credential#${credential}`;
}
