import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { synthesize } from './example.ts';
import { logicalId } from './grants.ts';

const template = synthesize();
const KEY = { 'Fn::GetAtt': [logicalId(template, 'AWS::KMS::Key', 'Key'), 'Arn'] };
const ROTATING = ['Rotate', 'Advance', 'Watch', 'Mail'];
const FUNCTIONS = [...ROTATING, 'Widget'];

describe('the functions', () => {
  test('are the five of this version', () => {
    template.resourceCountIs('AWS::Lambda::Function', FUNCTIONS.length);
  });

  test.each(FUNCTIONS)('%s runs Node 24 on arm64, traced, with a log that ends after a year', (id) => {
    const created =
      template.findResources('AWS::Lambda::Function')[
        logicalId(template, 'AWS::Lambda::Function', `${id}Function`)
      ];
    expect(created?.['Properties']).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: logicalId(template, 'AWS::Logs::LogGroup', `${id}Logs`) } },
      Timeout: 120,
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365, KmsKeyId: KEY });
  });

  test.each(ROTATING)(
    '%s is told its ledger, queue, topic, bus and configuration, and how often to repeat a throttled call',
    (id) => {
      const created =
        template.findResources('AWS::Lambda::Function')[
          logicalId(template, 'AWS::Lambda::Function', `${id}Function`)
        ];
      expect(created?.['Properties'].Environment.Variables).toEqual({
        LEDGER_TABLE: { Ref: logicalId(template, 'AWS::DynamoDB::Table', 'Ledger') },
        QUEUE_URL: { Ref: logicalId(template, 'AWS::SQS::Queue', 'PokesQueue') },
        TOPIC_ARN: { Ref: logicalId(template, 'AWS::SNS::Topic', 'Notifications') },
        EVENT_BUS: 'default',
        ROTATION_CONFIG: 'rotation.config.json',
        AWS_MAX_ATTEMPTS: '8',
      });
    },
  );

  test('no function reserves concurrency: rotation functions must not', () => {
    for (const created of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(created['Properties'].ReservedConcurrentExecutions).toBeUndefined();
    }
  });
});

describe('the ledger', () => {
  test('has string keys pk and sk', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    });
  });

  test('is paid by request', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' });
  });

  test('can be restored to any second', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('is encrypted', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    });
  });

  test('forgets old history by expiresAt', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('survives the stack and is protected from deletion', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });
});

describe('the queue of pokes', () => {
  const queues = template.findResources('AWS::SQS::Queue');
  const queue = logicalId(template, 'AWS::SQS::Queue', 'PokesQueue');
  const deadLetters = logicalId(template, 'AWS::SQS::Queue', 'PokesDeadLetters');

  test('puts a message aside after five deliveries', () => {
    expect(queues[queue]?.['Properties'].RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] },
      maxReceiveCount: 5,
    });
  });

  test('keeps dead letters for 14 days', () => {
    expect(queues[deadLetters]?.['Properties'].MessageRetentionPeriod).toBe(14 * 86_400);
  });

  test('hides a message for at least six timeouts of its function', () => {
    const advance = logicalId(template, 'AWS::Lambda::Function', 'AdvanceFunction');
    const timeout = template.findResources('AWS::Lambda::Function')[advance]?.['Properties'].Timeout;
    expect(queues[queue]?.['Properties'].VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
  });

  test('both queues are encrypted', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KEY });
  });

  test.each([queue, deadLetters])('%s refuses what does not come by TLS', (id) => {
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: id }],
      PolicyDocument: { Statement: [DENY_WITHOUT_TLS] },
    });
  });

  test('starts advance with one message at a time, each acknowledged on its own', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionName: { Ref: logicalId(template, 'AWS::Lambda::Function', 'AdvanceFunction') },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

const DENY_WITHOUT_TLS = Match.objectLike({
  Effect: 'Deny',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

describe('the topic', () => {
  test('is encrypted', () => {
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: KEY });
  });

  test('refuses what does not come by TLS', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([DENY_WITHOUT_TLS]) },
    });
  });

  test('lets the alarms of this account publish', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });
});

describe('the watch', () => {
  const watch = logicalId(template, 'AWS::Lambda::Function', 'WatchFunction');

  test('looks every five minutes', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [watch, 'Arn'] } })],
    });
  });

  test('may be invoked by that rule only', () => {
    const rule = logicalId(template, 'AWS::Events::Rule', 'WatchSchedule');
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      FunctionName: { 'Fn::GetAtt': [watch, 'Arn'] },
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    });
  });
});
