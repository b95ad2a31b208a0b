import type { SetPasswordOutcome } from '../core/ports/salesforce.ts';
import { outcomeUnknown, readFault } from './salesforce-faults.ts';

/**
 * What a refused change of the own password means. A new password that Salesforce
 * calls repeated is not in force, since the old one has just been proved to be; so
 * it is refused like any other that is against the policy.
 *
 * @throws SalesforceOutcomeUnknown for everything that is no definite answer.
 * @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_changeownpassword.htm
 */
export function changeOwnRefusal(error: unknown): Exclude<SetPasswordOutcome, { kind: 'set' | 'repeated' }> {
  const { code, text } = readFault(error);
  const detail = /[.!?]$/.test(text) ? text : `${text || code}.`;
  switch (code) {
    case 'INVALID_NEW_PASSWORD':
      return { kind: 'against-policy', detail };
    case 'INVALID_OLD_PASSWORD':
      return { kind: 'old-password-refused', detail };
    case 'PASSWORD_LOCKOUT':
      return { kind: 'locked', detail };
    case 'INSUFFICIENT_ACCESS':
    case 'INSUFFICIENT_ACCESS_OR_READONLY':
    case 'FUNCTIONALITY_NOT_ENABLED':
    case 'API_CURRENTLY_DISABLED':
    case 'API_DISABLED_FOR_ORG':
      return { kind: 'not-permitted', detail };
    default:
      throw outcomeUnknown('changing the own password', error);
  }
}
