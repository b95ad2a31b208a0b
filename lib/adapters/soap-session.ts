import type { LoginRequest, LoginWay, SessionOutcome, UserSession } from '../core/ports/salesforce.ts';
import { Redacted } from '../core/redacted.ts';
import { API_VERSION } from './jsforce-client.ts';
import { loginRefusal, readFault } from './salesforce-faults.ts';
import { callSoap } from './soap-call.ts';

/**
 * SOAP `login()` that keeps its session, for a service that is the user itself.
 * Not by `loginBySoap`, which throws the session of an expired password away; that
 * one may still set a password.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_login_loginresult.htm
 */
export async function openSoapSession({
  loginUrl,
  way,
  username,
  combinedPassword,
}: LoginRequest<Extract<LoginWay, { kind: 'soap' }>>): Promise<SessionOutcome> {
  try {
    const result = await callSoap({
      endpointUrl: `${loginUrl}/services/Soap/u/${way.apiVersion}`,
      operation: 'login',
      fields: { username, password: combinedPassword.reveal() },
    });
    const session = sessionOf(result);
    return {
      kind: 'accepted',
      userId: session.userId,
      organizationId: session.organizationId,
      session,
    };
  } catch (error) {
    return withPermission(loginRefusal(error), error);
  }
}

export async function closeSoapSession({ instanceUrl, sessionId }: UserSession): Promise<void> {
  await callSoap({
    endpointUrl: soapUrl(instanceUrl),
    operation: 'logout',
    fields: {},
    sessionId: sessionId.reveal(),
  });
}

/** Where a session makes its SOAP calls. */
export function soapUrl(instanceUrl: string): string {
  return `${instanceUrl}/services/Soap/u/${API_VERSION}`;
}

function sessionOf({
  sessionId,
  serverUrl,
  userId,
  passwordExpired,
  userInfo,
}: Readonly<Record<string, unknown>>): UserSession {
  const { organizationId } = (userInfo ?? {}) as { readonly organizationId?: unknown };
  return {
    by: 'soap',
    instanceUrl: new URL(text(serverUrl)).origin,
    sessionId: Redacted.of(text(sessionId)),
    userId: text(userId),
    organizationId: text(organizationId),
    passwordExpired: passwordExpired === 'true',
  };
}

function text(field: unknown): string {
  if (typeof field === 'string' && field !== '') return field;
  throw new Error('the answer to the login lacks a part');
}

/** What the user lacks, by its name in Setup. */
const REMEDIES: Readonly<Record<string, string>> = {
  API_CURRENTLY_DISABLED: 'Give the user "API Enabled" by its profile or a permission set.',
  API_DISABLED_FOR_ORG: 'Turn the API on for the org.',
  INSUFFICIENT_ACCESS: 'Give the user "Use Any API Auth" by a permission set.',
  INVALID_OPERATION: 'Turn SOAP API login() on in User Interface of Setup.',
};

function withPermission<Outcome extends SessionOutcome>(outcome: Outcome, error: unknown): Outcome {
  const remedy = REMEDIES[readFault(error).code ?? ''];
  return outcome.kind === 'disabled' && remedy !== undefined ? { ...outcome, remedy } : outcome;
}
