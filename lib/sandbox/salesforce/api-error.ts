/**
 * A refusal of an API call, in the service's words. REST renders it as
 * `[{errorCode, message, fields?}]`, SOAP as a fault.
 */
export class ApiError extends Error {
  readonly code: string;
  /** The HTTP status of the REST form; a SOAP fault is always 500. */
  readonly status: number;
  readonly fields: readonly string[] | undefined;

  constructor(code: string, message: string, status = 400, fields?: readonly string[]) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

export const notFound = () => new ApiError('NOT_FOUND', 'The requested resource does not exist', 404);

export const notAllowed = (method: string, allowed: readonly string[]) =>
  new ApiError(
    'METHOD_NOT_ALLOWED',
    `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`,
    405,
  );

export const invalidSession = () => new ApiError('INVALID_SESSION_ID', 'Session expired or invalid', 401);

export const insufficientAccess = (message: string) => new ApiError('INSUFFICIENT_ACCESS', message, 403);

export const expiredPassword = () =>
  new ApiError(
    'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
    'The users password has expired, you must call SetPassword before attempting any other API operations',
    403,
  );
