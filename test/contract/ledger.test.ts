import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { DynamoDbLedger } from '../../lib/adapters/dynamodb-ledger.ts';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';
import { LEDGER_TABLE, startDynamoDb } from '../../lib/sandbox/dynamodb.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { billingState } from '../support/billing.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryLedger } from '../support/fakes/memory-ledger.ts';
import { type LedgerBench, ledgerContract } from './ledger.contract.ts';

ledgerContract('in memory', async () => {
  const clock = new FixedClock();
  return { ledger: new MemoryLedger(clock), clock, stop: async () => undefined };
});

async function start(): Promise<
  LedgerBench & { readonly ledger: DynamoDbLedger; readonly documents: DynamoDBDocumentClient }
> {
  const dynamodb = await startDynamoDb(new CountingWire(), 'eu-central-1', 0, undefined);
  const client = new DynamoDBClient({
    endpoint: dynamodb.endpoint,
    region: 'eu-central-1',
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const clock = new FixedClock();
  return {
    documents,
    clock,
    ledger: new DynamoDbLedger(documents, LEDGER_TABLE, clock),
    stop: async () => {
      client.destroy();
      await dynamodb.close();
    },
  };
}

ledgerContract('DynamoDB', start);

describe('the table', () => {
  const started = start();
  afterAll(async () => (await started).stop());
  const item = async (pk: string, sk: string) =>
    (await (await started).documents.send(new GetCommand({ TableName: LEDGER_TABLE, Key: { pk, sk } }))).Item;

  test('has one item per credential and one per event, under the keys of the design page', async () => {
    const { ledger } = await started;
    const event = {
      id: '00000001-0',
      at: '2026-11-01T12:00:00.000Z',
      type: 'Password Set',
      credential: 'billing',
      phase: 'changing',
      message: 'Set.',
    } as const;
    await ledger.save(billingState('changing', { version: 0 }));
    await ledger.record(event);
    expect(await item('credential#billing', 'state')).toMatchObject({ version: 1 });
    expect(await item('credential#billing', 'event#2026-11-01T12:00:00.000Z#00000001-0')).toEqual({
      pk: 'credential#billing',
      sk: 'event#2026-11-01T12:00:00.000Z#00000001-0',
      event,
      // 400 days on, for DynamoDB's time to live.
      expiresAt: Date.parse('2027-12-06T12:00:00Z') / 1_000,
    });
  });

  test('has one item per link and one per counted window, each with the time at which it may go', async () => {
    const { ledger } = await started;
    const link = {
      hash: 'a'.repeat(64),
      credential: 'billing',
      rotationId: 'rotation-1',
      promptId: 'prompt-1',
      createdAt: '2026-11-01T12:00:00.000Z',
      expiresAt: '2026-11-02T12:00:00.100Z',
    };
    await ledger.saveLink(link);
    await ledger.countIn('page', 60);
    await ledger.countIn('page', 60);
    expect(await item(`prompt#${link.hash}`, 'link')).toEqual({
      pk: `prompt#${link.hash}`,
      sk: 'link',
      link,
      expiresAt: Date.parse('2026-11-02T12:00:01Z') / 1_000,
    });
    const number = Date.parse('2026-11-01T12:00:00Z') / 60_000;
    expect(await item('rate#page', `window#60#${number}`)).toEqual({
      pk: 'rate#page',
      sk: `window#60#${number}`,
      count: 2,
      expiresAt: Date.parse('2026-11-01T12:01:00Z') / 1_000,
    });
  });

  test('that cannot be reached is an error, not an overtaking', async () => {
    const { documents } = await started;
    const elsewhere = new DynamoDbLedger(documents, 'no-such-table');
    await expect(elsewhere.save(billingState('changing'))).rejects.toThrow('resource not found');
  });
});
