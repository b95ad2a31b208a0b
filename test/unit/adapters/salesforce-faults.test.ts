import { describe, expect, test } from '@jest/globals';
import {
  loginRefusal,
  outcomeUnknown,
  readFault,
  setPasswordRefusal,
} from '../../../lib/adapters/salesforce-faults.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';

const PASSWORD = 'sentinel-Passw0rd-4711';

/** As jsforce throws what a SOAP fault says. */
const soap = (message: string) => new Error(message);
/** As jsforce throws what REST says. */
const rest = (errorCode: string, message = 'text') =>
  Object.assign(new Error(message), { errorCode, name: errorCode });
const network = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });

const RESTRICTED = 'The user is not allowed to log in from this IP address.';
const SOAP_OFF = 'SOAP API login() is disabled by default in this org.';

const disabled = (detail: string, remedy: RegExp) => ({
  kind: 'disabled',
  detail,
  remedy: expect.stringMatching(remedy),
});

// facts-salesforce.md, "login()": each code and what it means for a rotation.
const LOGIN: readonly (readonly [message: string, outcome: object])[] = [
  ['INVALID_LOGIN: Invalid username, password, security token; or user locked out.', { kind: 'rejected' }],
  [
    'LOGIN_MUST_USE_SECURITY_TOKEN: Invalid username, password, security token; or user locked out. Are you at a new location?',
    { kind: 'rejected' },
  ],
  [`LOGIN_DURING_RESTRICTED_DOMAIN: ${RESTRICTED}`, { kind: 'restricted', detail: RESTRICTED }],
  [
    'LOGIN_DURING_RESTRICTED_TIME: The user is not allowed to log in during this time period.',
    { kind: 'restricted', detail: 'The user is not allowed to log in during this time period.' },
  ],
  ['LOGIN_CHALLENGE_ISSUED', { kind: 'restricted', detail: 'LOGIN_CHALLENGE_ISSUED.' }],
  [
    'INVALID_OPERATION_WITH_EXPIRED_PASSWORD: The users password has expired, you must call SetPassword before attempting any other API operations',
    { kind: 'password-expired' },
  ],
  [`INVALID_OPERATION: ${SOAP_OFF}`, disabled(SOAP_OFF, /Enable SOAP API login\(\)/)],
  ['INSUFFICIENT_ACCESS: insufficient access', disabled('insufficient access.', /"Use Any API Auth"/)],
  ['UNSUPPORTED_API_VERSION', { kind: 'version-retired', detail: 'UNSUPPORTED_API_VERSION.' }],
  ['PASSWORD_LOCKOUT: locked', { kind: 'locked' }],
  ['API_CURRENTLY_DISABLED', disabled('API_CURRENTLY_DISABLED.', /"API Enabled"/)],
  ['API_DISABLED_FOR_ORG', disabled('API_DISABLED_FOR_ORG.', /API on for the org/)],
  ['ORG_LOCKED', disabled('ORG_LOCKED.', /unlock the org/)],
  ['TRIAL_EXPIRED', disabled('TRIAL_EXPIRED.', /trial/)],
  ['SSO_SERVICE_DOWN', disabled('SSO_SERVICE_DOWN.', /single sign-on/)],
];

