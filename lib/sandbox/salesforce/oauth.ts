import { createHmac } from 'node:crypto';
import type { StandInRequest, StandInResponse } from '../http.ts';
import { callerAddress } from './addresses.ts';
import { json } from './json-http.ts';
import { demandGenuine, readAssertion } from './jwt-assertion.ts';
import type { LoginVerdict, Rules } from './login.ts';
import { REFUSALS } from './login-refusals.ts';
import { demandApp, demandClient, OAuthError, oauthParameters } from './oauth-client.ts';
import type { SalesforceOrg } from './org.ts';
import type { ConnectedApp } from './seed.ts';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface TokenContext {
  readonly org: SalesforceOrg;
  readonly baseUrl: string;
  readonly request: StandInRequest;
  readonly parameters: URLSearchParams;
}

type Accepted = Extract<LoginVerdict, { readonly kind: 'accepted' }>;

const GRANTS: Readonly<Record<string, (context: TokenContext) => StandInResponse>> = {
  client_credentials: (context) => {
    const app = demandClient(context.org, context.request, context.parameters);
    if (app.runAs === undefined) {
      throw new OAuthError('invalid_grant', 'no client credentials user enabled');
    }
    return enter(context, app, 'oauth-grant', app.runAs, '');
  },
  password: (context) => {
    const app = demandClient(context.org, context.request, context.parameters);
    const username = context.parameters.get('username') ?? '';
    return enter(context, app, 'oauth-password', username, context.parameters.get('password') ?? '');
  },
  [JWT_BEARER]: (context) => {
    const assertion = readAssertion(context.parameters.get('assertion') ?? '');
    const { iss, sub } = assertion.claims;
    const app = demandApp(context.org, typeof iss === 'string' ? iss : undefined);
    demandGenuine(assertion, app.publicKeyPem, audiences(context), context.org.now());
    const approved = typeof sub === 'string' && (app.approvedUsers?.includes(sub) ?? true);
    if (!approved) throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
    return enter(context, app, 'oauth-grant', sub, '');
  },
};

/** `POST /services/oauth2/token`. */
export function answerToken(org: SalesforceOrg, baseUrl: string, request: StandInRequest): StandInResponse {
  return answering(() => {
    if (request.method !== 'POST') throw new OAuthError('invalid_request', 'must use HTTP POST');
    const parameters = oauthParameters(request);
    const name = parameters.get('grant_type') ?? '';
    const grant = Object.hasOwn(GRANTS, name) ? GRANTS[name] : undefined;
    if (grant === undefined) throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    return grant({ org, baseUrl, request, parameters });
  });
}

/** `POST /services/oauth2/revoke`: ends the session of an access token. */
export function answerRevoke(org: SalesforceOrg, request: StandInRequest): StandInResponse {
  return answering(() => {
    const token = oauthParameters(request).get('token');
    if (token === null || !org.logout(token)) throw new OAuthError('invalid_token', 'invalid token');
    return { status: 200, body: '' };
  });
}

function enter(
  { org, baseUrl, request }: TokenContext,
  app: ConnectedApp,
  rules: Rules,
  username: string,
  secret: string,
): StandInResponse {
  const verdict = org.login(rules, {
    username,
    secret,
    address: callerAddress(request),
    application: app.name ?? 'Connected App',
    loginType: 'Remote Access 2.0',
    apiType: 'N/A',
    apiVersion: 'N/A',
  });
  switch (verdict.kind) {
    case 'accepted':
      return json(200, tokenAnswer(org, baseUrl, app, verdict));
    case 'refused':
      throw new OAuthError(...REFUSALS[verdict.refusal].oauth);
    case 'password-expired':
      throw new OAuthError('invalid_grant', 'expired password');
    case 'unknown-user':
      throw new OAuthError('invalid_grant', 'authentication failure');
  }
}

/** The signature proves that the identity URL came from here: HMAC of id and time under the app's secret. */
function tokenAnswer(org: SalesforceOrg, baseUrl: string, app: ConnectedApp, { user, session }: Accepted) {
  const id = `${baseUrl}/id/${org.organizationId}/${user.id}`;
  const issuedAt = String(org.now().getTime());
  return {
    access_token: session.id,
    signature: createHmac('sha256', app.clientSecret ?? '')
      .update(id + issuedAt)
      .digest('base64'),
    scope: 'api',
    instance_url: baseUrl,
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
  };
}

function audiences({ org, baseUrl }: TokenContext): string[] {
  const shared = org.settings.isSandbox ? 'https://test.salesforce.com' : 'https://login.salesforce.com';
  return [shared, baseUrl];
}

function answering(action: () => StandInResponse): StandInResponse {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return json(400, { error: error.error, error_description: error.message });
  }
}
