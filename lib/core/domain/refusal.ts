/**
 * A refusal: the service will not go on, has changed nothing by refusing, and
 * says what to do. `code` is stable and documented in docs/operations.md.
 */
export interface Refusal {
  readonly code: RefusalCode;
  /** What happened, and where: one sentence. */
  readonly message: string;
  /** What to do next: one sentence. */
  readonly remedy: string;
  /** ISO 8601; the remedy is waiting until then. */
  readonly notBefore?: string;
}

type RefusalCode =
  | 'credential-secret-missing'
  | 'credential-secret-unusable'
  | 'credential-without-rotation'
  | 'draft-secret-missing'
  | 'draft-holds-another-rotation'
  | 'connection-secret-unusable'
  | 'login-app-unusable'
  | 'integration-secret-missing'
  | 'integration-secret-unusable'
  | 'integration-secret-used-twice'
  | 'org-connection-refused'
  | 'connection-permission-missing'
  | 'user-not-found'
  | 'user-inactive'
  | 'user-frozen'
  | 'user-locked'
  | 'identity-changed'
  | 'login-restricted'
  | 'login-disabled'
  | 'api-version-retired'
  | 'password-expired'
  | 'password-refused'
  | 'permission-missing'
  | 'attempts-spent'
  | 'no-token-source'
  | 'credential-edited-during-commit'
  | 'draft-lost'
  | 'current-user-not-in-pair'
  | 'rollback-needs-two-users'
  | 'rollback-to-dead-credential'
  | 'rollback-without-attempts'
  | 'current-credential-refused';

const NOTHING_CHANGED = 'Nothing was changed.';
const DRAFT_IS_SAFE = 'The new password is safe in the draft secret.';

