import type { MailboxLogin } from '../ports/mailbox-reader.ts';
import type { Redacted } from '../redacted.ts';
import { optionalText, type ParsedValue, readFields, secretText } from './secret-fields.ts';

/** Reads a mailbox secret: `{ "user": "…", "password": "…" }`, or `accessToken` in place of the password. */
export function parseMailboxLogin(text: Redacted): ParsedValue<MailboxLogin> {
  const fields = readFields(text);
  if (fields.kind !== 'value') return fields;
  const user = optionalText(fields.value['user']);
  const password = secretText(fields.value['password']);
  const accessToken = secretText(fields.value['accessToken']);
  if (user === undefined) return { kind: 'unusable', problem: 'it lacks "user"' };
  if (password !== undefined && accessToken !== undefined)
    return { kind: 'unusable', problem: 'it has both "password" and "accessToken"' };
  if (accessToken !== undefined)
    return { kind: 'value', value: { user, secret: accessToken, kind: 'access-token' } };
  if (password !== undefined) return { kind: 'value', value: { user, secret: password, kind: 'password' } };
  return { kind: 'unusable', problem: 'it lacks "password" or "accessToken"' };
}
