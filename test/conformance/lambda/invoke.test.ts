import {
  InvalidRequestContentException,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  RequestTooLargeException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LambdaCommandDoor } from '../../../lib/adapters/lambda-command-door.ts';
import { RotationRefused, UnknownCredential } from '../../../lib/core/errors.ts';
import { SANDBOX_CREDENTIALS } from '../../../lib/sandbox/credentials.ts';
import { type RunningServer, serve } from '../../../lib/sandbox/http.ts';
import { type Invoke, lambdaStandIn } from '../../../lib/sandbox/lambda/stand-in.ts';
import { CountingWire } from '../../../lib/sandbox/wire.ts';

/** Invoke as Lambda documents it, with the unmodified client. */

const LIMIT = 6 * 1024 * 1024;

let server: RunningServer;
let client: LambdaClient;
let wire: CountingWire;
let invoked: unknown[];
let behave: Invoke;

beforeAll(async () => {
  wire = new CountingWire();
  const watch: Invoke = async (event) => {
    invoked.push(event);
    return behave(event);
  };
  server = await serve(lambdaStandIn(new Map([['watch', watch]])), wire);
  client = new LambdaClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { ...SANDBOX_CREDENTIALS },
    userAgentAppId: 'intake',
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

beforeEach(() => {
  invoked = [];
  wire.calls.length = 0;
  behave = async () => ({ message: 'ü' });
});

async function invoke(input: Partial<InvokeCommandInput> = {}) {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: 'watch', Payload: Buffer.from('{"action":"status"}'), ...input }),
  );
  return { ...answer, text: Buffer.from(answer.Payload ?? []).toString('utf8') };
}

describe('RequestResponse', () => {
  test('hands the event over and waits for the answer', async () => {
    const { StatusCode, ExecutedVersion, FunctionError, text } = await invoke();
    expect({ StatusCode, ExecutedVersion, FunctionError }).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      FunctionError: undefined,
    });
    expect(JSON.parse(text)).toEqual({ message: 'ü' });
    expect(invoked).toEqual([{ action: 'status' }]);
    expect(wire.calls).toEqual([
      { service: 'lambda', operation: 'Invoke', target: 'watch', caller: 'intake' },
    ]);
  });

  test('a function without an answer answers null', async () => {
    behave = async () => undefined;
    expect((await invoke()).text).toBe('null');
  });

  test('an empty payload is an empty event', async () => {
    await invoke({ Payload: new Uint8Array() });
    expect(invoked).toEqual([{}]);
  });

  test('a function that fails is told by a header, with the error as the runtime writes it', async () => {
    behave = async () => {
      throw new RotationRefused('Nothing was changed.');
    };
    const { StatusCode, FunctionError, text } = await invoke();
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(text)).toEqual({
      errorType: 'RotationRefused',
      errorMessage: 'Nothing was changed.',
      trace: expect.arrayContaining(['RotationRefused: Nothing was changed.']),
    });
  });

  test('an answer over 6 MB is a failure of the function', async () => {
    behave = async () => 'x'.repeat(LIMIT);
    const { FunctionError, text } = await invoke();
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(text)).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });
});

describe('what is refused', () => {
  test('a function that there is not', async () => {
    await expect(invoke({ FunctionName: 'nobody' })).rejects.toThrow(ResourceNotFoundException);
  });

  test('a payload that is no JSON', async () => {
    await expect(invoke({ Payload: Buffer.from('{') })).rejects.toThrow(InvalidRequestContentException);
  });

  test('a payload over 6 MB, and not one of exactly that', async () => {
    const payload = (bytes: number) => Buffer.from(JSON.stringify('x'.repeat(bytes - 2)));
    await expect(invoke({ Payload: payload(LIMIT + 1) })).rejects.toThrow(RequestTooLargeException);
    expect(invoked).toEqual([]);
    expect((await invoke({ Payload: payload(LIMIT) })).StatusCode).toBe(200);
  });
});

test.each([
  ['an ARN', 'arn:aws:lambda:eu-central-1:000000000000:function:watch'],
  ['an ARN with a version', 'arn:aws:lambda:eu-central-1:000000000000:function:watch:$LATEST'],
  ['an account and a name', '000000000000:function:watch'],
  ['a name with an alias', 'watch:live'],
])('%s names the function', async (_what, FunctionName) => {
  expect((await invoke({ FunctionName })).StatusCode).toBe(200);
});

test('Event is taken at once, whatever becomes of it', async () => {
  let fail: (error: Error) => void = () => undefined;
  behave = () => new Promise((_resolve, reject) => (fail = reject));
  expect((await invoke({ InvocationType: 'Event' })).StatusCode).toBe(202);
  expect(invoked).toHaveLength(1);
  fail(new Error('told to nobody'));
});

test('DryRun invokes nothing', async () => {
  expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
  expect(invoked).toEqual([]);
});

describe('the door of the service', () => {
  const door = () => new LambdaCommandDoor(client, { functionName: 'watch', timeoutMilliseconds: 10_000 });
  const send = () => door().send({ action: 'status', credential: 'nobody', by: 'tester' });

  test('says which fault of ours refused a command', async () => {
    behave = async () => {
      throw new UnknownCredential('nobody', ['billing']);
    };
    await expect(send()).rejects.toMatchObject({
      code: 'CommandNotCarriedOut',
      fault: 'UnknownCredential',
      message: 'There is no credential "nobody". Configured: billing.',
    });
  });

  test('shows nothing of a fault that is not ours', async () => {
    behave = async () => {
      throw new TypeError('hunter2 is not a function');
    };
    await expect(send()).rejects.toMatchObject({
      fault: undefined,
      message: 'The function failed; its log says why.',
    });
  });
});
