import type { Redacted } from '../redacted.ts';

/**
 * What a password must be made of. In Salesforce's metadata and setup:
 *
 * | here | Salesforce | at least one |
 * |---|---|---|
 * | `no-restriction` | NoRestriction | |
 * | `alpha-numeric` | AlphaNumeric | letter, digit |
 * | `special-characters` | SpecialCharacters | letter, digit, special character |
 * | `upper-lower-numeric` | UpperLowerCaseNumeric | upper-case, lower-case letter, digit |
 * | `upper-lower-numeric-special` | UpperLowerCaseNumericSpecialCharacters | of all four classes |
 * | `any-3` | Any3UpperLowerCaseNumericSpecialCharacters | of any three of the four |
 */
export type PasswordComplexity =
  | 'no-restriction'
  | 'alpha-numeric'
  | 'special-characters'
  | 'upper-lower-numeric'
  | 'upper-lower-numeric-special'
  | 'any-3';

/**
 * The part of an org's or a profile's password policy that decides whether a
 * new password is accepted. History and minimum lifetime depend on the past and
 * are for Salesforce to say.
 */
export interface PasswordPolicy {
  /** 5 to 50 characters. */
  readonly minimumLength: number;
  readonly complexity: PasswordComplexity;
}

/** Whose password it is. Blank values forbid nothing. */
export interface PasswordOwner {
  readonly username: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

export type PasswordRule =
  | 'too-short'
  | 'too-long'
  | 'needs-letter'
  | 'needs-upper-case'
  | 'needs-lower-case'
  | 'needs-digit'
  | 'needs-special-character'
  | 'needs-three-classes'
  | 'contains-username'
  | 'contains-first-name'
  | 'contains-last-name';

/** Salesforce allows policies to ask for 5 to 50 characters. */
export const SHORTEST_PASSWORD = 5;
export const LONGEST_PASSWORD = 50;

/** Characters of each class; of the special ones, those that Salesforce is known to count as such. */
export const CHARACTER_CLASSES = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  special: '!#$%-_=+<>',
} as const;

/** What is assumed of an org whose policy is not configured: it satisfies every complexity. */
export const STRICT_POLICY: PasswordPolicy = { minimumLength: 8, complexity: 'upper-lower-numeric-special' };

/**
 * The rules that `candidate` violates; none means that, as far as can be known
 * here, Salesforce accepts it. Stricter than Salesforce on names: one may not be
 * contained, where Salesforce only forbids to equal it.
 */
export function checkPassword(
  policy: PasswordPolicy,
  owner: PasswordOwner,
  candidate: Redacted<string>,
): PasswordRule[] {
  return candidate.open((password) => [
    ...lengthViolations(policy, password),
    ...complexityViolations(policy.complexity, password),
    ...ownerViolations(owner, password),
  ]);
}

/** Lower-case texts that a password of this owner must not contain, by the rule that forbids them. */
export function forbiddenTexts(owner: PasswordOwner): ReadonlyArray<{ rule: PasswordRule; text: string }> {
  const username = owner.username.trim();
  const localPart = username.split('@', 1)[0] ?? '';
  return [
    { rule: 'contains-username' as const, text: username },
    { rule: 'contains-username' as const, text: localPart },
    { rule: 'contains-first-name' as const, text: owner.firstName ?? '' },
    { rule: 'contains-last-name' as const, text: owner.lastName ?? '' },
  ]
    .map(({ rule, text }) => ({ rule, text: text.trim().toLowerCase() }))
    .filter(({ text }) => text !== '');
}

function lengthViolations(policy: PasswordPolicy, password: string): PasswordRule[] {
  if (password.length < policy.minimumLength) return ['too-short'];
  return password.length > LONGEST_PASSWORD ? ['too-long'] : [];
}

function complexityViolations(complexity: PasswordComplexity, password: string): PasswordRule[] {
  const has = (characters: string) => [...password].some((character) => characters.includes(character));
  const upper = has(CHARACTER_CLASSES.upper);
  const lower = has(CHARACTER_CLASSES.lower);
  const digit = has(CHARACTER_CLASSES.digit);
  const special = has(CHARACTER_CLASSES.special);
  const missing = (present: boolean, rule: PasswordRule): PasswordRule[] => (present ? [] : [rule]);

  const letterAndDigit = [...missing(upper || lower, 'needs-letter'), ...missing(digit, 'needs-digit')];
  const bothCasesAndDigit = [
    ...missing(upper, 'needs-upper-case'),
    ...missing(lower, 'needs-lower-case'),
    ...missing(digit, 'needs-digit'),
  ];
  switch (complexity) {
    case 'no-restriction':
      return [];
    case 'alpha-numeric':
      return letterAndDigit;
    case 'special-characters':
      return [...letterAndDigit, ...missing(special, 'needs-special-character')];
    case 'upper-lower-numeric':
      return bothCasesAndDigit;
    case 'upper-lower-numeric-special':
      return [...bothCasesAndDigit, ...missing(special, 'needs-special-character')];
    case 'any-3':
      return missing([upper, lower, digit, special].filter(Boolean).length >= 3, 'needs-three-classes');
  }
}

function ownerViolations(owner: PasswordOwner, password: string): PasswordRule[] {
  const folded = password.toLowerCase();
  const violated = forbiddenTexts(owner).filter(({ text }) => folded.includes(text));
  return [...new Set(violated.map(({ rule }) => rule))];
}
