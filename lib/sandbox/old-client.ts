import { isIP } from 'node:net';
import type { Sandbox } from './sandbox.ts';

/** A client that has not read its secret again: where it logs in from, and what it calls itself. */
export interface OldClient {
  readonly address: string;
  readonly application: string;
}

export const OLD_CLIENT: OldClient = { address: '203.0.113.7', application: 'Old Client' };

/** Salesforce's code for a refusal. */
export type OldClientAnswer = 'accepted' | 'no-earlier-credential' | (string & {});

/**
 * One SOAP login with what the credential secret held before the last swap, once, as
 * a client makes it that keeps what it has read. The address is the sandbox's
 * convenience for callers that all sit on loopback.
 */
export async function logInWithOldCredential(
  sandbox: Pick<Sandbox, 'secretsManager' | 'endpoints'>,
  secret: string,
  { address, application }: OldClient = OLD_CLIENT,
): Promise<OldClientAnswer> {
  if (isIP(address) === 0) throw new Error(`"${address}" is no IP address`);
  const previous = previousLogin(sandbox, secret);
  if (previous === undefined) return 'no-earlier-credential';
  const response = await fetch(`${sandbox.endpoints.salesforce}/services/Soap/u/64.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', soapaction: '""', 'x-forwarded-for': address },
    body: envelope(application, previous.username, previous.secret),
  });
  const text = await response.text();
  return response.ok ? 'accepted' : (/<sf:exceptionCode>([^<]+)</.exec(text)?.[1] ?? 'UNKNOWN');
}

function previousLogin(
  { secretsManager }: Pick<Sandbox, 'secretsManager'>,
  secret: string,
): { readonly username: string; readonly secret: string } | undefined {
  const labels = secretsManager.describeSecret({ SecretId: secret }).VersionIdsToStages ?? {};
  if (!Object.values(labels).some((names) => names.includes('AWSPREVIOUS'))) return undefined;
  const { SecretString: text = '' } = secretsManager.getSecretValue({
    SecretId: secret,
    VersionStage: 'AWSPREVIOUS',
  });
  const { username, password, securityToken = '' } = JSON.parse(text) as Record<string, string>;
  return username === undefined || password === undefined
    ? undefined
    : { username, secret: password + securityToken };
}

function envelope(application: string, username: string, secret: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com">' +
    `<e:Header><u:CallOptions><u:client>${escaped(application)}</u:client></u:CallOptions></e:Header>` +
    `<e:Body><u:login><u:username>${escaped(username)}</u:username><u:password>${escaped(secret)}</u:password></u:login></e:Body>` +
    '</e:Envelope>'
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
