import type { StandInRequest } from '../http.ts';
import { readAssertion } from './jwt-assertion.ts';
import { JWT_BEARER } from './oauth.ts';
import { clientIdOf, oauthParameters } from './oauth-client.ts';
import type { SalesforceOrg } from './org.ts';
import { restRoute } from './rest-routes.ts';
import { isSoapPath } from './soap.ts';
import { parseEnvelope } from './soap-envelope.ts';

interface Described {
  readonly operation: string;
  readonly target: string | undefined;
}

/**
 * Names a call for the wire: the operation, and the username, user id or
 * object that it is about. Never a password, a token or a session. A call that
 * makes no sense is `unknown`.
 */
export function describeCall(org: SalesforceOrg, request: StandInRequest): Described {
  const { path } = request;
  if (isSoapPath(path)) return soap(request);
  if (path === '/services/oauth2/token') return { operation: 'token', target: grantee(org, request) };
  if (path === '/services/oauth2/revoke') return { operation: 'revoke', target: undefined };
  if (path === '/services/oauth2/userinfo') return { operation: 'userinfo', target: undefined };
  if (path.startsWith('/id/')) return { operation: 'identity', target: undefined };
  return rest(request);
}

function soap(request: StandInRequest): Described {
  const call = parseEnvelope(request.body);
  if (call === undefined) return { operation: 'unknown', target: undefined };
  return { operation: call.operation, target: call.args.get('username') ?? call.args.get('userId') };
}

function rest(request: StandInRequest): Described {
  const route = restRoute(request.path);
  switch (route?.kind) {
    case 'query':
      return { operation: 'query', target: /\bFROM\s+(\w+)/i.exec(request.query.get('q') ?? '')?.[1] };
    case 'password':
      return { operation: `password.${request.method.toLowerCase()}`, target: route.userId };
    case 'record':
      return { operation: request.method === 'PATCH' ? 'update' : 'retrieve', target: route.object };
    case 'versions':
    case 'resources':
    case 'limits':
      return { operation: route.kind, target: undefined };
    case undefined:
      return { operation: 'unknown', target: undefined };
  }
}

/** The user that a token is asked for. */
function grantee(org: SalesforceOrg, request: StandInRequest): string | undefined {
  const parameters = oauthParameters(request);
  switch (parameters.get('grant_type')) {
    case 'password':
      return parameters.get('username') ?? undefined;
    case 'client_credentials':
      return org.findApp(clientIdOf(request, parameters) ?? '')?.runAs;
    case JWT_BEARER:
      return subject(parameters.get('assertion') ?? '');
    default:
      return undefined;
  }
}

function subject(assertion: string): string | undefined {
  try {
    const { sub } = readAssertion(assertion).claims;
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
