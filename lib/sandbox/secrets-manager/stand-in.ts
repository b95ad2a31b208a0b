import { randomUUID } from 'node:crypto';
import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';
import { signerOf } from '../signature.ts';
import { accountOfKey } from '../sts/access-keys.ts';
import type { SecretsManagerEngine } from './engine.ts';
import { invalidRequest, SecretsManagerException } from './exceptions.ts';
import type { Place } from './place.ts';
import type { RegionalSecretsManager } from './regional.ts';
import { OPERATION_NAMES, type OperationName } from './requests.ts';
import { CONTENT_TYPE, decodeBody, encodeBody } from './wire-format.ts';

const TARGET_PREFIX = 'secretsmanager.';
/** These must come with a token, which the SDKs and the CLI make; the next two only with a value. */
const TOKEN_REQUIRED: readonly string[] = ['PutSecretValue', 'RotateSecret'];
const TOKEN_REQUIRED_WITH_VALUE: readonly string[] = ['CreateSecret', 'UpdateSecret'];

/**
 * Puts an engine on the wire as AWS JSON 1.1, for the unmodified AWS SDK or
 * CLI. Signatures are not checked: whoever reaches the loopback port may call.
 * The Region of a request is the one that it was signed for; its account is that
 * of the role whose temporary key signed it, and the engine's own for any other key.
 */
export function secretsManagerStandIn(engine: SecretsManagerEngine): StandIn {
  return {
    service: 'secretsManager',
    describe: (request) => ({ operation: operationOf(request), target: targetOf(request) }),
    handle: async (request) => handle(engine, request),
    fault: errorResponse,
  };
}

function handle(engine: SecretsManagerEngine, request: StandInRequest): StandInResponse {
  try {
    const operation = supported(operationOf(request));
    const input = decodeBody(request.body);
    requireToken(operation, input);
    return respond(200, encodeBody(dispatch(engine.at(callerPlace(engine, request)), operation, input)));
  } catch (error) {
    if (error instanceof SecretsManagerException) return errorResponse(400, error.code, error.message);
    return errorResponse(500, 'InternalServiceError', 'An error occurred on the server side.');
  }
}

function callerPlace({ home }: SecretsManagerEngine, request: StandInRequest): Place {
  const signer = signerOf(request);
  return {
    accountId: accountOfKey(signer?.accessKeyId) ?? home.accountId,
    region: signer?.region ?? home.region,
  };
}

/** Every operation is the engine's method of the same name; the engine checks the input's shape. */
function dispatch(engine: RegionalSecretsManager, operation: OperationName, input: object): object {
  const method = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}` as Uncapitalize<OperationName>;
  return (engine[method] as (this: RegionalSecretsManager, input: object) => object).call(engine, input);
}

function supported(operation: string): OperationName {
  const known = OPERATION_NAMES.find((name) => name === operation);
  if (known) return known;
  throw new SecretsManagerException('UnknownOperationException', `Unknown operation: ${operation}`);
}

function requireToken(operation: string, input: Record<string, unknown>): void {
  const writes = input['SecretString'] !== undefined || input['SecretBinary'] !== undefined;
  const needed =
    TOKEN_REQUIRED.includes(operation) || (writes && TOKEN_REQUIRED_WITH_VALUE.includes(operation));
  if (needed && input['ClientRequestToken'] === undefined) {
    throw invalidRequest('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  }
}

function operationOf(request: StandInRequest): string {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith(TARGET_PREFIX)
    ? target.slice(TARGET_PREFIX.length)
    : 'Unknown';
}

/** Which secret a call is about: ids only, whatever else the body holds. */
function targetOf(request: StandInRequest): string | undefined {
  try {
    const { SecretId, Name, SecretIdList } = decodeBody(request.body);
    if (Array.isArray(SecretIdList)) return SecretIdList.join(',');
    return [SecretId, Name].find((id) => typeof id === 'string');
  } catch {
    return undefined;
  }
}

function errorResponse(status: number, code: string, message: string): StandInResponse {
  return respond(status, JSON.stringify({ __type: code, Message: message }), { 'x-amzn-errortype': code });
}

function respond(status: number, body: string, headers: Record<string, string> = {}): StandInResponse {
  return {
    status,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': randomUUID(), ...headers },
    body,
  };
}
