import type { Refusal } from './refusal.ts';

const NOTHING_CHANGED = 'Nothing was changed.';

/** Where the service is the user itself: what keeps it from opening a session, or from changing the password in one. */
export const selfRefusals = {
  credentialRefused: (username: string, secret: string): Refusal => ({
    code: 'current-credential-refused',
    message: `Salesforce does not accept the current credential of "${username}", and without a session of the user no new password can be set. ${NOTHING_CHANGED}`,
    remedy: `Put the password and the security token that are in force into "${secret}", or unlock the user if it is locked out, then resume.`,
  }),
  passwordExpired: (username: string): Refusal => ({
    code: 'password-expired',
    message: `The password of "${username}" has expired, and this way of logging in opens no session in which a new one could be set. ${NOTHING_CHANGED}`,
    remedy:
      'Set a new password in Salesforce, put it into the credential secret with its security token, then resume.',
  }),
  mayNotChange: (username: string, detail: string): Refusal => ({
    code: 'permission-missing',
    message: `The user "${username}" may not change the own password: ${detail} The old password is still in force.`,
    remedy:
      'Give the user "API Enabled" by its profile or a permission set, and let it log in with a password rather than by single sign-on only, then resume.',
  }),
  changedMeanwhile: (username: string, secret: string): Refusal => ({
    code: 'current-credential-refused',
    message: `The password of "${username}" was changed by somebody else between the login and the change, so the drafted one was not set.`,
    remedy: `Put the password and the security token that are in force into "${secret}", then resume.`,
  }),
} as const;
