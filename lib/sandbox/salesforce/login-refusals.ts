import type { LoginRefusal } from './login-rules.ts';

/** Says the same for a wrong username, password or token and for a locked user: ambiguous on purpose. */
export const AMBIGUOUS = 'Invalid username, password, security token; or user locked out.';

const NEW_LOCATION =
  `${AMBIGUOUS} Are you at a new location? When accessing Salesforce--either via a desktop client or the ` +
  "API--from outside of your company's trusted networks, you must add a security token to your password to " +
  'log in.';

interface RefusalWords {
  /** SOAP exception code. */
  readonly code: string;
  readonly text: string;
  /** `LoginHistory.Status`. */
  readonly status: string;
  /** Whether the attempt counts towards the lockout. */
  readonly counts: boolean;
  /** OAuth `error` and `error_description`. */
  readonly oauth: readonly [error: string, description: string];
}

const FAILED = ['invalid_grant', 'authentication failure'] as const;
const RESTRICTED = ['invalid_grant', 'IP restricted or invalid login hours'] as const;

const ambiguous = (status: string, counts = false): RefusalWords => ({
  code: 'INVALID_LOGIN',
  text: AMBIGUOUS,
  status,
  counts,
  oauth: FAILED,
});

/** How each refusal of a login reads on each way in, and in the history. */
export const REFUSALS: Readonly<Record<LoginRefusal, RefusalWords>> = {
  'rate-exceeded': {
    ...ambiguous('Login Rate Exceeded'),
    oauth: ['rate_limit_exceeded', 'number of logins exceeded'],
  },
  inactive: { ...ambiguous('User is Inactive'), oauth: ['inactive_user', 'user is inactive'] },
  frozen: ambiguous('User Is Frozen'),
  'locked-out': ambiguous('Password Lockout'),
  'wrong-password': ambiguous('Invalid Password', true),
  'token-wrong': ambiguous('Invalid Password', true),
  'token-missing': {
    code: 'LOGIN_MUST_USE_SECURITY_TOKEN',
    text: NEW_LOCATION,
    status: 'Failed: API security token required',
    counts: true,
    oauth: FAILED,
  },
  'restricted-address': {
    code: 'LOGIN_DURING_RESTRICTED_DOMAIN',
    text: 'The user is not allowed to log in from this IP address.',
    status: 'Restricted IP',
    counts: false,
    oauth: RESTRICTED,
  },
  'restricted-time': {
    code: 'LOGIN_DURING_RESTRICTED_TIME',
    text: 'The user is not allowed to log in during this time period.',
    status: 'Restricted Time',
    counts: false,
    oauth: RESTRICTED,
  },
  'api-disabled': {
    code: 'API_CURRENTLY_DISABLED',
    text: 'API is disabled for this User',
    status: 'Failed: API is disabled for this user',
    counts: false,
    oauth: FAILED,
  },
  'any-api-auth-missing': {
    code: 'INSUFFICIENT_ACCESS',
    text: 'The user needs the Use Any API Auth permission to call login().',
    status: 'Failed: Use Any API Auth permission required',
    counts: false,
    oauth: FAILED,
  },
  'password-flow-blocked': ambiguous('Username-Password Flow Disabled'),
};
