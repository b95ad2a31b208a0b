import type { CredentialValue } from '../domain/credential-value.ts';
import { Redacted } from '../redacted.ts';
import type { IntegrationFormat, Reading, Rendering } from './format.ts';

/** Why a text cannot be used; never quotes a value. */
export interface Problem {
  readonly problem: string;
}

export function isProblem(result: object | string): result is Problem {
  return typeof result !== 'string' && 'problem' in result;
}

/** A credential in the clear, as long as it is being written. */
export interface ClearLogin {
  readonly username: string;
  readonly password: string;
  /** Empty where the org needs none. */
  readonly securityToken: string;
  readonly loginUrl: string;
}

/** A login in the clear, as it is being read. */
export interface ClearReading {
  readonly username: string;
  readonly combinedPassword: string;
  readonly loginUrl: string | undefined;
}

/** A format on plain text. `clearFormat` keeps its secrets redacted on the outside. */
export interface ClearFormat {
  write(current: string, login: ClearLogin): string | Problem;
  read(text: string): ClearReading | Problem;
}

/** The largest value that Secrets Manager holds. */
export const LARGEST_SECRET_BYTES = 65_536;

/** The one place where formats see values in the clear: what comes in and goes out of it is redacted. */
export function clearFormat(format: ClearFormat): IntegrationFormat {
  return {
    render: (current, value) => current.open((text) => rendering(format, text, value)),
    parse: (text) => text.open((content) => reading(format.read(content))),
  };
}

function rendering(format: ClearFormat, text: string, value: CredentialValue): Rendering {
  const written = value.password.map((password) =>
    format.write(text, {
      username: value.username,
      password,
      securityToken: value.securityToken?.open((token) => token) ?? '',
      loginUrl: value.loginUrl,
    }),
  );
  return written.open((result): Rendering => {
    if (isProblem(result)) return { kind: 'unusable', problem: result.problem };
    const bytes = Buffer.byteLength(result);
    if (bytes > LARGEST_SECRET_BYTES) return { kind: 'unusable', problem: tooLarge(bytes) };
    return { kind: 'rendered', text: Redacted.of(result) };
  });
}

function reading(result: ClearReading | Problem): Reading {
  if (isProblem(result)) return { kind: 'unusable', problem: result.problem };
  const { username, combinedPassword, loginUrl } = result;
  return { kind: 'login', login: { username, combinedPassword: Redacted.of(combinedPassword), loginUrl } };
}

export function tooLarge(bytes: number): string {
  const count = (number: number) => number.toLocaleString('en-US');
  return `with the credential in it, it would be ${count(bytes)} bytes, and a secret holds ${count(LARGEST_SECRET_BYTES)}`;
}
