import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CredentialValue,
  combined,
  type Draft,
  EMPTY_DRAFT,
  parseCredential,
  parseDraft,
  renderCredential,
  renderDraft,
  sameLogin,
} from '../../../../lib/core/domain/credential-value.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { hostileNonEmpty } from '../../../support/hostile.ts';

const secret = hostileNonEmpty.map((text) => Redacted.of(text));
const time = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
  .map((date) => date.toISOString());
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const credential: fc.Arbitrary<CredentialValue> = fc.record({
  kind: fc.constant('password'),
  username: hostileNonEmpty,
  password: secret,
  securityToken: optional(secret),
  loginUrl: hostileNonEmpty.filter((url) => !url.endsWith('/')),
  passwordChangedAt: optional(time),
  rotationId: optional(hostileNonEmpty),
});
const draft: fc.Arbitrary<Draft> = fc
  .tuple(credential, optional(time))
  .map(([value, verifiedAt]) => ({ ...value, verifiedAt }));

/** Everything about a value, secrets opened, for comparison. */
const opened = (value: CredentialValue | Draft) => ({
  ...value,
  password: value.password.open((text) => text),
  securityToken: value.securityToken?.open((text) => text),
});
const open = (text: Redacted) => text.open((value) => value);
const of = (fields: object): Redacted => Redacted.of(JSON.stringify(fields));

const BILLING = { username: 'u@x', password: 'pw', securityToken: 'tok', loginUrl: 'https://x' };

describe('what is rendered reads back as the same', () => {
  test('credential', () => {
    fc.assert(
      fc.property(credential, (value) => {
        const read = parseCredential(renderCredential(value));
        expect(read.kind === 'value' && opened(read.value)).toEqual(opened(value));
      }),
    );
  });

  test('draft, verified or not', () => {
    fc.assert(
      fc.property(draft, (value) => {
        const read = parseDraft(renderDraft(value));
        expect(read.kind === 'value' && opened(read.value)).toEqual(opened(value));
      }),
    );
  });

  test('a credential never carries the mark of a verified draft', () => {
    fc.assert(
      fc.property(draft, (value) => {
        expect(JSON.parse(open(renderCredential(value)))).not.toHaveProperty('verifiedAt');
      }),
    );
  });

  test('with the keys of the design page, in its order, and none for what is absent', () => {
    const parsed = parseCredential(
      of({ ...BILLING, passwordChangedAt: '2026-11-01T00:00:00Z', rotationId: 'r' }),
    );
    if (parsed.kind !== 'value') throw new Error('unusable');
    expect(Object.keys(JSON.parse(open(renderCredential(parsed.value))))).toEqual([
      'username',
      'password',
      'securityToken',
      'loginUrl',
      'passwordChangedAt',
      'rotationId',
    ]);
    const least = renderCredential({
      ...parsed.value,
      securityToken: undefined,
      passwordChangedAt: undefined,
      rotationId: undefined,
    });
    expect(Object.keys(JSON.parse(open(least)))).toEqual(['username', 'password', 'loginUrl']);
  });
});

describe('a secret that cannot be used', () => {
  const SENTINEL = 'sentinel-4711';
  test.each([
    ['text', SENTINEL, 'it is no JSON'],
    ['a list', JSON.stringify([SENTINEL]), 'it is no JSON object'],
    ['a text in JSON', JSON.stringify(SENTINEL), 'it is no JSON object'],
    ['null', 'null', 'it is no JSON object'],
    ['nothing', '', 'it is no JSON'],
    [
      'no password',
      JSON.stringify({ ...BILLING, password: undefined, username: SENTINEL }),
      'it lacks "password" as non-empty text',
    ],
    [
      'an empty username',
      JSON.stringify({ ...BILLING, username: '', password: SENTINEL }),
      'it lacks "username" as non-empty text',
    ],
    [
      'a number as password',
      JSON.stringify({ ...BILLING, password: 4711, loginUrl: 0 }),
      'it lacks "password", "loginUrl" as non-empty text',
    ],
    [
      'inherited fields only',
      '{"__proto__":{"username":"sentinel-4711"}}',
      'it lacks "username", "password", "loginUrl" as non-empty text',
    ],
  ])('%s', (_name, text, problem) => {
    for (const parse of [parseCredential, parseDraft]) {
      expect(parse(Redacted.of(text))).toEqual({ kind: 'unusable', problem });
    }
    expect(problem).not.toContain('4711');
  });

  test('never says what it holds, whatever that is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 12 }), fc.json({ maxDepth: 2 })), (text) => {
        const read = parseCredential(Redacted.of(text));
        if (read.kind !== 'unusable') return;
        expect(read.problem).toMatch(
          /^it (is no JSON|is no JSON object|lacks ("username"|"password"|"loginUrl"|, )+ as non-empty text)$/,
        );
      }),
    );
  });

  test('an emptied draft is empty; an empty credential is unusable', () => {
    expect(parseDraft(EMPTY_DRAFT)).toEqual({ kind: 'empty' });
    expect(parseCredential(EMPTY_DRAFT).kind).toBe('unusable');
  });
});

describe('a secret that people write, too', () => {
  const read = (fields: object) => {
    const parsed = parseDraft(of({ ...BILLING, ...fields }));
    return parsed.kind === 'value' ? opened(parsed.value) : parsed;
  };

  test.each(['yesterday', '', 7, null])('passwordChangedAt %j is no known age', (passwordChangedAt) => {
    expect(read({ passwordChangedAt })).toMatchObject({ passwordChangedAt: undefined });
  });

  test('an empty token is no token, and a login URL loses its last slashes', () => {
    expect(read({ securityToken: '', loginUrl: 'https://x//' })).toMatchObject({
      securityToken: undefined,
      loginUrl: 'https://x',
    });
  });

  test('fields of others do not matter', () => {
    expect(read({ note: 'ours', kind: 'other' })).toMatchObject({ kind: 'password', username: 'u@x' });
  });
});

describe('the pair that logs in', () => {
  test('is the password followed by the token, byte for byte', () => {
    fc.assert(
      fc.property(hostileNonEmpty, hostileNonEmpty, (password, token) => {
        const pair = { password: Redacted.of(password), securityToken: Redacted.of(token) };
        expect(open(combined(pair))).toBe(password + token);
        expect(open(combined({ ...pair, securityToken: undefined }))).toBe(password);
      }),
    );
  });

  test('is the same login only with the same user, password and token', () => {
    const value = parseCredential(of(BILLING));
    if (value.kind !== 'value') throw new Error('unusable');
    const same = { ...value.value, loginUrl: 'https://other', rotationId: 'r', passwordChangedAt: 'x' };
    expect(sameLogin(value.value, same)).toBe(true);
    expect(sameLogin(value.value, { ...same, username: 'U@x' })).toBe(false);
    expect(sameLogin(value.value, { ...same, password: Redacted.of('pw2') })).toBe(false);
    expect(sameLogin(value.value, { ...same, securityToken: undefined })).toBe(false);
    expect(
      sameLogin({ ...same, securityToken: undefined }, { ...same, securityToken: Redacted.of('') }),
    ).toBe(true);
  });
});
