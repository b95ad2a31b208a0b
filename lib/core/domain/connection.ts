import type { OrgConnection } from '../ports/salesforce.ts';
import type { Redacted } from '../redacted.ts';
import { type ParsedValue, readFields, secretText } from './secret-fields.ts';

/** Reads a connection secret: `{ "clientId": "…", "clientSecret": "…" }`. */
export function parseConnection(text: Redacted, loginUrl: string): ParsedValue<OrgConnection> {
  const fields = readFields(text);
  if (fields.kind !== 'value') return fields;
  const clientId = secretText(fields.value['clientId']);
  const clientSecret = secretText(fields.value['clientSecret']);
  if (clientId === undefined || clientSecret === undefined) {
    return { kind: 'unusable', problem: 'it lacks "clientId" or "clientSecret"' };
  }
  return { kind: 'value', value: { loginUrl, clientId, clientSecret } };
}
