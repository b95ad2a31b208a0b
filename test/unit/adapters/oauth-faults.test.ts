import { describe, expect, test } from '@jest/globals';
import { apiRefusal, connectionRefusal, oauthLoginRefusal } from '../../../lib/adapters/oauth-faults.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';

/** As jsforce throws what an OAuth endpoint says. */
const oauth = (name: string, description: string) => Object.assign(new Error(description), { name });

const UNKNOWN = [
  ['a broken connection', Object.assign(new Error('connect ECONNRESET'), { code: 'ECONNRESET' })],
  ['an answer of a proxy', oauth('ERROR_HTTP_503', '<html>busy</html>')],
  ['another OAuth error', oauth('server_error', 'x')],
  ['too many logins', oauth('rate_limit_exceeded', 'number of logins exceeded')],
  ['an answer without an id', new TypeError("Cannot read properties of undefined (reading 'split')")],
  ['nothing', undefined],
] as const;

describe('a connection that is refused for good says what to do', () => {
  test.each([
    ['invalid_client_id', 'client identifier invalid', /consumer key/],
    ['invalid_client', 'invalid client credentials', /consumer secret/],
    ['invalid_client_credentials', 'client secret invalid', /consumer secret/],
    ['invalid_grant', "user hasn't approved this consumer", /pre-authorized/],
    ['invalid_app_access', 'user is not admin approved to access this app', /pre-authorized/],
    ['invalid_grant', 'audience is invalid', /test\.salesforce\.com for a sandbox/],
    ['invalid_grant', 'expired authorization code', /clock/],
    ['invalid_grant', 'expired assertion', /clock/],
    ['invalid_grant', 'invalid assertion', /certificate that belongs to the private key/],
    ['invalid_grant', 'certificate has expired', /has not expired/],
    ['invalid_grant', 'no client credentials user enabled', /run-as user in the app/],
    ['inactive_user', 'user is inactive', /Activate the run-as user/],
    ['inactive_org', 'organization is inactive', /Reactivate the org/],
    ['invalid_grant', 'ip restricted or invalid login hours', /addresses and hours/],
    ['unsupported_grant_type', 'grant type not supported', /OAuth flow/],
    ['unauthorized_client', 'not enabled for this flow', /OAuth flow/],
    ['OAUTH_APP_BLOCKED', 'this app is blocked by admin', /Unblock the app/],
    ['invalid_grant', 'something new', /consumer key, its secret or certificate/],
  ])('%s: %s', (name, description, remedy) => {
    expect(connectionRefusal(oauth(name, description))).toEqual({
      kind: 'connection-refused',
      detail: `${name}: ${description}`,
      remedy: expect.stringMatching(remedy),
    });
  });

  test('also without a description, and without a full stop', () => {
    expect(connectionRefusal(oauth('invalid_grant', ''))?.detail).toBe('invalid_grant');
    expect(connectionRefusal(oauth('invalid_grant', '<b>No.</b>'))?.detail).toBe('invalid_grant: No');
  });

  test.each(UNKNOWN)('%s is not', (_name, error) => {
    expect(connectionRefusal(error)).toBeUndefined();
  });
});

test.each([
  ['API_CURRENTLY_DISABLED', /"API Enabled"/],
  ['API_DISABLED_FOR_ORG', /for the org/],
])('%s is the matter of a permission', (errorCode, remedy) => {
  expect(apiRefusal(Object.assign(new Error('x'), { errorCode }))).toEqual({
    kind: 'connection-refused',
    detail: errorCode,
    remedy: expect.stringMatching(remedy),
  });
  expect(apiRefusal(Object.assign(new Error('x'), { errorCode: 'INVALID_FIELD' }))).toBeUndefined();
});

describe('a login by the OAuth username-password flow', () => {
  test.each([
    ['invalid_grant', 'authentication failure', { kind: 'rejected' }],
    ['invalid_grant', 'something new', { kind: 'rejected' }],
    ['invalid_grant', 'expired password', { kind: 'password-expired' }],
    ['invalid_grant', 'user is locked', { kind: 'locked' }],
    [
      'invalid_grant',
      'IP restricted or invalid login hours',
      { kind: 'restricted', detail: 'invalid_grant: IP restricted or invalid login hours.' },
    ],
  ])('%s: %s', (name, description, outcome) => {
    expect(oauthLoginRefusal(oauth(name, description))).toEqual(outcome);
  });

  test.each([
    ['inactive_user', 'user is inactive', /Activate the user/],
    ['invalid_grant', 'inactive user', /Activate the user/],
    ['inactive_org', 'organization is inactive', /Reactivate/],
    ['invalid_client_id', 'client identifier invalid', /consumer key/],
    ['invalid_client', 'invalid client credentials', /consumer secret/],
    ['invalid_grant', 'invalid client credentials', /consumer secret/],
    ['invalid_grant', "user hasn't approved this consumer", /app for the user/],
    ['invalid_app_access', 'user is not admin approved to access this app', /app for the user/],
    ['OAUTH_APP_ACCESS_DENIED', 'no', /app for the user/],
    ['unsupported_grant_type', 'grant type not supported', /username-password flow for the app/],
    ['unauthorized_client', 'flow not enabled', /username-password flow for the app/],
  ])('%s: %s is no matter of the token', (name, description, remedy) => {
    expect(oauthLoginRefusal(oauth(name, description))).toEqual({
      kind: 'disabled',
      detail: `${name}: ${description}.`,
      remedy: expect.stringMatching(remedy),
    });
  });

  test.each(UNKNOWN)('%s is no definite answer', (_name, error) => {
    expect(() => oauthLoginRefusal(error)).toThrow(SalesforceOutcomeUnknown);
  });
});
