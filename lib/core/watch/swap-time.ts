import type { CredentialState, StragglerWatch } from '../domain/state.ts';
import { CLOCK_TOLERANCE_SECONDS } from './notice-change.ts';

const TOLERANCE = CLOCK_TOLERANCE_SECONDS * 1_000;

/**
 * The latest moment, by the org's clock, that the last swap can have been at, in
 * milliseconds. Logins have the org's time, the swap has ours. How far the org is
 * ahead is told by the two times of the password that the swap brought, as far as
 * that is plausible; where they tell nothing, by the most that is tolerated. A later
 * moment delays what is noticed, an earlier one would name clients that did no wrong.
 */
export function latestSwapByOrg(state: CredentialState, { from }: StragglerWatch): number {
  return Date.parse(from) + aheadBy(state);
}

/** The earliest moment, likewise. */
export function earliestSwapByOrg({ from }: StragglerWatch): number {
  return Date.parse(from) - TOLERANCE;
}

function aheadBy({ user, passwordChangedAt }: CredentialState): number {
  if (user?.changedAt === undefined || passwordChangedAt === undefined) return TOLERANCE;
  const ahead = Date.parse(user.changedAt) - Date.parse(passwordChangedAt);
  return Math.abs(ahead) <= TOLERANCE ? Math.max(0, ahead) : TOLERANCE;
}
