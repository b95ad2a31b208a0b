import type { LoginSummary } from '../ports/salesforce.ts';

/**
 * Whether logins were refused for what was presented. A user who is locked out is
 * refused with the right password, too, so that this says nothing of the client.
 */
export function isWrongCredential({ outcome }: LoginSummary): boolean {
  return outcome === 'wrong-password-or-token' || outcome === 'token-missing';
}

/** Whether a client was refused so by an API: a person in a browser is no integration. */
export function isRefusedClient(login: LoginSummary): boolean {
  return login.via !== 'other' && isWrongCredential(login);
}
