import type { OrgConnection } from '../ports/salesforce.ts';
import { Redacted } from '../redacted.ts';
import type { ParsedValue } from './credential-value.ts';

/** Reads a connection secret: `{ "clientId": "…", "clientSecret": "…" }`. */
export function parseConnection(text: Redacted, loginUrl: string): ParsedValue<OrgConnection> {
  return text.open((json) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(json);
    } catch {
      return { kind: 'unusable', problem: 'it is no JSON' };
    }
    const { clientId, clientSecret } = (parsed ?? {}) as Record<string, unknown>;
    if (
      typeof clientId !== 'string' ||
      typeof clientSecret !== 'string' ||
      clientId === '' ||
      clientSecret === ''
    ) {
      return { kind: 'unusable', problem: 'it lacks "clientId" or "clientSecret"' };
    }
    return {
      kind: 'value',
      value: { loginUrl, clientId: Redacted.of(clientId), clientSecret: Redacted.of(clientSecret) },
    };
  });
}
