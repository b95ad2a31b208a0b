import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CredentialValue, combined } from '../../../../lib/core/domain/credential-value.ts';
import { json } from '../../../../lib/core/formats/json.ts';
import { carries, formatOf } from '../../../../lib/core/formats/registry.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { BACKSLASH, hostileNonEmpty, hostileText } from '../../../support/hostile.ts';

const JSON_FORMAT = { secret: 'etl', format: 'json' } as const;
const OURS = ['username', 'password', 'securityToken', 'loginUrl'];

const credential: fc.Arbitrary<CredentialValue> = fc
  .record({
    username: hostileNonEmpty,
    password: hostileNonEmpty,
    token: fc.option(hostileNonEmpty),
    loginUrl: hostileNonEmpty,
  })
  .map(({ token, password, ...rest }) => ({
    kind: 'password',
    ...rest,
    password: Redacted.of(password),
    securityToken: token === null ? undefined : Redacted.of(token),
    passwordChangedAt: undefined,
    rotationId: undefined,
  }));

/** Numbers as other programs write them, which JavaScript cannot hold. */
const wideNumber = fc.constantFrom(
  '12345678901234567890123',
  '1.0',
  '-0',
  '1E400',
  '0.1000000000000000055511151231257827',
  '1e-7',
);
/** JSON text of any foreign value, in a spelling of its own. */
const { value: foreignValue } = fc.letrec<{ value: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    wideNumber,
    fc.constantFrom('true', 'false', 'null'),
    hostileText.map((text) => JSON.stringify(text)),
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .dictionary(
        hostileText.filter((key) => key !== BACKSLASH),
        tie('value'),
        { maxKeys: 3 },
      )
      .map((fields) => objectText(fields)),
  ),
}));
const foreignKey = fc
  .oneof(hostileText, fc.constant('__proto__'), fc.constant('constructor'))
  .filter((key) => !OURS.includes(key) && key !== BACKSLASH);
const foreign = fc.uniqueArray(fc.tuple(foreignKey, foreignValue), {
  maxLength: 5,
  selector: ([key]) => key,
});

