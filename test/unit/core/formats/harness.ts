import fc from 'fast-check';
import type { IntegrationConfig } from '../../../../lib/core/config/schema.ts';
import { type CredentialValue, combined } from '../../../../lib/core/domain/credential-value.ts';
import { formatOf } from '../../../../lib/core/formats/registry.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { hostileNonEmpty } from '../../../support/hostile.ts';

export type FixedFormat = Exclude<IntegrationConfig['format'], 'template' | 'envelope'>;

export const inFormat = (format: FixedFormat): IntegrationConfig => ({ secret: 'etl', format });
export const inTemplate = (fields: Readonly<Record<string, string>>): IntegrationConfig => ({
  secret: 'etl',
  format: 'template',
  fields,
});

export interface Plain {
  readonly username: string;
  readonly password: string;
  readonly token: string | undefined;
  readonly loginUrl: string;
}

const BILLING: Plain = {
  username: 'billing@acme.com',
  password: 'p&ss W0rd#1',
  token: 'AbCdEf123',
  loginUrl: 'https://acme--uat.sandbox.my.salesforce.com',
};

export function credential(plain: Partial<Plain> = {}): CredentialValue {
  const { username, password, token, loginUrl } = { ...BILLING, ...plain };
  return {
    kind: 'password',
    username,
    password: Redacted.of(password),
    securityToken: token === undefined ? undefined : Redacted.of(token),
    loginUrl,
    passwordChangedAt: undefined,
    rotationId: undefined,
  };
}

/** The rendering in the clear, or `refused: ` and why. */
export function rendered(integration: IntegrationConfig, current: string, value = credential()): string {
  const rendering = formatOf(integration).render(Redacted.of(current), value);
  return rendering.kind === 'rendered'
    ? rendering.text.open((text) => text)
    : `refused: ${rendering.problem}`;
}

/** What is read, in the clear, or `refused: ` and why. */
export function read(integration: IntegrationConfig, text: string) {
  const reading = formatOf(integration).parse(Redacted.of(text));
  if (reading.kind !== 'login') return `refused: ${reading.problem}`;
  const { username, loginUrl, combinedPassword } = reading.login;
  return { username, loginUrl, password: combinedPassword.open((text) => text) };
}

/** What reading a rendering of this credential must give. */
export const login = (value: CredentialValue, loginUrl: string | undefined = value.loginUrl) => ({
  username: value.username,
  loginUrl,
  password: combined(value).open((text) => text),
});

const loginUrl = fc.oneof(
  fc.constantFrom(
    'https://login.salesforce.com',
    'https://test.salesforce.com',
    'https://acme.my.salesforce.com',
    'https://acme--uat.sandbox.my.salesforce.com',
    'http://127.0.0.1:41234',
    'http://localhost:8080',
    'http://[::1]:9',
  ),
  fc
    .array(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,9}$/), { minLength: 1, maxLength: 4 })
    .map((labels) => `https://${labels.join('.')}.salesforce.com`),
);

/** What a text must not do: look like a placeholder, or like another field. */
const placeholderLike = fc.constantFrom('{username}', '{password}{securityToken}', '{{', '}', '{loginUrl}');
const lineLike = fc.constantFrom(
  "'\nSF_PASSWORD=x\n'",
  '\\',
  '\\\n  b',
  "a'b",
  ' #c',
  '!=:',
  '$(id)`',
  'é',
  '🔑',
);
const piece = fc.oneof(hostileNonEmpty, placeholderLike, lineLike);
export const hostile = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));

/** Any credential at a login URL that every format can express. */
export const anyCredential = (text: fc.Arbitrary<string> = hostile): fc.Arbitrary<CredentialValue> =>
  fc
    .record({ username: text, password: text, token: fc.option(text, { nil: undefined }), loginUrl })
    .map(credential);

export const wellFormed = hostile.filter((text) => text.isWellFormed() && !text.includes('\0'));
export const oneLine = wellFormed.map((text) => text.replaceAll(/[\r\n]/g, ''));
