import type { ConnectionRefused, LoginOutcome } from '../core/ports/salesforce.ts';
import { outcomeUnknown, readFault } from './salesforce-faults.ts';
import { tidy } from './tidy.ts';

/**
 * The one place where what the OAuth endpoints say becomes a typed reason. jsforce
 * throws their `error` as the name and their `error_description` as the message.
 *
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
 */

/** Errors that repeat as long as nobody changes anything. */
const DEFINITE: ReadonlySet<string> = new Set([
  'invalid_client_id',
  'invalid_client',
  'invalid_client_credentials',
  'invalid_grant',
  'inactive_user',
  'inactive_org',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_app_access',
  'access_denied',
  'OAUTH_APP_ACCESS_DENIED',
  'OAUTH_APP_BLOCKED',
]);

type Remedies = readonly (readonly [RegExp, string])[];

/** By `error: description`; the first that fits. */
const APP_REMEDIES: Remedies = [
  [
    /^invalid_client_id\b|client identifier invalid/i,
    "Check the app's consumer key and the org's login URL; a new app takes some minutes to be known.",
  ],
  [/^invalid_client|invalid client credentials/i, "Check the app's consumer secret."],
  [/^inactive_org/i, 'Reactivate the org.'],
  [/^OAUTH_APP_BLOCKED/, 'Unblock the app in Connected Apps OAuth Usage of Setup.'],
];

const CONNECTION_REMEDIES: Remedies = [
  ...APP_REMEDIES,
  [
    /approved this consumer|app_access|access_denied|admin approved/i,
    'Let admin-approved users be pre-authorized by the app, and assign the run-as user to it by a profile or permission set.',
  ],
  [
    /audience/i,
    'Give the audience in the configuration: https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the My Domain URL.',
  ],
  [
    /expired (?:authorization code|assertion)|expires too late/i,
    'Set the clock of the machine that asks: the assertion counts as too old or too young there.',
  ],
  [
    /assertion|signature/i,
    'Upload the certificate that belongs to the private key to the app, and a new pair where it has expired.',
  ],
  [
    /certificate/i,
    'Upload a certificate that has not expired to the app, and its private key to the secret.',
  ],
  [/no client credentials user/i, "Choose a run-as user in the app's client credentials flow."],
  [/^inactive_user|user is inactive/i, 'Activate the run-as user in Salesforce.'],
  [/ip restricted|login hours/i, "Allow the functions' addresses and hours for the run-as user or the app."],
  [/^unsupported_grant_type|^unauthorized_client/i, "Enable the connection's OAuth flow for the app."],
];

const DEFAULT_REMEDY = "Check the app's consumer key, its secret or certificate, and the run-as user.";

/** Where the org refused the connection for good; `undefined` for everything else. */
export function connectionRefusal(error: unknown): ConnectionRefused | undefined {
  const detail = definite(error);
  if (detail === undefined) return undefined;
  return {
    kind: 'connection-refused',
    detail,
    remedy: remedyFor(detail, CONNECTION_REMEDIES) ?? DEFAULT_REMEDY,
  };
}

/** Where the org let the connection in, but not to the API. */
export function apiRefusal(error: unknown): ConnectionRefused | undefined {
  const { code } = readFault(error);
  switch (code) {
    case 'API_CURRENTLY_DISABLED':
      return { kind: 'connection-refused', detail: code, remedy: 'Give the run-as user "API Enabled".' };
    case 'API_DISABLED_FOR_ORG':
      return { kind: 'connection-refused', detail: code, remedy: 'Turn the API on for the org.' };
    default:
      return undefined;
  }
}

const LOGIN_REMEDIES: Remedies = [
  ...APP_REMEDIES,
  [/inactive[ _]user|user is inactive/i, 'Activate the user in Salesforce.'],
];

const APP_ACCESS_REMEDY =
  'Allow the username-password flow for the app, and the app for the user by a profile or permission set.';

/**
 * What a failed login by the OAuth username-password flow means.
 *
 * @throws SalesforceOutcomeUnknown for everything that is no definite answer.
 */
export function oauthLoginRefusal(error: unknown): Exclude<LoginOutcome, { kind: 'accepted' }> {
  const said = definite(error);
  if (said === undefined) throw outcomeUnknown('the login', error);
  if (said.startsWith('invalid_grant')) return grantRefusal(said);
  return disabled(said);
}

/** Wrong username, password or token, unless it says otherwise. */
function grantRefusal(said: string): Exclude<LoginOutcome, { kind: 'accepted' }> {
  if (/expired/i.test(said)) return { kind: 'password-expired' };
  if (/ip restricted|login hours/i.test(said)) return { kind: 'restricted', detail: `${said}.` };
  if (/locked/i.test(said)) return { kind: 'locked' };
  return /approved|access|inactive|client/i.test(said) ? disabled(said) : { kind: 'rejected' };
}

function disabled(said: string): Extract<LoginOutcome, { kind: 'disabled' }> {
  return {
    kind: 'disabled',
    detail: `${said}.`,
    remedy: remedyFor(said, LOGIN_REMEDIES) ?? APP_ACCESS_REMEDY,
  };
}

/** `error: description`, without a full stop. */
function definite(error: unknown): string | undefined {
  if (!(error instanceof Error) || !DEFINITE.has(error.name)) return undefined;
  const description = tidy(error.message).replace(/\.+$/, '');
  return description === '' ? error.name : `${error.name}: ${description}`;
}

function remedyFor(detail: string, remedies: Remedies): string | undefined {
  return remedies.find(([words]) => words.test(detail))?.[1];
}
