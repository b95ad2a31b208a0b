import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createHandler } from '../../lambdas/intake/handler.ts';
import { connectLedger } from '../../lib/adapters/connect-ledger.ts';
import { systemTimer } from '../../lib/adapters/write-pace.ts';
import type { Ledger } from '../../lib/core/ports/ledger.ts';
import { linkHash } from '../../lib/core/prompt/prompt-link.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import type { LambdaFunction } from '../../lib/runtime/function-factory.ts';
import type { HttpAnswer } from '../../lib/runtime/http-event.ts';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';
import { LEDGER_TABLE, type SandboxDynamoDb, startDynamoDb } from '../../lib/sandbox/dynamodb.ts';
import { type FunctionLog, logTo } from '../../lib/sandbox/function-log.ts';
import { listen, type RunningServer } from '../../lib/sandbox/http.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { billingState, ROTATION } from '../support/billing.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { SeededRandom } from '../support/fakes/seeded-random.ts';
import { httpEvent } from '../support/http-event.ts';

const REGION = 'eu-central-1';
const LINK = 'the-link-of-the-flow-test-_0123456789abcdef';
const EXPIRED = 'expired-link-of-this-test-_0123456789abcdef';
const UNKNOWN = 'unknown-link-of-this-test-_0123456789abcdef';
const TOKEN = 'Abcdefghijklmnopqrstuvwx';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const wire = new CountingWire();
const clock = new FixedClock();
const invoked: { readonly url: string | undefined; readonly payload: unknown }[] = [];
let directory: string;
let dynamo: SandboxDynamoDb;
let lambda: RunningServer;
let log: FunctionLog;
let ledger: Ledger;
let intake: LambdaFunction<HttpAnswer>;
let submission: unknown;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'intake-'));
  dynamo = await startDynamoDb(wire, REGION, 0, undefined);
  lambda = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        invoked.push({ url: request.url, payload: JSON.parse(Buffer.concat(chunks).toString()) });
        response.end(JSON.stringify({ message: 'done', status: {}, submission }));
      });
    }),
  );
  log = logTo(join(directory, 'functions.log'));
  const client = { region: REGION, endpoint: dynamo.endpoint, credentials: SANDBOX_CREDENTIALS };
  ledger = connectLedger(client, LEDGER_TABLE, clock);
  await ledger.save(
    billingState('awaiting-token', { version: 0, rotation: { ...ROTATION, promptId: 'prompt-1' } }),
  );
  for (const [id, hours] of [
    [LINK, 24],
    [EXPIRED, -1],
  ] as const) {
    await ledger.saveLink({
      hash: linkHash(Redacted.of(id)),
      credential: 'billing',
      rotationId: ROTATION.id,
      promptId: 'prompt-1',
      createdAt: clock.now().toISOString(),
      expiresAt: new Date(clock.now().getTime() + hours * 3_600_000).toISOString(),
    });
  }
  const configuration = {
    orgs: {
      prod: {
        loginUrl: 'https://acme.my.salesforce.com',
        connection: { kind: 'client-credentials', secret: 'rotator' },
      },
    },
    credentials: { billing: { org: 'prod', secret: 'billing', token: { sources: ['operator'] } } },
  };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(configuration));
  intake = createHandler({
    variables: {
      AWS_REGION: REGION,
      ROTATION_CONFIG: join(directory, 'config.json'),
      LEDGER_TABLE,
      COMMAND_FUNCTION: 'the-watch-function',
      BASE_PATH: '/rotation',
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    },
    clock,
    random: new SeededRandom('intake'),
    timer: systemTimer,
    console: log.console,
    credentials: SANDBOX_CREDENTIALS,
  });
});

beforeEach(() => {
  submission = { kind: 'accepted' };
  invoked.length = 0;
  wire.calls.length = 0;
});

