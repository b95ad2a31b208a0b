import { describe, expect, test } from '@jest/globals';
import { changeOwnRefusal } from '../../../lib/adapters/self-faults.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';

const REPEATED = 'invalid repeated password';
const YOUNG = 'Your password can be changed only once in 24 hours.';

// The faults that the page of the call names, and what a session may meet at any call.
const DEFINITE: readonly (readonly [message: string, outcome: object])[] = [
  ['INVALID_OLD_PASSWORD: The old password is not correct.', { kind: 'old-password-refused' }],
  ['INVALID_OLD_PASSWORD', { kind: 'old-password-refused', detail: 'INVALID_OLD_PASSWORD.' }],
  [`INVALID_NEW_PASSWORD: ${YOUNG}`, { kind: 'against-policy', detail: YOUNG }],
  // The old password has just been proved, so this one is not in force.
  [`INVALID_NEW_PASSWORD: ${REPEATED}`, { kind: 'against-policy', detail: `${REPEATED}.` }],
  ['PASSWORD_LOCKOUT: locked', { kind: 'locked', detail: 'locked.' }],
  ['INSUFFICIENT_ACCESS: no', { kind: 'not-permitted', detail: 'no.' }],
  ['API_CURRENTLY_DISABLED', { kind: 'not-permitted', detail: 'API_CURRENTLY_DISABLED.' }],
];

describe('a refused change of the own password', () => {
  test.each(DEFINITE)('%s', (message, outcome) => {
    expect(changeOwnRefusal(new Error(message))).toMatchObject(outcome);
  });

  test.each([
    'INVALID_SESSION_ID: Invalid Session ID found in SessionHeader',
    'SERVER_UNAVAILABLE: later',
    'REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.',
    'No operation available for request',
    '<html>502</html>',
    '',
  ])('%s is no definite answer', (message) => {
    expect(() => changeOwnRefusal(new Error(message))).toThrow(SalesforceOutcomeUnknown);
  });
});
