import type { Duration } from 'aws-cdk-lib';
import { type MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SecretPattern } from '../secret-patterns.ts';
import { sumOf } from './metrics.ts';

export interface RotationEventsProps {
  /** The credential secrets. */
  readonly patterns: readonly (readonly SecretPattern[])[];
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
    const { patterns } = props;
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
