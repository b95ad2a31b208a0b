import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { CredentialState, HistoryEvent } from '../core/domain/state.ts';
import type { Ledger } from '../core/ports/ledger.ts';

/** A year of history; DynamoDB's time to live removes what is older. */
const HISTORY_DAYS = 400;

/**
 * The ledger on one DynamoDB table with the string keys `pk` and `sk`.
 *
 * | pk | sk | holds |
 * |---|---|---|
 * | `credential#<name>` | `state` | the state |
 * | `credential#<name>` | `event#<time>#<id>` | one event |
 */
export class DynamoDbLedger implements Ledger {
  readonly #client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly #table: string;

  constructor(client: Pick<DynamoDBDocumentClient, 'send'>, table: string) {
    this.#client = client;
    this.#table = table;
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
}

/** Version 0 is an item that was never written, so there must be none. */
function onlyIfVersionIs(version: number) {
  return version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :expected', ExpressionAttributeValues: { ':expected': version } };
}

function partition(credential: string): string {
  return `credential#${credential}`;
}
