import { ConfigurationError, type Credential } from './load.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const SHORTEST_INTERVAL_SECONDS = 4 * HOUR_SECONDS;
const LONGEST_INTERVAL_DAYS = 1_000;

/** When Secrets Manager itself rotates a secret, in its own terms. */
export interface RotationRules {
  /** A `rate()` or a `cron()` in UTC. */
  readonly scheduleExpression: string;
  /** How long a window stays open, such as `4h`; `undefined` for Secrets Manager's own default. */
  readonly duration: string | undefined;
}

/**
 * How Secrets Manager rotates a credential. RotateSecret needs rotation turned
 * on, and that needs a schedule, so a credential without one gets the longest
 * rate that there is.
 *
 * Intervals that Secrets Manager cannot keep are refused here and not with the
 * rest of the configuration: without Secrets Manager's own schedule, as in the
 * sandbox, the service keeps shorter ones.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 * @throws ConfigurationError when Secrets Manager cannot keep the interval.
 */
export function rotationRules(credential: Credential): RotationRules {
  const { cron, windowHours } = credential;
  return {
    scheduleExpression: cron === undefined ? rate(credential) : `cron(${cron})`,
    duration: windowHours === undefined ? undefined : `${windowHours}h`,
  };
}

function rate({ name, schedule }: Credential): string {
  if (schedule === undefined) return `rate(${LONGEST_INTERVAL_DAYS} days)`;
  const { every } = schedule;
  const days = every / DAY_SECONDS;
  if (every < SHORTEST_INTERVAL_SECONDS || days > LONGEST_INTERVAL_DAYS) {
    throw unsuitable(
      name,
      'is not between "4 hours" and "1000 days", which Secrets Manager can keep. Give one in between.',
    );
  }
  if (Number.isInteger(days)) return days === 1 ? 'rate(1 day)' : `rate(${days} days)`;
  const hours = every / HOUR_SECONDS;
  if (!Number.isInteger(hours))
    throw unsuitable(name, 'must be whole hours or whole days. Write for example "36 hours".');
  return `rate(${hours} hours)`;
}

function unsuitable(credential: string, problem: string): ConfigurationError {
  return new ConfigurationError([
    { path: `credentials.${credential}.schedule.every`, message: `the interval ${problem}` },
  ]);
}
