import type { RefusedAttempt } from '../../attempt.ts';
import { type Refusal, refusals } from '../../domain/refusal.ts';

/** Salesforce answers as for a wrong password where the flow is blocked. */
export const FLOW_DISABLED = {
  detail: 'its OAuth username-password flow is switched off.',
  remedy: 'Allow OAuth Username-Password Flows in the OAuth and OpenID Connect Settings of Setup.',
} as const;

/** Where the OAuth flow does not say so itself. */
export const API_DISABLED = {
  detail: 'the API is not enabled for the user.',
  remedy: 'Give the user "API Enabled" by a permission set.',
} as const;

/**
 * What an answer of Salesforce means that says nothing about password and token,
 * and waits for a person. `undefined` where it is they that were rejected.
 */
export function loginObstacle(username: string, outcome: RefusedAttempt): Refusal | undefined {
  switch (outcome.kind) {
    case 'rejected':
      return undefined;
    case 'locked':
      return refusals.userLocked(username);
    case 'password-expired':
      return refusals.passwordExpired(username);
    case 'restricted':
      return refusals.loginRestricted(username, outcome.detail);
    case 'disabled':
      return refusals.loginDisabled(username, outcome.detail, outcome.remedy);
    case 'version-retired':
      return refusals.apiVersionRetired(username, outcome.detail);
    case 'other-identity':
      return refusals.identityChanged(username);
  }
}
