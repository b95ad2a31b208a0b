import { SalesforceOutcomeUnknown } from '../core/errors.ts';
import type { LoginOutcome, SetPasswordOutcome, UnlockOutcome } from '../core/ports/salesforce.ts';
import { tidy } from './tidy.ts';

/**
 * The one place where what Salesforce and jsforce say becomes a typed reason.
 *
 * jsforce throws a failed SOAP login as a plain `Error` whose message starts
 * with `CODE:`, an expired password as a sentence, and a REST error with
 * `errorCode`. What the OAuth endpoints say is read in oauth-faults.ts.
 */

interface Fault {
  readonly code: string | undefined;
  /** Salesforce's own text, one line, without anything that looks like markup. */
  readonly text: string;
}

/** What is to be switched on where the login as such is not allowed. */
const LOGIN_REMEDIES = {
  INVALID_OPERATION: 'Enable SOAP API login() for the org in Setup.',
  INSUFFICIENT_ACCESS: 'Give the user "Use Any API Auth" by a permission set.',
  API_CURRENTLY_DISABLED: 'Give the user "API Enabled" by a permission set.',
  API_DISABLED_FOR_ORG: 'Turn the API on for the org.',
  ORG_LOCKED: 'Have Salesforce unlock the org.',
  TRIAL_EXPIRED: 'Have Salesforce extend the trial of the org.',
  SSO_SERVICE_DOWN: 'Restore the single sign-on service that the user logs in by.',
} as const;

const EXPIRED_PASSWORD = 'Unable to login because the used password has expired.';

export function readFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: undefined, text: '' };
  const { errorCode } = error as { errorCode?: unknown };
  if (typeof errorCode === 'string')
    return { code: errorCode.replace(/^\w+:/, ''), text: tidy(error.message) };
  const match = /^(?:\w+:)?([A-Z][A-Z_]{3,})(?::\s*(.*))?$/s.exec(error.message.trim());
  return { code: match?.[1], text: tidy(match?.[2] ?? '') };
}

/**
 * What a failed login means.
 *
 * @throws SalesforceOutcomeUnknown for everything that is no definite answer.
 */
export function loginRefusal(error: unknown): Exclude<LoginOutcome, { kind: 'accepted' }> {
  if (error instanceof Error && error.message === EXPIRED_PASSWORD) return { kind: 'password-expired' };
  const { code, text } = readFault(error);
  switch (code) {
    case 'INVALID_LOGIN':
    case 'LOGIN_MUST_USE_SECURITY_TOKEN':
      return { kind: 'rejected' };
    case 'PASSWORD_LOCKOUT':
      return { kind: 'locked' };
    case 'INVALID_OPERATION_WITH_EXPIRED_PASSWORD':
      return { kind: 'password-expired' };
    case 'LOGIN_DURING_RESTRICTED_DOMAIN':
    case 'LOGIN_DURING_RESTRICTED_TIME':
    case 'LOGIN_CHALLENGE_ISSUED':
      return { kind: 'restricted', detail: sentence(code, text) };
    case 'UNSUPPORTED_API_VERSION':
      return { kind: 'version-retired', detail: sentence(code, text) };
    case 'INVALID_OPERATION':
    case 'INSUFFICIENT_ACCESS':
    case 'API_CURRENTLY_DISABLED':
    case 'API_DISABLED_FOR_ORG':
    case 'ORG_LOCKED':
    case 'TRIAL_EXPIRED':
    case 'SSO_SERVICE_DOWN':
      return { kind: 'disabled', detail: sentence(code, text), remedy: LOGIN_REMEDIES[code] };
    default:
      throw outcomeUnknown('the login', error);
  }
}

/**
 * What a refused password means.
 *
 * @throws SalesforceOutcomeUnknown for everything that is no definite answer.
 */
export function setPasswordRefusal(error: unknown): Exclude<SetPasswordOutcome, { kind: 'set' }> {
  const { code, text } = readFault(error);
  switch (code) {
    case 'INVALID_NEW_PASSWORD':
      return /repeated password/i.test(text)
        ? { kind: 'repeated' }
        : { kind: 'against-policy', detail: sentence(code, text) };
    default:
      return notPermitted('setting the password', error);
  }
}

/**
 * What a refused unlocking means.
 *
 * @throws SalesforceOutcomeUnknown for everything that is no definite answer.
 */
export function unlockRefusal(error: unknown): Exclude<UnlockOutcome, { kind: 'unlocked' }> {
  return notPermitted('unlocking the user', error);
}

function notPermitted(call: string, error: unknown): { kind: 'not-permitted'; detail: string } {
  const { code, text } = readFault(error);
  switch (code) {
    case 'INSUFFICIENT_ACCESS':
    case 'INSUFFICIENT_ACCESS_OR_READONLY':
    case 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY':
    case 'NOT_FOUND':
      return { kind: 'not-permitted', detail: sentence(code, text) };
    default:
      throw outcomeUnknown(call, error);
  }
}

/** A fault without a definite answer. Names the call and the kind of fault, not its text. */
export function outcomeUnknown(call: string, error: unknown): SalesforceOutcomeUnknown {
  const { code } = readFault(error);
  const kind = code ?? (error instanceof Error ? error.name : 'unknown error');
  return new SalesforceOutcomeUnknown(
    `Salesforce gave no definite answer to ${call} (${kind}). It may have been carried out; the next run finds out.`,
    { cause: error },
  );
}

/** What Salesforce says, as a sentence among ours; its code where it says nothing. */
function sentence(code: string, text: string): string {
  const said = text === '' ? code : text;
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
