import { withDeadline } from './deadline.ts';
import { loadSoap } from './jsforce-client.ts';

/** A call of the partner SOAP API. */
export interface SoapCall {
  readonly endpointUrl: string;
  readonly operation: string;
  /** In the order of the WSDL. */
  readonly fields: Readonly<Record<string, string>>;
  /** Absent where the call needs none. */
  readonly sessionId?: string;
}

/**
 * Makes one call, and never a second one: jsforce repeats no POST, and without a
 * login of its own it cannot renew a session either. It escapes what it writes.
 *
 * @returns the fields of the result; each is text.
 * @throws Error whose message begins with the exception code, as a failed login of jsforce has it.
 */
export async function callSoap({
  endpointUrl,
  operation,
  fields,
  sessionId,
}: SoapCall): Promise<Readonly<Record<string, unknown>>> {
  const { Connection, SOAP } = await loadSoap();
  const connection = new Connection({
    instanceUrl: new URL(endpointUrl).origin,
    logLevel: 'FATAL',
    ...(sessionId === undefined ? {} : { accessToken: sessionId }),
  });
  try {
    const answer = await withDeadline(new SOAP(connection, { endpointUrl }).invoke(operation, fields));
    return resultOf(answer);
  } catch (error) {
    throw plain(error);
  }
}

function resultOf(answer: unknown): Readonly<Record<string, unknown>> {
  const { result } = (answer ?? {}) as { readonly result?: unknown };
  return typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : {};
}

/** jsforce names the fault code a second time, with a prefix, beside the text that begins with it. */
function plain(error: unknown): unknown {
  if (!(error instanceof Error) || !('errorCode' in error)) return error;
  const fault = new Error(error.message);
  fault.name = error.name;
  return fault;
}
