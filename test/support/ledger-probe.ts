import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import type { CredentialState, HistoryEvent, Rotation } from '../../lib/core/domain/state.ts';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';

/** How the probe's calls name themselves on the wire. */
export const PROBE = 'probe';
const STATE = { pk: 'credential#billing', sk: 'state' };

/** Looks at the ledger's table with a client of its own. */
export class LedgerProbe {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(endpoint: string, region: string, table: string) {
    this.#client = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint, region, credentials: SANDBOX_CREDENTIALS, userAgentAppId: PROBE }),
    );
    this.#table = table;
  }

  close(): void {
    this.#client.destroy();
  }

  async state(): Promise<CredentialState | undefined> {
    const found = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: STATE, ConsistentRead: true }),
    );
    return found.Item?.['state'] as CredentialState | undefined;
  }

  /** Every item of the table, as it is stored. */
  async items(): Promise<readonly Record<string, unknown>[]> {
    const found = await this.#client.send(new ScanCommand({ TableName: this.#table, ConsistentRead: true }));
    if (found.LastEvaluatedKey !== undefined) throw new Error('the table outgrew one page');
    return found.Items ?? [];
  }

  /** The history, oldest first. */
  async history(): Promise<readonly HistoryEvent[]> {
    const events = (await this.items()).filter((item) => String(item['sk']).startsWith('event#'));
    return events
      .sort((a, b) => String(a['sk']).localeCompare(String(b['sk'])))
      .map((item) => item['event'] as HistoryEvent);
  }

  /** Writes into the rotation behind the service's back. */
  async changeRotation(changes: Partial<Rotation>): Promise<void> {
    const state = await this.state();
    if (state?.rotation === undefined) throw new Error('the ledger has no rotation');
    const changed = { ...state, rotation: { ...state.rotation, ...changes } };
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...STATE, version: state.version, state: changed } }),
    );
  }

  /** Loses the state; the history stays. */
  async loseState(): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: STATE }));
  }
}