/** No definite answer: the call may have landed. */
const UNKNOWN: readonly (readonly [string, unknown])[] = [
  ['SERVER_UNAVAILABLE', soap('SERVER_UNAVAILABLE: try again')],
  ['REQUEST_LIMIT_EXCEEDED', soap('REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.')],
  ['a code of the future', soap('SOMETHING_NEW: text')],
  ['a broken connection', network('ECONNRESET')],
  ['a refused connection', network('ECONNREFUSED')],
  ['a time-out', Object.assign(new Error('no answer within 20000 ms'), { name: 'DeadlineExceeded' })],
  ['an aborted request', Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' })],
  ['a page of a proxy', soap('<html><body>502 Bad Gateway</body></html>')],
  ['nothing', soap('')],
  ['what is no error', `INVALID_LOGIN: ${PASSWORD}`],
  ['undefined', undefined],
];

describe('a failed login', () => {
  describe.each([
    ['bare', ''],
    ['sf:', 'sf:'],
    ['ns1:', 'ns1:'],
  ])('%s', (_name, prefix) => {
    test.each(LOGIN)('%s', (message, outcome) => {
      expect(loginRefusal(soap(prefix + message))).toEqual(outcome);
    });
  });

  test('jsforce’s own sentence for an expired password', () => {
    expect(loginRefusal(soap('Unable to login because the used password has expired.'))).toEqual({
      kind: 'password-expired',
    });
  });

  test('every code of the facts is in the table', () => {
    const known = LOGIN.map(([message]) => /^[A-Z_]+/.exec(message)?.[0]);
    for (const code of [
      'INVALID_LOGIN',
      'LOGIN_MUST_USE_SECURITY_TOKEN',
      'INVALID_OPERATION',
      'PASSWORD_LOCKOUT',
      'LOGIN_CHALLENGE_ISSUED',
      'SSO_SERVICE_DOWN',
    ])
      expect(known).toContain(code);
  });

  test.each(UNKNOWN)('%s is no definite answer', (_name, error) => {
    expect(() => loginRefusal(error)).toThrow(SalesforceOutcomeUnknown);
  });
});

describe('a refused password', () => {
  test.each([
    ['invalid repeated password', { kind: 'repeated' }],
    ['INVALID_NEW_PASSWORD: Invalid Repeated Password', { kind: 'repeated' }],
    [
      'Your password must have a mix of letters and numbers.',
      { kind: 'against-policy', detail: 'Your password must have a mix of letters and numbers.' },
    ],
    [
      'Your password cannot be easy to guess. Please choose a different one.',
      {
        kind: 'against-policy',
        detail: 'Your password cannot be easy to guess. Please choose a different one.',
      },
    ],
  ])('INVALID_NEW_PASSWORD, %s', (text, outcome) => {
    expect(setPasswordRefusal(rest('INVALID_NEW_PASSWORD', text))).toEqual(outcome);
    expect(setPasswordRefusal(soap(`INVALID_NEW_PASSWORD: ${text}`))).toEqual(outcome);
  });

  test.each([
    'INSUFFICIENT_ACCESS',
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    'NOT_FOUND',
  ])('%s is a matter of permission', (code) => {
    expect(setPasswordRefusal(rest(code, 'Cannot set password for self'))).toEqual({
      kind: 'not-permitted',
      detail: 'Cannot set password for self.',
    });
    expect(setPasswordRefusal(rest(code, ''))).toEqual({ kind: 'not-permitted', detail: `${code}.` });
  });

  test.each([...UNKNOWN, ['an ended session', rest('INVALID_SESSION_ID')] as const])(
    '%s is no definite answer',
    (_name, error) => {
      expect(() => setPasswordRefusal(error)).toThrow(SalesforceOutcomeUnknown);
    },
  );
});

describe('what a fault says', () => {
  test('is one line without markup, of a length that a person reads', () => {
    const text = readFault(
      soap(`INVALID_NEW_PASSWORD: <b>Your</b>\n  password\u0009${'x'.repeat(900)}`),
    ).text;
    expect(text).toMatch(/^Your password x+$/);
    expect(text).toHaveLength(200);
  });

  test('is the code of REST without its prefix', () => {
    expect(readFault(rest('sf:INVALID_NEW_PASSWORD', 'x')).code).toBe('INVALID_NEW_PASSWORD');
  });

  test('never is the text of a fault without a definite answer: it could hold the password', () => {
    const cause = soap(`could not send <password>${PASSWORD}</password>`);
    const error = outcomeUnknown('the login', cause);
    expect(error.message).toBe(
      'Salesforce gave no definite answer to the login (Error). It may have been carried out; the next run finds out.',
    );
    expect(outcomeUnknown('the login', network('ECONNRESET')).message).not.toContain('127.0.0.1');
    expect(outcomeUnknown('the login', undefined).message).toContain('(unknown error)');
    expect(error).toMatchObject({ retryable: true, cause });
  });

  test('never is a password that an answer quotes where a code should be', () => {
    for (const message of [PASSWORD, `${PASSWORD}: no`, `<faultstring>${PASSWORD}</faultstring>`]) {
      const thrown = (() => {
        try {
          return loginRefusal(soap(message));
        } catch (error) {
          return error;
        }
      })();
      expect(String(thrown)).not.toContain(PASSWORD);
    }
  });
});
