import { createPublicKey, verify } from 'node:crypto';
import { OAuthError } from './oauth-client.ts';

const FIVE_MINUTES_MS = 5 * 60 * 1000;

interface Claims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
}

interface Assertion {
  readonly algorithm: unknown;
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Takes an assertion apart without believing it. */
export function readAssertion(token: string): Assertion {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const [head, claims] = [decode(header), decode(payload)];
  if (head === undefined || claims === undefined || rest.length > 0) throw invalid('invalid assertion');
  return {
    algorithm: head['alg'],
    claims,
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Checks signature, audience and lifetime; throws `invalid_grant`. Issuer and subject are the caller's. */
export function demandGenuine(
  assertion: Assertion,
  publicKeyPem: string | undefined,
  audiences: readonly string[],
  now: Date,
): void {
  if (assertion.algorithm !== 'RS256') throw invalid('algorithm not supported');
  if (publicKeyPem === undefined) throw invalid('invalid assertion');
  const key = createPublicKey(publicKeyPem);
  if (!verify('RSA-SHA256', Buffer.from(assertion.signed), key, assertion.signature)) {
    throw invalid('invalid assertion');
  }
  const { aud, exp } = assertion.claims;
  const named = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (!named.some((audience) => typeof audience === 'string' && audiences.includes(audience))) {
    throw invalid('audience is invalid');
  }
  const expiresAt = typeof exp === 'number' ? exp * 1000 : Number.NaN;
  if (!(expiresAt > now.getTime())) throw invalid('expired assertion');
  if (expiresAt > now.getTime() + FIVE_MINUTES_MS) throw invalid('assertion expires too late');
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_grant', description);
}
