import type { StandInRequest, StandInResponse } from '../http.ts';
import { ApiError } from './api-error.ts';

export function json(status: number, body: unknown): StandInResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

export function restError(error: ApiError): StandInResponse {
  const { code: errorCode, message, fields } = error;
  return json(error.status, [{ message, errorCode, ...(fields === undefined ? {} : { fields }) }]);
}

/** The session of the Authorization header: `Bearer` or, as of old, `OAuth`. */
export function sessionIdOf(request: StandInRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const found = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(header);
  if (found === null) throw new ApiError('INVALID_AUTH_HEADER', 'INVALID_HEADER_TYPE', 401);
  return found[1];
}

/** A body that must be one JSON object. */
export function jsonBody(request: StandInRequest): Record<string, unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', 'The body has to be application/json', 415);
  }
  try {
    const value: unknown = JSON.parse(request.body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // The parser's own message would quote the body, which may hold a password.
  }
  throw new ApiError('JSON_PARSER_ERROR', 'The body is not a JSON object');
}
