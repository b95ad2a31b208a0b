import { describe, expect, test } from '@jest/globals';
import {
  checkPassword,
  type PasswordComplexity,
  type PasswordRule,
} from '../../../../lib/core/password/policy.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';

const NOBODY = { username: '' };
const check = (
  complexity: PasswordComplexity,
  password: string,
  owner: Parameters<typeof checkPassword>[1] = NOBODY,
) => checkPassword({ minimumLength: 8, complexity }, owner, Redacted.of(password));

describe('checkPassword', () => {
  test.each<[PasswordComplexity, string, PasswordRule[]]>([
    ['no-restriction', 'aaaaaaaa', []],
    ['no-restriction', 'aaaaaaa', ['too-short']],
    ['no-restriction', 'a'.repeat(51), ['too-long']],
    ['no-restriction', 'a'.repeat(50), []],
    ['alpha-numeric', 'aaaaaaa1', []],
    ['alpha-numeric', 'aaaaaaaa', ['needs-digit']],
    ['alpha-numeric', '11111111', ['needs-letter']],
    ['special-characters', 'aaaaaa1#', []],
    ['special-characters', 'aaaaaa1&', ['needs-special-character']],
    ['upper-lower-numeric', 'aaaaaaA1', []],
    ['upper-lower-numeric', '########', ['needs-upper-case', 'needs-lower-case', 'needs-digit']],
    ['upper-lower-numeric-special', 'aaaaaA1<', []],
    ['upper-lower-numeric-special', 'aaaaaaA1', ['needs-special-character']],
    ['any-3', 'aaaaaaA1', []],
    ['any-3', 'aaaaaa1_', []],
    ['any-3', 'aaaaaaaA', ['needs-three-classes']],
  ])('%s: %s', (complexity, password, violated) => {
    expect(check(complexity, password)).toEqual(violated);
  });

  test.each<[string, PasswordRule[]]>([
    ['xxBILLING@acme.comxx', ['contains-username']],
    ['xxbillingxx', ['contains-username']],
    ['xxADAxxxx', ['contains-first-name']],
    ['xxlovelacexx', ['contains-last-name']],
    ['adalovelacebilling', ['contains-username', 'contains-first-name', 'contains-last-name']],
    ['somethingelse', []],
  ])('of its owner: %s', (password, violated) => {
    const owner = { username: 'Billing@acme.com', firstName: ' Ada ', lastName: 'Lovelace' };
    expect(check('no-restriction', password, owner)).toEqual(violated);
  });

  test('blank names forbid nothing', () => {
    expect(
      check('no-restriction', 'whatever it is', { username: ' ', firstName: '', lastName: undefined }),
    ).toEqual([]);
  });
});
