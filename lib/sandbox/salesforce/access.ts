import { ApiError, expiredPassword } from './api-error.ts';
import type { SalesforceOrg } from './org.ts';
import type { Caller } from './passwords.ts';

/** Throws where the org or the profile has no API. */
export function demandApi(org: SalesforceOrg, caller: Caller): void {
  demandOrgApi(org);
  if (!caller.user.permissions.apiEnabled) {
    throw new ApiError('API_CURRENTLY_DISABLED', 'API is disabled for this User', 403);
  }
}

export function demandOrgApi(org: SalesforceOrg): void {
  if (org.settings.apiEnabled) return;
  throw new ApiError('API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner', 403);
}

/** A session that was opened with an expired password is good for setting a new one only. */
export function demandFreshPassword(caller: Caller): void {
  if (caller.session.passwordExpired) throw expiredPassword();
}
