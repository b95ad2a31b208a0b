import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { WATCH_METRICS } from '../../runtime/environment.ts';

/** What alarms and dashboard look at. */

/** Names of the functions as their metrics have them. */
const RECONCILERS = ['advance', 'watch', 'mail'];
const SERVICES = ['rotate', ...RECONCILERS];

export function blockedRotations(period: Duration): Metric | MathExpression {
  return sumOf(
    SERVICES.map((service) => serviceMetric('RotationBlocked', service, Stats.SUM, period)),
    'Blocked rotations',
    period,
  );
}

export function completedRotations(period: Duration): Metric | MathExpression {
  return sumOf(
    SERVICES.map((service) => serviceMetric('RotationCompleted', service, Stats.SUM, period)),
    'Completed rotations',
    period,
  );
}

export function passwordAge(period: Duration): Metric {
  return serviceMetric(WATCH_METRICS.passwordAge, 'watch', Stats.MAXIMUM, period);
}

export function longestWait(period: Duration): Metric {
  return serviceMetric(WATCH_METRICS.longestWait, 'watch', Stats.MAXIMUM, period);
}

export function attemptsLeft(period: Duration): Metric {
  return serviceMetric(WATCH_METRICS.attemptsLeft, 'watch', Stats.MINIMUM, period);
}

function serviceMetric(metricName: string, service: string, statistic: string, period: Duration): Metric {
  return new Metric({
    namespace: WATCH_METRICS.namespace,
    metricName,
    dimensionsMap: { service },
    statistic,
    period,
  });
}

/** Prompts that were passed on to others, because nobody had answered for as long as is configured. */
export function escalations(period: Duration): Metric | MathExpression {
  return reconcilersTold(['TokenEscalated'], 'Prompts that nobody answered', period);
}

/** Credentials that went stale without the service: by somebody's change, or by the org's policy. */
export function outsideChanges(period: Duration): Metric | MathExpression {
  const told = ['PasswordChangedOutside', 'TokenResetOutside', 'PasswordExpired'];
  return reconcilersTold(told, 'Changes behind the service', period);
}

/** Clients that were found to log in with a replaced credential; each counts once. */
export function stragglers(period: Duration): Metric | MathExpression {
  return reconcilersTold(['StragglerSeen'], 'Stragglers', period);
}

/** How often the events were told, by whichever function told them; named without their blanks. */
function reconcilersTold(
  events: readonly string[],
  label: string,
  period: Duration,
): Metric | MathExpression {
  const metrics = events.flatMap((event) =>
    RECONCILERS.map((service) => serviceMetric(event, service, Stats.SUM, period)),
  );
  return sumOf(metrics, label, period);
}

/** Mails that Lambda gave up to deliver to the function. */
export function mailsGivenUp(mailFunction: IFunction, period: Duration): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'AsyncEventsDropped',
    dimensionsMap: { FunctionName: mailFunction.functionName },
    statistic: Stats.SUM,
    label: 'Mails given up',
    period,
  });
}

/** One metric of several; where one has no value, it counts for nothing. */
export function sumOf(metrics: readonly Metric[], label: string, period: Duration): Metric | MathExpression {
  const [only] = metrics;
  if (only !== undefined && metrics.length === 1) return only;
  // The graph that shows two such sums needs all their names to differ.
  const name = label.toLowerCase().replaceAll(/[^a-z]/g, '');
  const usingMetrics = Object.fromEntries(
    metrics.map((metric, index) => [`${name}${index}`, metric] as const),
  );
  const expression = Object.keys(usingMetrics)
    .map((term) => `FILL(${term}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, label, period });
}