function objectText(
  fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
): string {
  const entries = Array.isArray(fields) ? fields : Object.entries(fields);
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`;
}

const render = (current: string, value: CredentialValue): string => {
  const rendering = json.render(Redacted.of(current), value);
  if (rendering.kind !== 'rendered') throw new Error(rendering.problem);
  return rendering.text.open((text) => text);
};
const value = (fields: Partial<CredentialValue> = {}): CredentialValue => ({
  kind: 'password',
  username: 'u@x',
  password: Redacted.of('pw'),
  securityToken: Redacted.of('tok'),
  loginUrl: 'https://x',
  passwordChangedAt: undefined,
  rotationId: undefined,
  ...fields,
});

describe('what is rendered', () => {
  test('reads back as the same login, whatever it holds and whatever stood there', () => {
    fc.assert(
      fc.property(credential, foreign, (login, fields) => {
        const text = Redacted.of(render(objectText(fields), login));
        expect(carries(JSON_FORMAT, text, login)).toBe(true);
        const reading = json.parse(text);
        expect(reading).toMatchObject({
          kind: 'login',
          login: { username: login.username, loginUrl: login.loginUrl },
        });
        expect(reading.kind === 'login' && reading.login.combinedPassword.equals(combined(login))).toBe(true);
      }),
    );
  });

  test('keeps every foreign field to the digit', () => {
    fc.assert(
      fc.property(credential, foreign, (login, fields) => {
        const rendered = render(objectText(fields), login);
        // The foreign part alone, written in the same way, is found in the rendering.
        for (const [key, text] of fields) {
          const alone = render(objectText([[key, text]]), login);
          const body = alone.slice(1, alone.indexOf(',"username":'));
          expect(rendered).toContain(body);
          for (const digits of text.match(/"(?:[^"\\]|\\.)*"|[-\d][\d.eE+-]*/g) ?? [])
            if (!digits.startsWith('"')) expect(body).toContain(digits);
        }
        const parsed = JSON.parse(rendered) as object;
        const names = fields.map(([key]) => key);
        expect(new Set(Object.keys(parsed))).toEqual(new Set([...names, ...OURS]));
        for (const [key, text] of fields)
          expect(Object.getOwnPropertyDescriptor(parsed, key)?.value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('rendered again is the same text', () => {
    fc.assert(
      fc.property(credential, foreign, (login, fields) => {
        const once = render(objectText(fields), login);
        expect(render(once, login)).toBe(once);
      }),
    );
  });

  test('changes only the login between two credentials', () => {
    const first = render('{"owner":"etl","username":"old","batchSize":200}', value());
    expect(first).toBe(
      '{"owner":"etl","username":"u@x","batchSize":200,"password":"pw","securityToken":"tok","loginUrl":"https://x"}',
    );
    expect(render(first, value({ password: Redacted.of('p2') }))).toBe(first.replace('"pw"', '"p2"'));
  });

  test('has an empty token where the org needs none', () => {
    expect(render('{}', value({ securityToken: undefined }))).toContain('"securityToken":""');
    expect(render('{"securityToken":"old"}', value({ securityToken: undefined }))).not.toContain('old');
  });

  test.each([
    ['two blanks', '{\n  "a": 1\n}', '\n  "username"'],
    ['four blanks and a last line break', '{\n    "a": 1\n}\n', '\n    "username"'],
    ['tabs', '{\n\t"a": 1\n}', '\n\t"username"'],
    ['Windows line breaks', '{\r\n  "a": 1\r\n}', '\n  "username"'],
    ['one line', '{"a": 1}', ',"username"'],
  ])('keeps the layout: %s', (_name, current, expected) => {
    const rendered = render(current, value());
    expect(rendered).toContain(expected);
    expect(rendered.endsWith('\n')).toBe(current.endsWith('\n'));
  });

  test.each(['{"a":1,"a":2}', '{"password":"x","password":"y"}', '{"a":1,"\\u0061":2}'])(
    '%s has a field twice, which readers see differently: refused',
    (text) => {
      for (const result of [json.render(Redacted.of(text), value()), json.parse(Redacted.of(text))])
        expect(result).toEqual({
          kind: 'unusable',
          problem: expect.stringMatching(/duplicate key "(a|password)"$/),
        });
    },
  );

  test('never reaches into inherited properties', () => {
    const rendered = render('{"__proto__":{"polluted":true}}', value());
    expect(rendered).toContain('"__proto__":{"polluted":true}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a secret that is not of this format', () => {
  const NO_OBJECT = { kind: 'unusable', problem: 'it is no JSON object' };
  test.each([
    '[]',
    '[{"username":"u"}]',
    '"text"',
    'null',
    '7',
    'true',
    '',
    'plain text',
    '{',
    '\ufeff{}',
    '{"a":1}x',
  ])('%j is refused, to read and to write', (text) => {
    expect(json.render(Redacted.of(text), value())).toEqual(NO_OBJECT);
    expect(json.parse(Redacted.of(text))).toEqual(NO_OBJECT);
  });

  test.each([
    '{}',
    '{"username":"u","password":"p"}',
    '{"username":"u","password":7,"loginUrl":"x"}',
    '{"username":null,"password":"p","loginUrl":"x"}',
    '{"__proto__":{"username":"u","password":"p","loginUrl":"x"}}',
  ])('%s holds no login yet, but one can be written into it', (text) => {
    expect(json.parse(Redacted.of(text))).toEqual({
      kind: 'unusable',
      problem: 'it lacks username, password or loginUrl',
    });
    expect(carries(JSON_FORMAT, Redacted.of(text), value())).toBe(false);
    expect(carries(JSON_FORMAT, Redacted.of(render(text, value())), value())).toBe(true);
  });
});

describe('whether a secret carries a credential', () => {
  const text = Redacted.of(render('{}', value()));
  test.each([
    ['the user', { username: 'U@x' }],
    ['the password', { password: Redacted.of('pw2') }],
    ['the token', { securityToken: Redacted.of('tok2') }],
    ['no token', { securityToken: undefined }],
    ['the login URL', { loginUrl: 'https://y' }],
  ])('not if %s differs', (_name, change) => {
    expect(carries(JSON_FORMAT, text, value())).toBe(true);
    expect(carries(JSON_FORMAT, text, value(change))).toBe(false);
  });

  test('the configuration names the format', () => {
    expect(formatOf(JSON_FORMAT)).toBe(json);
  });
});
