import { ConfigurationError, type Credential } from '../core/config/load.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const SHORTEST_INTERVAL_SECONDS = 4 * HOUR_SECONDS;
const LONGEST_INTERVAL_DAYS = 1_000;

/**
 * The rate at which Secrets Manager rotates a credential, as a schedule
 * expression. RotateSecret needs rotation turned on, and that needs a rate, so a
 * credential without a schedule gets the longest that there is.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 * @throws ConfigurationError when Secrets Manager cannot keep the interval.
 */
export function rotationRate({ name, schedule }: Credential): string {
  if (schedule === undefined) return `rate(${LONGEST_INTERVAL_DAYS} days)`;
  const { every } = schedule;
  const days = every / DAY_SECONDS;
  if (every < SHORTEST_INTERVAL_SECONDS || days > LONGEST_INTERVAL_DAYS) {
    throw unsuitable(name, 'is not between "4 hours" and "1000 days", which Secrets Manager can keep.');
  }
  if (Number.isInteger(days)) return days === 1 ? 'rate(1 day)' : `rate(${days} days)`;
  const hours = every / HOUR_SECONDS;
  if (!Number.isInteger(hours)) throw unsuitable(name, 'must be whole hours or whole days.');
  return `rate(${hours} hours)`;
}

function unsuitable(credential: string, problem: string): ConfigurationError {
  return new ConfigurationError([
    { path: `credentials.${credential}.schedule.every`, message: `the interval ${problem}` },
  ]);
}