/** The sentences of each refusal, in one place, so that they stay one voice. */
export const refusals = {
  credentialSecretMissing: (secret: string): Refusal => ({
    code: 'credential-secret-missing',
    message: `The credential secret "${secret}" does not exist, is marked for deletion, or may not be read. ${NOTHING_CHANGED}`,
    remedy: 'Create or restore it, grant the function access, then resume.',
  }),
  credentialSecretUnusable: (secret: string, problem: string): Refusal => ({
    code: 'credential-secret-unusable',
    message: `The credential secret "${secret}" cannot be used: ${problem}. ${NOTHING_CHANGED}`,
    remedy: 'Store a JSON object with username, password, securityToken and loginUrl in it, then resume.',
  }),
  credentialWithoutRotation: (secret: string): Refusal => ({
    code: 'credential-without-rotation',
    message: `Rotation is not turned on for the credential secret "${secret}", so a new password could not be committed. ${NOTHING_CHANGED}`,
    remedy: 'Turn rotation on with the rotate function (the deployment does), then resume.',
  }),
  draftSecretMissing: (secret: string): Refusal => ({
    code: 'draft-secret-missing',
    message: `The draft secret "${secret}" does not exist or may not be read, so a new password would have no safe place. ${NOTHING_CHANGED}`,
    remedy: 'Create it with the content {} (the deployment does), then resume.',
  }),
  draftHoldsAnotherRotation: (secret: string): Refusal => ({
    code: 'draft-holds-another-rotation',
    message: `The draft secret "${secret}" holds a password of another rotation, which may be the one in force. ${NOTHING_CHANGED}`,
    remedy:
      'Compare it with the user in Salesforce; empty the draft to {} once it is known to be unused, then resume.',
  }),
  connectionSecretUnusable: (secret: string, problem: string, fields: string): Refusal => ({
    code: 'connection-secret-unusable',
    message: `The connection secret "${secret}" cannot be used: ${problem}. ${NOTHING_CHANGED}`,
    remedy: `Store a JSON object with ${fields} in it, then resume.`,
  }),
  loginAppUnusable: (secret: string, problem: string): Refusal => ({
    code: 'login-app-unusable',
    message: `The secret "${secret}" of the app by which the integrations log in cannot be used: ${problem}. No further attempt is made.`,
    remedy: 'Store a JSON object with clientId and clientSecret in it, then resume.',
  }),
  integrationSecretMissing: (secret: string, problem: string): Refusal => ({
    code: 'integration-secret-missing',
    message: `The integration secret "${secret}" cannot be read: ${problem}. Salesforce was not touched.`,
    remedy: 'Create or restore it, or take it out of the configuration, then resume.',
  }),
  integrationSecretUnusable: (secret: string, problem: string): Refusal => ({
    code: 'integration-secret-unusable',
    message: `The integration secret "${secret}" cannot be written in its format: ${problem}. Salesforce was not touched.`,
    remedy: 'Mend its content or correct its format in the configuration, then resume.',
  }),
  integrationSecretUsedTwice: (secret: string, other: string): Refusal => ({
    code: 'integration-secret-used-twice',
    message: `The integration secret "${secret}" is the same secret as "${other}", so one swap would undo the other. Salesforce was not touched.`,
    remedy: 'Name each secret once in the configuration, then resume.',
  }),
  orgConnectionRefused: (org: string, detail: string, remedy: string): Refusal => ({
    code: 'org-connection-refused',
    message: `The org "${org}" refused the service's own connection: ${detail}. ${NOTHING_CHANGED}`,
    remedy: thenResume(remedy),
  }),
  connectionLacksPermission: (org: string, permission: string): Refusal => ({
    code: 'connection-permission-missing',
    message: `The user of the connection to "${org}" lacks the permission "${permission}", so no password could be set. ${NOTHING_CHANGED}`,
    remedy: `Give the run-as user "${permission}" by a permission set, then resume.`,
  }),
  userNotFound: (username: string, org: string): Refusal => ({
    code: 'user-not-found',
    message: `The org "${org}" has no user "${username}", or the connection's user may not see it. ${NOTHING_CHANGED}`,
    remedy: 'Correct the username in the credential secret, then resume.',
  }),
  userInactive: (username: string): Refusal => ({
    code: 'user-inactive',
    message: `The user "${username}" is deactivated. ${NOTHING_CHANGED}`,
    remedy: 'Activate the user in Salesforce, then resume.',
  }),
  userFrozen: (username: string): Refusal => ({
    code: 'user-frozen',
    message: `The user "${username}" is frozen. ${NOTHING_CHANGED}`,
    remedy: 'Unfreeze the user in Salesforce, then resume.',
  }),
  userLocked: (username: string): Refusal => ({
    code: 'user-locked',
    message: `The user "${username}" is locked out after failed logins. No further attempt is made.`,
    remedy: 'Unlock the user in Salesforce or wait for the lockout to end, then resume.',
  }),
  identityChanged: (username: string): Refusal => ({
    code: 'identity-changed',
    message: `The login as "${username}" led to another org or user than the recorded one. The credential was not used.`,
    remedy: 'Check the login URL and username in the credential secret, then resume.',
  }),
  loginRestricted: (username: string, detail: string): Refusal => ({
    code: 'login-restricted',
    message: `Salesforce does not let "${username}" log in from here or now: ${detail} ${DRAFT_IS_SAFE}`,
    remedy: "Allow the functions' addresses and hours in the user's profile, then resume.",
  }),
  loginDisabled: (
    username: string,
    detail: string,
    remedy = 'Allow SOAP API login() in the org and "Use Any API Auth" for the user.',
  ): Refusal => ({
    code: 'login-disabled',
    message: `The org does not allow "${username}" to log in by API: ${detail} ${DRAFT_IS_SAFE}`,
    remedy: thenResume(remedy),
  }),
  apiVersionRetired: (username: string, detail: string): Refusal => ({
    code: 'api-version-retired',
    message: `Salesforce does not offer the API version by which "${username}" logs in: ${detail} ${DRAFT_IS_SAFE}`,
    remedy:
      'Set login.apiVersion to a version that still has login(), "64.0" at most, or move the integrations to an External Client App, then resume.',
  }),
  passwordExpired: (username: string): Refusal => ({
    code: 'password-expired',
    message: `The password of "${username}" counts as expired right after it was set. ${DRAFT_IS_SAFE}`,
    remedy: 'Set "User must change password" off for the user or profile, then resume.',
  }),
  passwordRefused: (username: string, detail: string): Refusal => ({
    code: 'password-refused',
    message: `Salesforce refused every new password for "${username}": ${detail} The old password is still in force.`,
    remedy:
      "Compare password.length and password.complexity with the org's policy (and its minimum lifetime of a day), then resume.",
  }),
  permissionMissing: (username: string, detail: string): Refusal => ({
    code: 'permission-missing',
    message: `The connection may not set the password of "${username}": ${detail} The old password is still in force.`,
    remedy: 'Give the run-as user "Reset User Passwords and Unlock Users", then resume.',
  }),
  attemptsSpent: (username: string, notBefore: string): Refusal => ({
    code: 'attempts-spent',
    message: `All allowed login attempts for "${username}" are used up; one more could lead to a lockout, so none is made. ${DRAFT_IS_SAFE}`,
    remedy: `Salesforce forgets failed logins by ${notBefore}; resume after that, with the newest token at hand.`,
    notBefore,
  }),
  noTokenSource: (username: string): Refusal => ({
    code: 'no-token-source',
    message: `The old token of "${username}" no longer works and no other token source is configured. ${DRAFT_IS_SAFE}`,
    remedy: 'Add "mailbox" or "operator" to token.sources, then resume.',
  }),
  credentialEditedDuringCommit: (secret: string): Refusal => ({
    code: 'credential-edited-during-commit',
    message: `Somebody wrote "${secret}" while the swap was under way. Every integration secret holds the verified new credential; the edit was not overwritten.`,
    remedy:
      'If the edit was a mistake, resume: the verified credential becomes current. The edit stays readable as the previous version.',
  }),
  currentUserNotInPair: (username: string, secret: string, pair: string): Refusal => ({
    code: 'current-user-not-in-pair',
    message: `The credential secret "${secret}" holds the user "${username}", who is none of the alternating users ${pair}. ${NOTHING_CHANGED}`,
    remedy:
      'Correct strategy.usernames in the configuration or the username in the credential secret, then resume.',
  }),
  draftLost: (secret: string): Refusal => ({
    code: 'draft-lost',
    message: `The draft secret "${secret}" no longer holds the password that this rotation set, so it must not be guessed.`,
    remedy: 'Restore the previous version of the draft (its version history keeps it), then resume.',
  }),
} as const;

