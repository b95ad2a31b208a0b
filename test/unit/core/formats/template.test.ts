import { describe, expect, test } from '@jest/globals';
import { carries } from '../../../../lib/core/formats/registry.ts';
import { templateProblems } from '../../../../lib/core/formats/template-check.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { credential, inTemplate, login, read, rendered } from './harness.ts';

const GOOD = { sf_user: '{username}', sf_pass: '{password}{securityToken}' };
const problems = (fields: Record<string, string>) =>
  templateProblems(fields).map(({ key, message }) => `${key ?? '-'}: ${message}`);

describe('a template', () => {
  test('writes its fields among the others', () => {
    const text = rendered(
      inTemplate({ ...GOOD, at: '{loginUrl}', host: '{domain}.salesforce.com' }),
      '{"a":1}',
    );
    expect(text).toBe(
      '{"a":1,"sf_user":"billing@acme.com","sf_pass":"p&ss W0rd#1AbCdEf123","at":"https://acme--uat.sandbox.my.salesforce.com","host":"acme--uat.sandbox.my.salesforce.com"}',
    );
  });

  test('does not take what a value holds for a placeholder', () => {
    const value = credential({ username: '{password}', password: '{securityToken}{{' });
    const text = rendered(inTemplate(GOOD), '{}', value);
    expect(text).toBe('{"sf_user":"{password}","sf_pass":"{securityToken}{{AbCdEf123"}');
    expect(read(inTemplate(GOOD), text)).toEqual({ ...login(value), loginUrl: undefined });
  });

  test('without a place leaves the login URL to the integration', () => {
    const text = Redacted.of(rendered(inTemplate(GOOD), '{}'));
    expect(carries(inTemplate(GOOD), text, credential({ loginUrl: 'https://elsewhere.example' }))).toBe(true);
    expect(carries(inTemplate(GOOD), text, credential({ username: 'x' }))).toBe(false);
    expect(carries(inTemplate(GOOD), text, credential({ password: 'x' }))).toBe(false);
  });

  test('with a place carries one login URL only', () => {
    const fields = { ...GOOD, url: '{loginUrl}' };
    const text = Redacted.of(rendered(inTemplate(fields), '{}'));
    expect(carries(inTemplate(fields), text, credential())).toBe(true);
    expect(carries(inTemplate(fields), text, credential({ loginUrl: 'https://elsewhere.example' }))).toBe(
      false,
    );
  });

  test('with a domain refuses a login URL that has none', () => {
    const value = credential({ loginUrl: 'https://acme.example' });
    expect(rendered(inTemplate({ ...GOOD, d: '{domain}' }), '{}', value)).toBe(
      'refused: the format "template" can only log in at "https://{domain}.salesforce.com", and the login URL is not of that form',
    );
  });

  const twice = { u: '{username}', v: 'x-{username}', p: '{password}{securityToken}', q: '{password}' };
  test.each([
    ['a field is missing', '{"u":"a","v":"x-a","p":"bc"}', 'it lacks "q" as text'],
    ['a field is no text', '{"u":"a","v":"x-a","p":"bc","q":1}', 'it lacks "q" as text'],
    [
      'the users differ',
      '{"u":"a","v":"x-b","p":"bc","q":"b"}',
      'its field "v" is not what the template writes',
    ],
    [
      'the passwords differ',
      '{"u":"a","v":"x-a","p":"bc","q":"c"}',
      'its field "q" is not what the template writes',
    ],
    [
      'a text around is gone',
      '{"u":"a","v":"a","p":"bc","q":"b"}',
      'its field "v" is not what the template writes',
    ],
  ])('reads no login where %s', (_name, text, problem) => {
    expect(read(inTemplate(twice), text)).toBe(`refused: ${problem}`);
  });

  test.each(['b-u-a', 'a-u-b', 'a-a', 'a-', '', 'u'])(
    'reads no user out of %j, whose texts around are others',
    (text) => {
      const fields = { u: 'a-{username}-a', p: '{password}{securityToken}' };
      const secret = (user: string) => JSON.stringify({ u: user, p: 'x' });
      expect(read(inTemplate(fields), secret('a-u-a'))).toMatchObject({ username: 'u' });
      expect(read(inTemplate(fields), secret(text))).toBe(
        'refused: its field "u" is not what the template writes',
      );
    },
  );
});

describe('a template is sound', () => {
  test.each([
    [GOOD],
    [{ u: '{username}', p: '{password}', t: '{securityToken}' }],
    [{ u: '{username}', c: 'User={username};Password={password}{securityToken};' }],
    [
      {
        u: '{username}',
        p: '{password}',
        c: '{username}:{password}:{securityToken}@{domain}',
        d: '{domain}',
      },
    ],
    [{ u: '{{{username}}}', p: '{password}{securityToken}' }],
  ])('%j', (fields) => {
    expect(problems(fields)).toEqual([]);
  });
});

describe('a template is refused that', () => {
  test.each([
    [
      'has an unknown placeholder near to one',
      { ...GOOD, x: '{pasword}' },
      ['x: unknown placeholder "{pasword}". Did you mean "{password}"?'],
    ],
    [
      'has an unknown placeholder',
      { ...GOOD, x: '{organization}' },
      [
        'x: unknown placeholder "{organization}". Known: {username}, {password}, {securityToken}, {loginUrl}, {domain}.',
      ],
    ],
    [
      'has a lone brace',
      { ...GOOD, x: '{username' },
      ['x: a "{" stands alone. Write "{{" for a brace as text.'],
    ],
    [
      'has no user',
      { p: '{password}{securityToken}' },
      ['-: no field has {username}. Add one, such as "user": "{username}".'],
    ],
    [
      'has no password',
      { u: '{username}', t: '{securityToken}' },
      ['-: no field has {password}. Add one, such as "password": "{password}{securityToken}".'],
    ],
    [
      'leaves the token out',
      { u: '{username}', p: '{password}' },
      [
        '-: no field has {securityToken}, and Salesforce refuses the password without it. Write "{password}{securityToken}", or give it a field of its own; it is empty where the org needs none.',
      ],
    ],
    [
      'writes the token twice',
      { ...GOOD, t: '{securityToken}' },
      ['t: {securityToken} is written 2 times, and what joins the fields would send it twice. Keep one.'],
    ],
    [
      'writes the token twice in one field',
      { u: '{username}', p: '{password}{securityToken}{securityToken}' },
      ['p: {securityToken} is written 2 times, and what joins the fields would send it twice. Keep one.'],
    ],
    [
      'cannot be read back',
      { c: '{username}:{password}{securityToken}' },
      [
        'c: this joins {username} and {password}{securityToken} and cannot be read back without doubt. Give all but one of them a field of its own, too; {securityToken} is the one that stays.',
      ],
    ],
    [
      'has one unknown twice',
      { u: '{username}{username}', p: '{password}{securityToken}' },
      [
        'u: this has {username} more than once and cannot be read back. Give {username} a field of its own, too.',
      ],
    ],
  ])('%s', (_name, fields, sentences) => {
    expect(problems(fields as unknown as Record<string, string>)).toEqual(sentences);
  });

  test('is empty', () => {
    expect(problems({})).toHaveLength(3);
  });
});
