import { timingSafeEqual } from 'node:crypto';
import type { StandInRequest } from '../http.ts';
import type { SalesforceOrg } from './org.ts';
import type { ConnectedApp } from './seed.ts';

/** A refusal of the OAuth endpoints: HTTP 400 with `error` and `error_description`. */
export class OAuthError extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.name = 'OAuthError';
    this.error = error;
  }
}

/** The parameters of a token request, in the body or in the query. */
export function oauthParameters(request: StandInRequest): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  return new URLSearchParams([...request.query, ...(isForm ? new URLSearchParams(request.body) : [])]);
}

export function clientIdOf(request: StandInRequest, parameters: URLSearchParams): string | undefined {
  return basic(request)?.id ?? parameters.get('client_id') ?? undefined;
}

/** The app behind a consumer key. */
export function demandApp(org: SalesforceOrg, clientId: string | undefined): ConnectedApp {
  const app = clientId === undefined ? undefined : org.findApp(clientId);
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  return app;
}

/** The app, proven by its secret: in the body or as HTTP Basic. */
export function demandClient(
  org: SalesforceOrg,
  request: StandInRequest,
  parameters: URLSearchParams,
): ConnectedApp {
  const app = demandApp(org, clientIdOf(request, parameters));
  const secret = basic(request)?.secret ?? parameters.get('client_secret') ?? '';
  if (app.clientSecret === undefined || !equal(secret, app.clientSecret)) {
    throw new OAuthError('invalid_client', 'invalid client credentials');
  }
  return app;
}

function basic(request: StandInRequest): { id: string; secret: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1
    ? { id: text, secret: '' }
    : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
