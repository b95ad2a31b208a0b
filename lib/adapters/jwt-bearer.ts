import { sign } from 'node:crypto';
import type { JwtBearerConnection } from '../core/ports/salesforce.ts';
import type { Grant } from './oauth-grant.ts';

/** Salesforce refuses assertions that live longer than a few minutes. */
const ASSERTION_SECONDS = 180;

/** A sandbox's My Domain has two hyphens, `acme--uat`, with or without `.sandbox` behind them. */
const SANDBOX = /^test\.salesforce\.com$|--[^.]+(?:\.sandbox)?\.my\.salesforce\.com$/;

/**
 * The JWT bearer flow: an assertion that names app and user, signed with the key
 * whose certificate the app holds. No secret travels.
 *
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
 */
export function jwtBearerGrant(connection: JwtBearerConnection): Grant {
  const { kind, loginUrl, username, audience } = connection;
  const clientId = connection.clientId.reveal();
  const claims = { iss: clientId, sub: username, aud: audience ?? audienceOf(loginUrl) };
  return {
    key: [kind, loginUrl, clientId, username].join(' '),
    client: {},
    parameters: (now) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signed({ ...claims, exp: expiryAfter(now) }, connection.privateKey.reveal()),
    }),
  };
}

/** Whom an assertion for the org of a login URL is addressed to. */
export function audienceOf(loginUrl: string): string {
  return SANDBOX.test(new URL(loginUrl).hostname)
    ? 'https://test.salesforce.com'
    : 'https://login.salesforce.com';
}

function expiryAfter(now: Date): number {
  return Math.floor(now.getTime() / 1_000) + ASSERTION_SECONDS;
}

function signed(claims: object, privateKey: string): string {
  const content = `${encoded({ alg: 'RS256' })}.${encoded(claims)}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), privateKey).toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
