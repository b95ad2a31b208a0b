import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Watched } from './alarms.ts';
import {
  attemptsLeft,
  blockedRotations,
  completedRotations,
  escalations,
  longestWait,
  outsideChanges,
  passwordAge,
  stragglers,
} from './metrics.ts';

export interface RotationDashboardProps extends Watched {
  readonly alarms: readonly Alarm[];
  readonly rotate: IFunction;
}

const WIDTH = 24;
const HALF = WIDTH / 2;
/** Room for some ten credentials; a larger fleet is scrolled. */
const FLEET_HEIGHT = 10;
const HOUR = Duration.hours(1);
const DAY = Duration.days(1);

/** Shows what the alarms look at: the state of all of them, the fleet, the rotations, and the functions. */
export class RotationDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: RotationDashboardProps) {
    super(scope, id, { periodOverride: PeriodOverride.AUTO });
    const { alarms, events, rotate, functions, deadLetters } = props;
    const { advance, watch, mail, widget, intake } = functions;
    const page = intake === undefined ? [] : [intake];
    const everyFunction = [rotate, advance, watch, mail, widget, ...page];
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', width: WIDTH, alarms: [...alarms] }));
    this.addWidgets(fleetWidget(widget));
    this.addWidgets(
      graph('Rotations', completedRotations(DAY), blockedRotations(DAY)),
      graph('As Secrets Manager sees it', events.failures(DAY), events.abandonments(DAY)),
    );
    this.addWidgets(
      graph('Oldest password, in percent of what is allowed', passwordAge(HOUR)),
      graph('Longest wait for a token, in seconds', longestWait(HOUR)),
    );
    this.addWidgets(
      graph('Login attempts left', attemptsLeft(HOUR)),
      graph(
        'Pokes put aside',
        deadLetters.metricApproximateNumberOfMessagesVisible({ period: HOUR, statistic: Stats.MAXIMUM }),
      ),
    );
    this.addWidgets(graph('Behind the service', outsideChanges(DAY), stragglers(DAY)));
    for (const each of page) this.addWidgets(...pageGraphs(each));
    this.addWidgets(
      graph('Errors', ...everyFunction.map((each) => each.metricErrors({ period: HOUR }))),
      graph(
        'Duration, in milliseconds',
        ...everyFunction.map((each) => each.metricDuration({ period: HOUR })),
      ),
    );
  }
}

function pageGraphs(page: IFunction): readonly IWidget[] {
  return [
    graph(
      'Requests to the prompt page',
      page.metricInvocations({ period: HOUR }),
      page.metricThrottles({ period: HOUR }),
    ),
    graph('Prompts that nobody answered', escalations(DAY)),
  ];
}

/** Who looks at the dashboard calls the function, so it is called no more often than asked for. */
function fleetWidget({ functionArn }: IFunction): CustomWidget {
  return new CustomWidget({
    title: 'Fleet',
    functionArn,
    width: WIDTH,
    height: FLEET_HEIGHT,
    updateOnRefresh: true,
    updateOnResize: false,
    updateOnTimeRangeChange: false,
  });
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, width: HALF, left });
}
