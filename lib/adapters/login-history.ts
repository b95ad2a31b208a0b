import type { RejectionCause } from '../core/domain/rejection-cause.ts';

/**
 * What `LoginHistory.Status` says of a failed login. Salesforce publishes no
 * complete list, and the texts vary in wording and capitals, so the words that
 * carry the meaning are looked for.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_loginhistory.htm
 */
const WORDS: readonly (readonly [RegExp, RejectionCause])[] = [
  [/password flow disabled/i, 'password-flow-disabled'],
  [/api is (disabled|not enabled)/i, 'api-disabled'],
  [/security token/i, 'token-missing'],
  [/lockout|locked/i, 'locked'],
  [/rate (limit )?exceeded/i, 'rate-exceeded'],
  [/frozen/i, 'frozen'],
  [/inactive/i, 'inactive'],
  [/expired/i, 'password-expired'],
  [/restricted ip|ip (address )?restrict|ip range/i, 'ip-restricted'],
  [/restricted time|login hours|time restrict/i, 'time-restricted'],
  [/invalid (password|login|username)|wrong password/i, 'wrong-password-or-token'],
];

export function rejectionCause(status: string): RejectionCause {
  return WORDS.find(([words]) => words.test(status))?.[1] ?? 'unknown';
}
