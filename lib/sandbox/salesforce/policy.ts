import type { PasswordPolicy, SalesforceSettings } from './settings.ts';
import type { StoredUser } from './state.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const GUESSED_FIRST = new Set([
  'password',
  'password1',
  'salesforce',
  'salesforce1',
  '12345678',
  'qwerty123',
]);

/** The org's policy with the profile's own values over it. */
export function policyOf(settings: SalesforceSettings, user: StoredUser): PasswordPolicy {
  return { ...settings.policy, ...user.policy };
}

/** Whether the user's password has run out, or was only a temporary one. */
export function isPasswordExpired(policy: PasswordPolicy, user: StoredUser, now: Date): boolean {
  if (user.mustChangePassword) return true;
  if (policy.expiresAfterDays === null || user.permissions.passwordNeverExpires) return false;
  return now.getTime() >= Date.parse(user.lastPasswordChangeDate) + policy.expiresAfterDays * DAY_MS;
}

/**
 * Why a new password is refused, in the service's words, or `undefined`.
 *
 * The shape is checked first, then the minimum lifetime, then the history: so
 * inside the first day even a repeated set gets the lifetime's text.
 */
export function refusedPassword(
  policy: PasswordPolicy,
  user: StoredUser,
  password: string,
  now: Date,
): string | undefined {
  if ([...password].length < policy.minimumLength) {
    return `Your password must be at least ${policy.minimumLength} characters long.`;
  }
  const missing = missingComplexity(policy.complexity, password);
  if (missing !== undefined) return missing;
  if (isGuessable(user, password)) return 'Your password cannot be easy to guess.';
  if (isYoung(policy, user, now)) return 'Your password can be changed only once in 24 hours.';
  if (user.passwordHistory.slice(0, policy.history).includes(password)) return 'invalid repeated password';
  return undefined;
}

/** A lifetime is for passwords that a person or a client chose; a temporary one may go at once. */
function isYoung(policy: PasswordPolicy, user: StoredUser, now: Date): boolean {
  if (!policy.minimumLifetimeOneDay || user.mustChangePassword) return false;
  return now.getTime() < Date.parse(user.lastPasswordChangeDate) + DAY_MS;
}

function isGuessable(user: StoredUser, password: string): boolean {
  const lower = password.toLowerCase();
  return (
    lower.includes(user.username.toLowerCase()) ||
    lower === user.firstName.toLowerCase() ||
    lower === user.lastName.toLowerCase() ||
    GUESSED_FIRST.has(lower)
  );
}

function missingComplexity(complexity: PasswordPolicy['complexity'], password: string): string | undefined {
  const upper = /[A-Z]/.test(password);
  const lower = /[a-z]/.test(password);
  const number = /[0-9]/.test(password);
  const letter = upper || lower;
  // Only these specials count towards the mix; others may be used all the same.
  const special = /[!#$%\-_=+<>]/.test(password);
  switch (complexity) {
    case 'NoRestriction':
      return undefined;
    case 'AlphaNumeric':
      return letter && number ? undefined : 'Your password must have a mix of letters and numbers.';
    case 'SpecialCharacters':
      return letter && number && special
        ? undefined
        : 'Your password must have a mix of letters, numbers and special characters.';
    case 'UpperLowerCaseNumeric':
      return upper && lower && number
        ? undefined
        : 'Your password must have a mix of numbers and uppercase and lowercase letters.';
    case 'UpperLowerCaseNumericSpecialCharacters':
      return upper && lower && number && special
        ? undefined
        : 'Your password must have a mix of numbers, uppercase and lowercase letters, and special characters.';
    case 'Any3UpperLowerCaseNumericSpecialCharacters':
      return [upper, lower, number, special].filter(Boolean).length >= 3
        ? undefined
        : 'Your password must include 3 of these: numbers, uppercase letters, lowercase letters, special characters.';
  }
}
