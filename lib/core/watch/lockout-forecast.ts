import type { Credential } from '../config/load.ts';
import type { Attempts } from '../domain/state.ts';
import type { LoginSummary } from '../ports/salesforce.ts';
import { isWrongCredential } from './login-outcome.ts';
import { hasForeign } from './own-logins.ts';

/** The next look comes so much later. */
const PERIOD_SECONDS = 300;
/** Fewer are no sign of anything. */
const FEW = 3;

export interface LockoutForecast {
  /** Refused logins since the last one that worked, as far as the sums tell. */
  readonly failures: number;
  /** Whose they are, the newest first. */
  readonly clients: readonly Pick<LoginSummary, 'sourceIp' | 'application'>[];
}

/**
 * Whether refused logins are about to lock the user out: half of what the org
 * tolerates is used up, or what is left would not last until the next look. The
 * history is summed up, so of a sum that began before the last login that worked,
 * the part after it is estimated by its share of the time.
 *
 * @param logins Of one user.
 */
export function lockoutForecast(
  logins: readonly LoginSummary[],
  { lockout, login }: Pick<Credential, 'lockout' | 'login'>,
  own: Attempts,
  now: Date,
): LockoutForecast | undefined {
  const worked = logins.filter(
    ({ outcome, via }) => outcome === 'accepted' && (via !== 'oauth' || login.kind === 'oauth-password'),
  );
  const after = Math.max(0, ...worked.map(({ lastAt }) => Date.parse(lastAt)));
  const since = Math.max(after, now.getTime() - lockout.forgetAfter * 1_000);
  const refused = logins.filter((one) => isWrongCredential(one) && Date.parse(one.lastAt) > since);
  const clients = refused.filter((one) => hasForeign(one, own));
  const failures = sumOf(refused.map((one) => failuresAfter(one, after)));
  const soon = sumOf(refused.map(failuresInPeriod));
  const { threshold } = lockout;
  const half = Math.ceil(threshold / 2);
  const isNear = failures >= half || (failures >= FEW && failures + soon >= threshold);
  if (clients.length === 0 || !isNear) return undefined;
  return { failures, clients: clients.toSorted((a, b) => b.lastAt.localeCompare(a.lastAt)) };
}

function failuresAfter({ firstAt, lastAt, logins }: LoginSummary, after: number): number {
  const [first, last] = [Date.parse(firstAt), Date.parse(lastAt)];
  if (first > after) return logins;
  return Math.max(1, Math.ceil((logins * (last - after)) / (last - first)));
}

function failuresInPeriod({ firstAt, lastAt, logins }: LoginSummary): number {
  const seconds = (Date.parse(lastAt) - Date.parse(firstAt)) / 1_000;
  return seconds === 0 ? 0 : ((logins - 1) / seconds) * PERIOD_SECONDS;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
