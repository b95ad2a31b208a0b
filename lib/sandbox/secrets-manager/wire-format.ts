import { SecretsManagerException } from './exceptions.ts';

export const CONTENT_TYPE = 'application/x-amz-json-1.1';

/**
 * Reads an AWS JSON 1.1 body: `null` members count as absent, and
 * `SecretBinary` becomes bytes.
 *
 * @throws SerializationException
 */
export function decodeBody(body: string): Record<string, unknown> {
  const parsed = parse(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw malformed();
  const members = Object.entries(parsed).filter(([, value]) => value !== null);
  return Object.fromEntries(
    members.map(([name, value]) => [name, name === 'SecretBinary' ? bytesOf(value) : value]),
  );
}

/** Writes an AWS JSON 1.1 body: dates as epoch seconds, bytes as base64. */
export function encodeBody(output: object): string {
  return JSON.stringify(encoded(output));
}

function encoded(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encoded(member)]));
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw malformed();
  return Uint8Array.from(Buffer.from(value, 'base64'));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw malformed();
  }
}

function malformed(): SecretsManagerException {
  return new SecretsManagerException('SerializationException', 'The request body is not valid.');
}
