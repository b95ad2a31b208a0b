import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbLedger } from '../adapters/dynamodb-ledger.ts';
import type { CredentialState, HistoryEvent } from '../core/domain/state.ts';
import { SANDBOX_CREDENTIALS } from './credentials.ts';
import type { Sandbox } from './sandbox.ts';

type Place = Pick<Sandbox, 'endpoints' | 'region' | 'ledgerTable'>;

/** The ledger's state of a credential, for those who look at a sandbox from outside. */
export function readLedgerState(sandbox: Place, credential: string): Promise<CredentialState | undefined> {
  return withLedger(sandbox, (ledger) => ledger.load(credential));
}

/** The newest history events of a credential, newest first. */
export function readLedgerHistory(
  sandbox: Place,
  credential: string,
  limit: number,
): Promise<readonly HistoryEvent[]> {
  return withLedger(sandbox, (ledger) => ledger.history(credential, limit));
}

async function withLedger<T>(sandbox: Place, read: (ledger: DynamoDbLedger) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({
    endpoint: sandbox.endpoints.dynamodb,
    region: sandbox.region,
    credentials: SANDBOX_CREDENTIALS,
  });
  try {
    return await read(new DynamoDbLedger(DynamoDBDocumentClient.from(client), sandbox.ledgerTable));
  } finally {
    client.destroy();
  }
}
