import { randomUUID } from 'node:crypto';
import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';
import { functionNameIn } from './function-name.ts';

/** A function that can be invoked by its name. */
export type Invoke = (event: unknown) => Promise<unknown>;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const SYNCHRONOUS_LIMIT_BYTES = 6 * 1024 * 1024;
const ASYNCHRONOUS_LIMIT_BYTES = 1024 * 1024;

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Invoke of Lambda, for the unmodified SDK client: waits for the answer of a
 * function, or takes an event for later, or only looks whether it could.
 *
 * @param functions what can be invoked, by name.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function lambdaStandIn(functions: ReadonlyMap<string, Invoke>): StandIn {
  return {
    service: 'lambda',
    describe: (request) => ({ operation: operationOf(request), target: targetOf(request) }),
    handle: async (request) => {
      if (operationOf(request) !== 'Invoke')
        return fault(404, 'UnknownOperationException', 'The sandbox has Invoke only.');
      const asked = targetOf(request) ?? '';
      const name = functionNameIn(asked);
      const invoke = functions.get(name);
      if (invoke === undefined)
        return fault(404, 'ResourceNotFoundException', `Function not found: ${name || asked}`);
      return answer(invoke, request);
    },
    fault,
  };
}

function operationOf({ method, path }: StandInRequest): string {
  return method === 'POST' && PATH.test(path) ? 'Invoke' : `${method} ${path}`;
}

function targetOf({ path }: StandInRequest): string | undefined {
  const [, name] = PATH.exec(path) ?? [];
  return name === undefined ? undefined : decodeURIComponent(name);
}

async function answer(invoke: Invoke, { headers, body }: StandInRequest): Promise<StandInResponse> {
  const type = String(headers['x-amz-invocation-type'] ?? 'RequestResponse');
  const limit = type === 'Event' ? ASYNCHRONOUS_LIMIT_BYTES : SYNCHRONOUS_LIMIT_BYTES;
  const bytes = Buffer.byteLength(body);
  if (bytes > limit)
    return fault(
      413,
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
    );
  const event = parse(body);
  if (event === undefined)
    return fault(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  switch (type) {
    case 'RequestResponse':
      return waited(invoke, event.value);
    case 'Event':
      // Who sends an event does not learn how it ends; the function's log does.
      void invoke(event.value).catch(() => undefined);
      return { status: 202, headers: commonHeaders(), body: '' };
    case 'DryRun':
      return { status: 204, headers: commonHeaders(), body: '' };
    default:
      return fault(400, 'InvalidParameterValueException', `There is no invocation type ${type}.`);
  }
}

async function waited(invoke: Invoke, event: unknown): Promise<StandInResponse> {
  try {
    const payload = JSON.stringify((await invoke(event)) ?? null);
    const bytes = Buffer.byteLength(payload);
    return bytes > SYNCHRONOUS_LIMIT_BYTES ? failed(tooLarge(bytes)) : succeeded(payload);
  } catch (error) {
    return failed(errorObject(error));
  }
}

function succeeded(payload: string): StandInResponse {
  return {
    status: 200,
    headers: { ...commonHeaders(), 'x-amz-executed-version': '$LATEST' },
    body: payload,
  };
}

/** The request was served, and the function failed: status 200, and a header that says so. */
function failed(error: object): StandInResponse {
  const { headers, ...rest } = succeeded(JSON.stringify(error));
  return { ...rest, headers: { ...headers, 'x-amz-function-error': 'Unhandled' } };
}

/** As the Node.js runtime writes it. */
function errorObject(error: unknown): object {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

function tooLarge(bytes: number): object {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${SYNCHRONOUS_LIMIT_BYTES} bytes).`,
  };
}

/** An empty body is an event without a value. */
function parse(body: string): { readonly value: unknown } | undefined {
  if (body === '') return { value: {} };
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

function commonHeaders(): Record<string, string> {
  return { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
}

function fault(status: number, code: string, message: string): StandInResponse {
  return {
    status,
    headers: { ...commonHeaders(), 'x-amzn-errortype': code },
    body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }),
  };
}
