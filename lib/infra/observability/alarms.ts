import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type MathExpression,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  attemptsLeft,
  blockedRotations,
  escalations,
  longestWait,
  mailsGivenUp,
  outsideChanges,
  passwordAge,
  stragglers,
  sumOf,
} from './metrics.ts';
import type { RotationEvents } from './rotation-events.ts';

/** What the alarms look at. */
export interface Watched {
  readonly functions: {
    readonly advance: IFunction;
    readonly watch: IFunction;
    readonly mail: IFunction;
    readonly widget: IFunction;
    /** The prompt page, if there is one. */
    readonly intake: IFunction | undefined;
  };
  readonly deadLetters: IQueue;
  readonly events: RotationEvents;
}

export interface RotationAlarmsProps extends Watched {
  /** Where alarms are told, both their beginning and their end. */
  readonly topic: ITopic;
  /** How long a rotation may wait for its token. */
  readonly longestWait: Duration;
  /** Whether somebody else is told, for any credential, when nobody has answered for long. */
  readonly escalates: boolean;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const QUARTER_OF_AN_HOUR = Duration.minutes(15);
const HALF_AN_HOUR = Duration.minutes(30);
const HOUR = Duration.hours(1);
const DAY = Duration.days(1);

/**
 * Requests in a minute from which on the prompt page refuses some: what it takes of
 * looks and of submissions together.
 */
export const PAGE_LIMIT_A_MINUTE = 1_440;

/** Attempts of Secrets Manager that fail in a day before somebody should look: the first ones only start the preparation. */
const FAILURES_A_DAY = 5;

/**
 * The alarms. Each description says what happened and what to do; the operator's
 * guide has the longer version under the name of the alarm.
 *
 * They are as many for one credential as for a hundred: which one it is, the
 * notification of the event says, or the `status` of the watch function.
 */
export class RotationAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: RotationAlarmsProps) {
    super(scope, id);
    this.all = definitionsOf(props).map((definition) => this.#alarm(definition, props.topic));
  }

  #alarm(definition: AlarmDefinition, topic: ITopic): Alarm {
    const { id, threshold, description, metric, comparison, silence } = definition;
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription: description,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: silence ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    return alarm;
  }
}

interface AlarmDefinition {
  readonly id: string;
  readonly metric: Metric | MathExpression;
  readonly threshold: number;
  readonly description: string;
  readonly comparison?: ComparisonOperator;
  /** What no data means. */
  readonly silence?: TreatMissingData;
}

function definitionsOf(props: RotationAlarmsProps): readonly AlarmDefinition[] {
  return [
    ...rotationAlarms(props),
    ...fleetAlarms(props),
    ...outsideAlarms(),
    ...promptAlarms(props),
    ...functionAlarms(props),
  ];
}

function rotationAlarms({ events }: Watched): readonly AlarmDefinition[] {
  return [
    {
      id: 'RotationBlocked',
      metric: blockedRotations(FIVE_MINUTES),
      threshold: 1,
      description:
        'A rotation was refused and waits for a remedy. Nothing is lost. The notification "Rotation Blocked" names the credential, the reason and the remedy: apply it, then invoke the watch function with the action "resume".',
    },
    {
      id: 'RotationAbandoned',
      metric: events.abandonments(FIVE_MINUTES),
      threshold: 1,
      description:
        'Somebody wrote a credential secret during its rotation, so Secrets Manager gave the rotation up. The new password is safe in the draft secret. Ask the watch function for the "status" of the credential, and "resume" it.',
    },
    {
      id: 'RotationFailed',
      metric: events.failures(DAY),
      threshold: FAILURES_A_DAY,
      description: `Secrets Manager tried to rotate ${FAILURES_A_DAY} times within a day and failed. The first failures of a rotation by its own schedule only start the preparation; so many mean that the preparation does not end. Ask the watch function for the "status" of the credential, and read the log of the rotate function.`,
    },
  ];
}

