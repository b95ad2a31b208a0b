import { createPrivateKey } from 'node:crypto';
import type { OrgConfig } from '../config/schema.ts';
import type { AppConnection, JwtBearerConnection, OAuthApp, OrgConnection } from '../ports/salesforce.ts';
import type { Redacted } from '../redacted.ts';
import { optionalText, type ParsedValue, readFields, secretText } from './secret-fields.ts';

/** Of the kinds that have a secret. */
type ConnectionConfig = Exclude<OrgConfig['connection'], { kind: 'self' }>;
type Fields = Record<string, Redacted<unknown>>;

/** What a connection secret of each kind holds. */
const CONNECTION_FIELDS: Readonly<Record<ConnectionConfig['kind'], readonly string[]>> = {
  'client-credentials': ['clientId', 'clientSecret'],
  'jwt-bearer': ['clientId', 'username', 'privateKey'],
};

/** The same as people read it. */
export function connectionFields(kind: ConnectionConfig['kind']): string {
  const names = CONNECTION_FIELDS[kind];
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Whether what is read through it is only what the caller has told: there is no session of the user. */
export function seesNothing(connection: OrgConnection): boolean {
  return connection.kind === 'self' && connection.opened === undefined;
}

/** Reads a connection secret, as its kind has it; other fields are left alone. */
export function parseConnection(
  text: Redacted,
  loginUrl: string,
  config: ConnectionConfig,
): ParsedValue<AppConnection> {
  const fields = readFields(text);
  if (fields.kind !== 'value') return fields;
  const connection =
    config.kind === 'jwt-bearer'
      ? jwtBearer(fields.value, loginUrl, config.audience)
      : clientCredentials(fields.value, loginUrl);
  if (connection === undefined) return lacking(CONNECTION_FIELDS[config.kind]);
  if (connection.kind === 'jwt-bearer' && !isRsaKey(connection.privateKey))
    return { kind: 'unusable', problem: '"privateKey" is no RSA key in PEM without a passphrase' };
  return { kind: 'value', value: connection };
}

/** Reads the secret of an app by which integrations log in: `{ "clientId": "…", "clientSecret": "…" }`. */
export function parseLoginApp(text: Redacted): ParsedValue<OAuthApp> {
  const fields = readFields(text);
  if (fields.kind !== 'value') return fields;
  const app = oauthApp(fields.value);
  return app === undefined ? lacking(CONNECTION_FIELDS['client-credentials']) : { kind: 'value', value: app };
}

function clientCredentials(fields: Fields, loginUrl: string): AppConnection | undefined {
  const app = oauthApp(fields);
  return app && { kind: 'client-credentials', loginUrl, ...app };
}

function jwtBearer(
  fields: Fields,
  loginUrl: string,
  audience: string | undefined,
): JwtBearerConnection | undefined {
  const clientId = secretText(fields['clientId']);
  const username = optionalText(fields['username']);
  const privateKey = secretText(fields['privateKey']);
  if (clientId === undefined || username === undefined || privateKey === undefined) return undefined;
  return { kind: 'jwt-bearer', loginUrl, clientId, username, privateKey, audience };
}

function oauthApp(fields: Fields): OAuthApp | undefined {
  const clientId = secretText(fields['clientId']);
  const clientSecret = secretText(fields['clientSecret']);
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}

function isRsaKey(privateKey: Redacted): boolean {
  return privateKey.open((pem) => {
    try {
      return createPrivateKey(pem).asymmetricKeyType === 'rsa';
    } catch {
      return false;
    }
  });
}

function lacking(names: readonly string[]): { readonly kind: 'unusable'; readonly problem: string } {
  const quoted = names.map((name) => `"${name}"`);
  return { kind: 'unusable', problem: `it lacks ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` };
}
