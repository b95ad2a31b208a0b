import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { exampleConfiguration, synthesize } from './example.ts';
import { logicalId, text } from './grants.ts';

const template = synthesize();
const topic = { Ref: logicalId(template, 'AWS::SNS::Topic', 'Notifications') };
const alarms = template.findResources('AWS::CloudWatch::Alarm');

function alarm(name: string) {
  return alarms[logicalId(template, 'AWS::CloudWatch::Alarm', `Alarms${name}`)]?.['Properties'];
}

interface MetricQuery {
  readonly MetricStat?: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Value: string }[];
    };
  };
}

const FUNCTIONS = ['Rotate', 'Advance', 'Watch', 'Mail', 'Widget'];

const NAMES = [
  'RotationBlocked',
  'RotationAbandoned',
  'RotationFailed',
  'PasswordTooOld',
  'RotationWaits',
  'AttemptsLow',
  'ChangedOutside',
  'StragglersSeen',
  'DeadLetters',
  'FunctionErrors',
  'MailLost',
  'WatchSilent',
];

describe('the alarms', () => {
  test('are these', () => {
    expect(Object.keys(alarms)).toHaveLength(NAMES.length);
  });

  test.each(NAMES)('%s is told to the topic when it begins and ends', (name) => {
    expect(alarm(name)).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
  });

  test.each(NAMES)('%s says what happened and what to do', (name) => {
    const description = alarm(name)?.AlarmDescription as string;
    expect(description.split(/[.:] /).length).toBeGreaterThan(1);
    // CloudWatch takes no more.
    expect(description.length).toBeLessThanOrEqual(1_024);
  });

  test.each(['PasswordTooOld', 'WatchSilent'])('%s goes off, too, when nothing is heard', (name) => {
    expect(alarm(name)?.TreatMissingData).toBe('breaching');
  });

  test.each(NAMES.filter((name) => name !== 'PasswordTooOld' && name !== 'WatchSilent'))(
    '%s is quiet when nothing is counted',
    (name) => {
      expect(alarm(name)?.TreatMissingData).toBe('notBreaching');
    },
  );

  test('a password is too old above 100 percent of its limit', () => {
    expect(alarm('PasswordTooOld')).toMatchObject({
      Namespace: 'SalesforceCredentialRotation',
      MetricName: 'PasswordAgeOfLimit',
      Dimensions: [{ Name: 'service', Value: 'watch' }],
      Statistic: 'Maximum',
      Threshold: 100,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  test('a rotation may wait for a day, unless the props say otherwise', () => {
    expect(alarm('RotationWaits')).toMatchObject({ MetricName: 'LongestWait', Threshold: 86_400 });
  });

  test('no attempt may be left', () => {
    expect(alarm('AttemptsLow')).toMatchObject({
      MetricName: 'AttemptsLeft',
      Statistic: 'Minimum',
      Threshold: 0,
      ComparisonOperator: 'LessThanOrEqualToThreshold',
    });
  });

  test('a blocked rotation counts whichever function blocked it', () => {
    const metrics = (alarm('RotationBlocked')?.['Metrics'] ?? []) as MetricQuery[];
    const dimensions = metrics
      .flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? [])
      .map(({ Value }) => Value);
    expect(dimensions.sort()).toEqual(['advance', 'mail', 'rotate', 'watch']);
  });

  test.each([
    ['ChangedOutside', ['PasswordChangedOutside', 'PasswordExpired', 'TokenResetOutside']],
    ['StragglersSeen', ['StragglerSeen']],
  ])('%s counts %j, whichever function told it', (name, events) => {
    const metrics = (alarm(name)?.['Metrics'] ?? []) as MetricQuery[];
    const counted = metrics
      .flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]))
      .map(({ MetricName, Dimensions }) => `${MetricName} of ${Dimensions[0]?.Value}`);
    const told = events.flatMap((event) => ['advance', 'mail', 'watch'].map((by) => `${event} of ${by}`));
    expect(counted.sort()).toEqual(told);
    expect(alarm(name)?.Threshold).toBe(1);
  });

  test.each([
    ['DeadLetters', 'ApproximateNumberOfMessagesVisible', 'PokesDeadLetters'],
    ['WatchSilent', 'Invocations', 'WatchFunction'],
    ['MailLost', 'AsyncEventsDropped', 'MailFunction'],
    ['FunctionErrors', 'Errors', 'AdvanceFunction'],
    ['RotationFailed', 'TriggeredRules', 'RotationEventsRotationFailed'],
    ['RotationAbandoned', 'TriggeredRules', 'RotationEventsRotationAbandoned'],
  ])('%s looks at %s of %s', (name, metric, resource) => {
    const looked = JSON.stringify(alarm(name));
    expect(looked).toContain(`"MetricName":"${metric}"`);
    expect(looked).toContain(`"${resource}`);
  });

  test('rotate and mail throw in the normal course, so their errors are no alarm', () => {
    const looked = JSON.stringify(alarm('FunctionErrors'));
    expect(FUNCTIONS.filter((name) => looked.includes(`"${name}Function`))).toEqual([
      'Advance',
      'Watch',
      'Widget',
    ]);
  });

  test('are as many for several credentials', () => {
    const billing = exampleConfiguration().credentials['billing'];
    const { integrations: _left, ...worker } = { ...billing, org: 'prod', secret: 'salesforce/prod/worker' };
    const two = synthesize({
      ...exampleConfiguration(),
      credentials: { ...exampleConfiguration().credentials, worker },
    });
    two.resourceCountIs('AWS::CloudWatch::Alarm', NAMES.length);
  });
});

describe("Secrets Manager's events", () => {
  test.each(['RotationFailed', 'RotationAbandoned'])(
    '%s of the credential secret alone is caught',
    (eventName) => {
      template.hasResourceProperties('AWS::Events::Rule', {
        EventPattern: {
          source: ['aws.secretsmanager'],
          'detail-type': ['AWS Service Event via CloudTrail'],
          detail: {
            eventName: [eventName],
            additionalEventData: { SecretId: [{ prefix: Match.anyValue() }] },
          },
        },
      });
      const rule = template.findResources('AWS::Events::Rule', {
        Properties: { EventPattern: { detail: { eventName: [eventName] } } },
      });
      const [pattern] = Object.values(rule).map(({ Properties }) => Properties.EventPattern);
      expect(text(pattern.detail.additionalEventData.SecretId[0].prefix)).toBe(
        'arn:aws:secretsmanager:REGION:ACCOUNT:secret:salesforce/prod/billing-',
      );
    },
  );

  test('an abandoned rotation is told at once, with the name of the secret', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { eventName: ['RotationAbandoned'] } },
      Targets: [
        Match.objectLike({
          Arn: topic,
          InputTransformer: Match.objectLike({
            InputPathsMap: Match.objectLike({
              'detail-additionalEventData-SecretId': '$.detail.additionalEventData.SecretId',
            }),
          }),
        }),
      ],
    });
  });

  test('a failed attempt is counted and not told: the first only starts the preparation', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { eventName: ['RotationFailed'] } },
      Targets: Match.absent(),
    });
  });
});

test('the dashboard shows every alarm', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.['Properties'].DashboardBody);
  for (const id of Object.keys(alarms)) expect(body).toContain(id);
});

test.each(['PasswordChangedOutside', 'TokenResetOutside', 'PasswordExpired', 'StragglerSeen'])(
  'the dashboard draws what goes stale without the service: %s',
  (metric) => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(dashboard?.['Properties'].DashboardBody)).toContain(metric);
  },
);
