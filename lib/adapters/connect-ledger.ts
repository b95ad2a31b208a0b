import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/ports/clock.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import { DynamoDbLedger } from './dynamodb-ledger.ts';

/** The ledger on its table, with a client of its own. */
export function connectLedger(client: DynamoDBClientConfig, table: string, clock?: Clock): Ledger {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return new DynamoDbLedger(documents, table, clock);
}