/** A remedy as one sentence, with what is done after it. */
function thenResume(remedy: string): string {
  return `${remedy.replace(/\.$/, '')}, then resume.`;
}

/** The same refusal where no new password was set by the service. */
export function withoutDraftNote(refusal: Refusal): Refusal {
  return { ...refusal, message: refusal.message.replace(DRAFT_IS_SAFE, 'No integration was changed.') };
}

/** Of a password that is in use, other than of one that was set a moment ago. */
export function passwordExpiredInUse(username: string): Refusal {
  return {
    code: 'password-expired',
    message: `The password of "${username}" has expired, so the integrations cannot log in. No integration was changed.`,
    remedy:
      'Ask for "rotate-now", which sets a new password, or let passwords of the user never expire, then resume.',
  };
}

/** Why a rollback is not possible. It blocks nothing: every integration keeps what it has, and rotations go on. */
export const rollbackRefusals = {
  needsTwoUsers: (credential: string): Refusal => ({
    code: 'rollback-needs-two-users',
    message: `"${credential}" has a single user, whose old password died when the new one was set, so there is nothing to go back to. ${NOTHING_CHANGED}`,
    remedy:
      'Rotate again for another password; use the strategy "alternating-users" to be able to roll back.',
  }),
  toDeadCredential: (username: string, problem: string): Refusal => ({
    code: 'rollback-to-dead-credential',
    message: `The previous credential, of "${username}", cannot come back: ${problem}. Every integration keeps the current one.`,
    remedy: 'Rotate instead: the idle user gets a new password.',
  }),
  withoutAttempts: (username: string, notBefore: string): Refusal => ({
    code: 'rollback-without-attempts',
    message: `Whether the previous credential, of "${username}", still works cannot be tried: all allowed login attempts are used up. Every integration keeps the current one.`,
    remedy: `Salesforce forgets failed logins by ${notBefore}; ask for the rollback again after that.`,
    notBefore,
  }),
} as const;
