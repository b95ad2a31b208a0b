import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { SANDBOX_CREDENTIALS } from './credentials.ts';
import { listen, type RunningServer, type StandIn, serve } from './http.ts';
import type { Wire } from './wire.ts';

/** The ledger's table, as the deployment creates it. */
export const LEDGER_TABLE = 'salesforce-credential-rotation';

export interface SandboxDynamoDb {
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Dynalite behind a wire, so that its calls are counted and can be cut like
 * those of the other services. With a path it keeps its tables on disk.
 */
export async function startDynamoDb(
  wire: Wire,
  region: string,
  port: number,
  path: string | undefined,
): Promise<SandboxDynamoDb> {
  const dynalite_ = await listen(dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) }));
  const front = await serve(proxy(dynalite_), wire, port);
  await createTable(dynalite_.url, region);
  return {
    endpoint: front.url,
    port: front.port,
    close: async () => {
      await front.close();
      await dynalite_.close();
    },
  };
}

/** Sends a request on to dynalite as it is. */
function proxy(target: RunningServer): StandIn {
  return {
    service: 'dynamodb',
    describe: ({ headers }) => ({
      operation:
        String(headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '',
      target: undefined,
    }),
    handle: async (request) => {
      const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
      const answer = await fetch(target.url + request.path, {
        method: request.method,
        headers: headers as Record<string, string>,
        body: request.body,
      });
      const type = answer.headers.get('content-type');
      const checksum = answer.headers.get('x-amz-crc32');
      return {
        status: answer.status,
        headers: {
          ...(type === null ? {} : { 'content-type': type }),
          ...(checksum === null ? {} : { 'x-amz-crc32': checksum }),
        },
        body: await answer.text(),
      };
    },
    fault: (status, code, message) => ({
      status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }),
    }),
  };
}

async function createTable(endpoint: string, region: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials: SANDBOX_CREDENTIALS });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: LEDGER_TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    while (
      (await client.send(new DescribeTableCommand({ TableName: LEDGER_TABLE }))).Table?.TableStatus !==
      'ACTIVE'
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}
