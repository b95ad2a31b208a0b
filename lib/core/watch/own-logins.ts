import type { Attempts } from '../domain/state.ts';
import type { LoginSummary } from '../ports/salesforce.ts';
import { CLOCK_TOLERANCE_SECONDS } from './notice-change.ts';

/**
 * Whether some of these logins cannot be the service's own. Its addresses change and
 * its client has no name, but each of its attempts was reserved in the ledger: where
 * there are more logins than reservations at that time, somebody else was there.
 * Where there are not, nobody is named; a client that goes on is named soon.
 */
export function hasForeign(login: LoginSummary, { recent = [] }: Attempts): boolean {
  const from = Date.parse(login.firstAt) - CLOCK_TOLERANCE_SECONDS * 1_000;
  const to = Date.parse(login.lastAt) + CLOCK_TOLERANCE_SECONDS * 1_000;
  const own = recent.filter(({ at, accepted }) => {
    const moment = Date.parse(at);
    // An answer that was lost may have been either.
    const fits = login.outcome === 'accepted' || accepted === undefined;
    return fits && from <= moment && moment <= to;
  });
  return login.logins > own.length;
}