afterAll(async () => {
  await dynamo.close();
  await lambda.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Powertools reads these when the function first runs: an operator may have set them to find a fault. */
process.env['POWERTOOLS_LOGGER_LOG_EVENT'] = 'true';
process.env['POWERTOOLS_TRACER_CAPTURE_RESPONSE'] = 'true';

async function ask(...event: Parameters<typeof httpEvent>): Promise<HttpAnswer> {
  const context = {
    functionName: 'intake',
    awsRequestId: 'request-1',
    getRemainingTimeInMillis: () => 60_000,
  };
  return intake(httpEvent(...event), context as Context);
}

function operations(): readonly string[] {
  return wire.calls.map(({ operation }) => operation).sort();
}

describe('the function behind the page', () => {
  test('shows the state that the ledger has, in two reads and two counts, and calls nobody', async () => {
    const answer = await ask('GET', `/rotation/p/${LINK}`, { query: 'lang=en' });
    expect([answer.statusCode, answer.isBase64Encoded]).toEqual([200, false]);
    expect(answer.body).toContain('data-state="token"');
    expect(answer.body).toContain(`action="/rotation/p/${LINK}/token?lang=en"`);
    expect(operations()).toEqual(['GetItem', 'GetItem', 'UpdateItem', 'UpdateItem']);
    expect(invoked).toEqual([]);
  });

  test('gives an unknown and an expired link the same answer with the same calls', async () => {
    const answers = [];
    for (const link of [UNKNOWN, EXPIRED]) {
      wire.calls.length = 0;
      answers.push({ ...(await ask('GET', `/p/${link}`)), calls: operations() });
    }
    expect(answers[0]?.statusCode).toBe(404);
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.calls).toEqual(['GetItem', 'GetItem', 'UpdateItem', 'UpdateItem']);
  });

  test('reads nothing for what is no link', async () => {
    expect((await ask('GET', '/p/x')).statusCode).toBe(404);
    expect(operations()).toEqual([]);
  });

  test('passes a token on to the function for commands, and leads back', async () => {
    const body = Buffer.from(`token=${TOKEN}`).toString('base64');
    const answer = await ask('POST', `/rotation/p/${LINK}/token`, {
      body,
      isBase64Encoded: true,
      headers: FORM,
    });
    expect([answer.statusCode, answer.headers['location']]).toEqual([303, `/rotation/p/${LINK}`]);
    expect(invoked).toEqual([
      {
        url: '/2015-03-31/functions/the-watch-function/invocations',
        payload: {
          action: 'submit-token',
          credential: 'billing',
          rotationId: ROTATION.id,
          by: 'the prompt page',
          pasted: TOKEN,
        },
      },
    ]);
  });

  test('says what came of it, compressed where that is taken', async () => {
    submission = { kind: 'rejected', because: 'locked', attemptsLeft: 1 };
    const headers = { ...FORM, 'accept-encoding': 'gzip' };
    const answer = await ask('POST', `/p/${LINK}/token`, { body: `token=${TOKEN}`, headers });
    expect([answer.statusCode, answer.headers['content-encoding'], answer.isBase64Encoded]).toEqual([
      422,
      'gzip',
      true,
    ]);
    const stream = new Blob([Buffer.from(answer.body, 'base64')])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(stream).text()).toContain('data-code="rejected-locked"');
  });

  test('counts in windows of a minute', async () => {
    const limited = async () =>
      (await ask('POST', `/p/${UNKNOWN}/token`, { body: '', headers: FORM })).statusCode;
    const statuses: number[] = [];
    for (let index = 0; index < 61; index += 1) statuses.push(await limited());
    expect([statuses[59], statuses[60]]).toEqual([404, 429]);
    clock.advance(60);
    expect(await limited()).toBe(404);
  });

  test('neither logs nor counts a link or a token, even where events are to be logged', async () => {
    await ask('POST', `/p/${LINK}/token`, { body: `token=${TOKEN}`, headers: FORM });
    await expect(ask('GET', `/p/${LINK}`, { body: {} as string })).rejects.toThrow('This is no HTTP event');
    const said = log.lines.join('\n');
    expect(said).toContain('the invocation failed');
    for (const secret of [LINK, EXPIRED, UNKNOWN, TOKEN]) expect(said).not.toContain(secret);
    const table = new DynamoDBClient({
      region: REGION,
      endpoint: dynamo.endpoint,
      credentials: SANDBOX_CREDENTIALS,
    });
    const items = JSON.stringify((await table.send(new ScanCommand({ TableName: LEDGER_TABLE }))).Items);
    table.destroy();
    expect(items).toContain('page#write#');
    for (const secret of [LINK, EXPIRED, UNKNOWN, TOKEN]) expect(items).not.toContain(secret);
  });
});
