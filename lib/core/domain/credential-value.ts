import { Redacted } from '../redacted.ts';
import { compactRecord } from './records.ts';
import { optionalText, type ParsedValue, readFields, secretText } from './secret-fields.ts';

/**
 * What one integration login consists of, as it stands in the credential
 * secret and, until it is verified without `securityToken`, in the draft.
 *
 * `kind` leaves room for an External Client App's consumer key and secret.
 */
export interface CredentialValue {
  readonly kind: 'password';
  readonly username: string;
  readonly password: Redacted;
  /** Absent where the org needs none, and in a draft that is not verified yet. */
  readonly securityToken: Redacted | undefined;
  readonly loginUrl: string;
  /** ISO 8601; when the service, or a person, set this password. */
  readonly passwordChangedAt: string | undefined;
  readonly rotationId: string | undefined;
}

/** A draft: a credential value, and whether Salesforce has accepted it as it stands. */
export interface Draft extends CredentialValue {
  /** ISO 8601; present only in a draft that was completed after Salesforce accepted it. */
  readonly verifiedAt: string | undefined;
  /** `User.LastPasswordChangeDate` when it was drafted: tells, without a ledger, whether it was set since. */
  readonly changedBefore?: string | undefined;
}

/** Password followed by token, as Salesforce's login wants it. */
export function combined(value: Pick<CredentialValue, 'password' | 'securityToken'>): Redacted {
  return value.password.map((password) => `${password}${value.securityToken?.open((token) => token) ?? ''}`);
}

/** Whether two values log in as the same user with the same password and token. */
export function sameLogin(a: CredentialValue, b: CredentialValue): boolean {
  const token = (value: CredentialValue) => value.securityToken ?? Redacted.of('');
  return samePassword(a, b) && token(a).equals(token(b));
}

/** Whether two values are the same user's with the same password; the tokens may differ, as after a token reset. */
export function samePassword(a: CredentialValue, b: CredentialValue): boolean {
  return a.username === b.username && a.password.equals(b.password);
}

/** Reads the JSON of a credential secret. Never quotes the content in `problem`. */
export function parseCredential(text: Redacted): ParsedValue<CredentialValue> {
  const fields = readFields(text);
  if (fields.kind !== 'value') return fields;
  return toCredential(fields.value);
}

/** Reads the JSON of a draft; an emptied draft (`{}`) is `empty`. */
export function parseDraft(text: Redacted): ParsedValue<Draft> {
  const fields = readFields(text);
  if (fields.kind !== 'value') return fields;
  if (Object.keys(fields.value).length === 0) return { kind: 'empty' };
  const credential = toCredential(fields.value);
  if (credential.kind !== 'value') return credential;
  return {
    kind: 'value',
    value: {
      ...credential.value,
      verifiedAt: optionalText(fields.value['verifiedAt']),
      changedBefore: optionalTime(fields.value['changedBefore']),
    },
  };
}

/** The JSON that a credential secret holds. Keys and order as in docs/architecture.md. */
export function renderCredential(value: CredentialValue): Redacted {
  return renderFields(value, {});
}

export function renderDraft(draft: Draft): Redacted {
  return renderFields(draft, { changedBefore: draft.changedBefore, verifiedAt: draft.verifiedAt });
}

/** What a draft holds when nothing is being prepared. */
export const EMPTY_DRAFT = Redacted.of('{}');

function renderFields(
  value: CredentialValue,
  draft: Partial<Pick<Draft, 'changedBefore' | 'verifiedAt'>>,
): Redacted {
  return value.password.map((password) =>
    JSON.stringify(
      compactRecord({
        username: value.username,
        password,
        securityToken: value.securityToken?.open((token) => token),
        loginUrl: value.loginUrl,
        passwordChangedAt: value.passwordChangedAt,
        rotationId: value.rotationId,
        ...draft,
      }),
    ),
  );
}

function toCredential(fields: Record<string, Redacted<unknown>>): ParsedValue<CredentialValue> {
  const username = optionalText(fields['username']);
  const password = secretText(fields['password']);
  const loginUrl = optionalText(fields['loginUrl']);
  if (username === undefined || password === undefined || loginUrl === undefined) {
    const missing = Object.entries({ username, password, loginUrl }).filter(
      ([, value]) => value === undefined,
    );
    return {
      kind: 'unusable',
      problem: `it lacks ${missing.map(([key]) => `"${key}"`).join(', ')} as non-empty text`,
    };
  }
  return {
    kind: 'value',
    value: {
      kind: 'password',
      username,
      password,
      securityToken: secretText(fields['securityToken']),
      loginUrl: loginUrl.replace(/\/+$/, ''),
      passwordChangedAt: optionalTime(fields['passwordChangedAt']),
      rotationId: optionalText(fields['rotationId']),
    },
  };
}

/** People write this secret, too: what is no time says nothing about the password's age. */
function optionalTime(field: Redacted<unknown> | undefined): string | undefined {
  const text = optionalText(field);
  return text !== undefined && Number.isNaN(Date.parse(text)) ? undefined : text;
}