function fleetAlarms(props: RotationAlarmsProps): readonly AlarmDefinition[] {
  return [
    {
      id: 'PasswordTooOld',
      metric: passwordAge(HOUR),
      threshold: 100,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      silence: TreatMissingData.BREACHING,
      description:
        'A password is older than its schedule allows, or for an hour nothing said how old the passwords are. Ask the watch function for the "status" of each credential, and apply the remedy of the one that is overdue. If the watch function does not answer, read its log.',
    },
    {
      id: 'RotationWaits',
      metric: longestWait(FIVE_MINUTES),
      threshold: props.longestWait.toSeconds(),
      description: `A rotation has waited for its token, or for somebody to press Start, for ${props.longestWait.toHumanString()}. If the password of a single user was changed, its integrations are down that long. Answer the prompt, or send it anew ("sfrotate prompt"); else find the mail with the new token, or reset the token in Salesforce by hand. The operator's guide has the steps under "The token does not come".`,
    },
    {
      id: 'AttemptsLow',
      metric: attemptsLeft(FIVE_MINUTES),
      threshold: 0,
      comparison: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      description:
        'For one user no login attempt is left: one more failure could lock the user in Salesforce, so the service makes none. Wait until the time that the "status" of the credential names, reset the token, then "resume" with the newest one.',
    },
  ];
}

function outsideAlarms(): readonly AlarmDefinition[] {
  return [
    {
      id: 'ChangedOutside',
      metric: outsideChanges(FIVE_MINUTES),
      threshold: 1,
      description:
        'Somebody else changed a password or reset a security token, or a password expired, so integrations can no longer log in. The notification ("Password Changed Outside", "Token Reset Outside" or "Password Expired") names the credential and what follows. Open its link and bring what it asks for, or bring it by "sfrotate token"; where it asks for nothing, look at the "status" until the credential is at rest again.',
    },
    {
      id: 'StragglersSeen',
      metric: stragglers(HOUR),
      threshold: 1,
      description:
        'A client still logs in with a credential that was replaced, and fails. Enough failures lock the user, and then every integration. The notification "Straggler Seen" names its address and application, and the "status" of the credential all of them. Have the client read its secret anew, or restart it.',
    },
  ];
}

function promptAlarms({ functions: { intake }, escalates }: RotationAlarmsProps): readonly AlarmDefinition[] {
  return [...(escalates ? [unansweredPrompt()] : []), ...(intake === undefined ? [] : [floodedPage(intake)])];
}

function unansweredPrompt(): AlarmDefinition {
  return {
    id: 'PromptUnanswered',
    metric: escalations(FIVE_MINUTES),
    threshold: 1,
    description:
      'Nobody has answered a prompt for as long as its credential allows, so it was passed on to those whom "prompt.escalate" names. The notification "Token Escalated" has the credential and a link. Open it and bring what it asks for, or bring the token by "sfrotate token"; if nobody can, say so to the owner of the integrations, which may be down.',
  };
}

function floodedPage(intake: IFunction): AlarmDefinition {
  return {
    id: 'PageFlooded',
    metric: sumOf(
      [intake.metricInvocations({ period: MINUTE }), intake.metricThrottles({ period: MINUTE })],
      'Requests to the prompt page',
      MINUTE,
    ),
    threshold: PAGE_LIMIT_A_MINUTE,
    description:
      'The prompt page gets more requests than it answers, so that people may be turned away; no token can be guessed by that. Bring tokens by "sfrotate token" meanwhile. The operator\'s guide says under "The prompt page" how to put something in front of it or to turn it off.',
  };
}

function functionAlarms({ functions, deadLetters }: Watched): readonly AlarmDefinition[] {
  const { advance, watch, mail, widget, intake } = functions;
  const answering = [advance, watch, widget, ...(intake === undefined ? [] : [intake])];
  return [
    {
      id: 'DeadLetters',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: FIVE_MINUTES,
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      description:
        'The advance function failed five times for one credential, whose poke was put aside. No state is lost: the watch pokes again. Read the log of the advance function, mend what it says, and purge the dead-letter queue.',
    },
    {
      id: 'FunctionErrors',
      metric: sumOf(
        answering.map((each) => each.metricErrors({ period: QUARTER_OF_AN_HOUR })),
        'Errors of advance, watch, widget and intake',
        QUARTER_OF_AN_HOUR,
      ),
      threshold: 3,
      description:
        'The advance, watch, widget or intake function failed three times within a quarter of an hour. Read the last errors in their logs: a missing permission, a key that may not be used, or a configuration that does not fit is named there. Rotations go on when it is mended.',
    },
    {
      id: 'MailLost',
      metric: mailsGivenUp(mail, FIVE_MINUTES),
      threshold: 1,
      description:
        'A received mail was given up after all its deliveries. If a rotation waits for a token, reset the token in Salesforce: the mail that follows is taken as usual.',
    },
    {
      id: 'WatchSilent',
      metric: watch.metricInvocations({ period: HALF_AN_HOUR }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      silence: TreatMissingData.BREACHING,
      description:
        'The watch function has not run for half an hour, so nothing that is due begins. Look whether its EventBridge rule is enabled and whether the function is throttled.',
    },
  ];
}
