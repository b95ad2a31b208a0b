import type { Duration } from 'aws-cdk-lib';
import { type MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../core/config/load.ts';
import { sumOf } from './metrics.ts';

/** Metrics that the expression of an alarm may have: one for each rule. */
const MOST_RULES = 10;
/** Of the 2,048 characters of an event pattern, what is left for secrets. */
const PATTERN_ROOM = 1_700;
/** `{"prefix":""},` */
const AROUND_A_SECRET = 14;
const OPEN_SUFFIX = '??????';

export interface RotationEventsProps {
  /** ARNs of the credential secrets, as policies write them. */
  readonly secretArns: readonly string[];
  /** How many characters such an ARN will have. */
  readonly lengthOf: (secretArn: string) => number;
  /** Where the configuration has such a secret; for the refusal. */
  readonly pathOf: (secretArn: string) => string;
  /** Where each abandoned rotation is told. */
  readonly topic: ITopic;
}

/**
 * Counts what Secrets Manager says of the rotations of the credential secrets.
 * It has no metrics for them: the events come from CloudTrail, and the rules that
 * catch them count what they caught.
 *
 * An abandoned rotation is told at once, with the secret's name. A failed one is
 * counted only: a first attempt that fails because nothing is prepared yet is how
 * a rotation by the schedule of Secrets Manager begins.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 */
export class RotationEvents extends Construct {
  readonly #failed: readonly Rule[];
  readonly #abandoned: readonly Rule[];

  constructor(scope: Construct, id: string, props: RotationEventsProps) {
    super(scope, id);
    const patterns = patternsOf(props);
    this.#failed = patterns.map((pattern, index) => this.#rule('RotationFailed', index, pattern));
    this.#abandoned = patterns.map((pattern, index) => this.#rule('RotationAbandoned', index, pattern));
    for (const rule of this.#abandoned) rule.addTarget(new SnsTopic(props.topic, { message: ABANDONED }));
  }

  /** How many attempts of Secrets Manager failed. */
  failures(period: Duration): Metric | MathExpression {
    return countOf(this.#failed, 'Failed attempts', period);
  }

  /** How many rotations ended because somebody wrote the secret meanwhile. */
  abandonments(period: Duration): Metric | MathExpression {
    return countOf(this.#abandoned, 'Abandoned rotations', period);
  }

  #rule(eventName: string, index: number, secrets: readonly SecretPattern[]): Rule {
    return new Rule(this, `${eventName}${index + 1}`, {
      description: `${eventName} of a Salesforce credential secret.`,
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['AWS Service Event via CloudTrail'],
        detail: {
          eventSource: ['secretsmanager.amazonaws.com'],
          eventName: [eventName],
          additionalEventData: { SecretId: secrets },
        },
      },
    });
  }
}

/**
 * As many patterns as it takes to name all secrets.
 *
 * @throws ConfigurationError with the first secret that the alarms cannot watch any more.
 */
function patternsOf({
  secretArns,
  lengthOf,
  pathOf,
}: RotationEventsProps): readonly (readonly SecretPattern[])[] {
  const patterns: SecretPattern[][] = [];
  let room = 0;
  for (const arn of secretArns) {
    const length = lengthOf(arn) + AROUND_A_SECRET;
    if (room < length) {
      if (patterns.length === MOST_RULES) throw tooManySecrets(pathOf(arn));
      patterns.push([]);
      room = PATTERN_ROOM;
    }
    room -= length;
    patterns.at(-1)?.push(patternOf(arn));
  }
  return patterns;
}

function tooManySecrets(path: string): ConfigurationError {
  return new ConfigurationError([
    {
      path,
      message:
        'from here on there are more credential secrets, or longer names, than the alarms of one stack can watch. Give them shorter names, or deploy this credential and those after it in a stack of their own.',
    },
  ]);
}

type SecretPattern = string | { readonly prefix: string };

/** A name is as much of an ARN as there is before the suffix that Secrets Manager added. */
function patternOf(arn: string): SecretPattern {
  return arn.endsWith(OPEN_SUFFIX) ? { prefix: arn.slice(0, -OPEN_SUFFIX.length) } : arn;
}

/** In the form of a custom notification, which chat integrations show as a card. */
const ABANDONED = RuleTargetInput.fromObject({
  version: '1.0',
  source: 'custom',
  content: {
    textType: 'client-markdown',
    title: 'A rotation was abandoned',
    description:
      `Somebody wrote the secret ${EventField.fromPath('$.detail.additionalEventData.SecretId')} while it was being rotated, so Secrets Manager gave the rotation up. ` +
      'Nothing is lost: the new password is in the draft secret. Ask the watch function for the status of the credential and resume it.',
  },
});

function countOf(rules: readonly Rule[], label: string, period: Duration): Metric | MathExpression {
  const metrics = rules.map(
    ({ ruleName }) =>
      new Metric({
        namespace: 'AWS/Events',
        metricName: 'TriggeredRules',
        dimensionsMap: { RuleName: ruleName },
        statistic: Stats.SUM,
        label,
        period,
      }),
  );
  return sumOf(metrics, label, period);
}
