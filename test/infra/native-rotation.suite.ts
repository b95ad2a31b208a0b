import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { exampleConfiguration, synthesize } from './example.ts';
import { logicalId, text } from './grants.ts';
import { problemOf } from './problem.ts';

const template = synthesize();
const [permission] = Object.entries(template.findResources('AWS::Lambda::Permission')).filter(
  ([, { Properties }]) => Properties.Principal === 'secretsmanager.amazonaws.com',
);

function rateFor(every: string): unknown {
  const schedules = synthesize(exampleConfiguration({ schedule: { every } })).findResources(
    'AWS::SecretsManager::RotationSchedule',
  );
  return Object.values(schedules)[0]?.['Properties'].RotationRules.ScheduleExpression;
}

describe('the rotation schedule', () => {
  test('a deployment never changes a password', () => {
    template.allResourcesProperties('AWS::SecretsManager::RotationSchedule', {
      RotateImmediatelyOnUpdate: false,
    });
  });

  test('is on the credential secret and starts the rotate function', () => {
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: 'salesforce/prod/billing',
      RotationLambdaARN: {
        'Fn::GetAtt': [logicalId(template, 'AWS::Lambda::Function', 'RotateFunction'), 'Arn'],
      },
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
    });
  });

  test('comes after the permission, which Secrets Manager checks', () => {
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      DependsOn: Match.arrayWith([permission?.[0]]),
    });
  });

  test.each([
    ['4h', 'rate(4 hours)'],
    ['36 hours', 'rate(36 hours)'],
    ['24h', 'rate(1 day)'],
    ['1000 days', 'rate(1000 days)'],
  ])('an interval of %s is %s', (every, rate) => {
    expect(rateFor(every)).toBe(rate);
  });

  test('a cron expression is taken as it is, without a window', () => {
    synthesize(exampleConfiguration({ schedule: { cron: '0 8 1 * ? *' } })).hasResourceProperties(
      'AWS::SecretsManager::RotationSchedule',
      { RotationRules: { ScheduleExpression: 'cron(0 8 1 * ? *)', Duration: Match.absent() } },
    );
  });

  test.each([
    [{ every: '30 days', window: '4h' }, 'rate(30 days)', '4h'],
    [{ cron: '0 20 ? * SUN *', window: '240 minutes' }, 'cron(0 20 ? * SUN *)', '4h'],
  ])('%j has a window', (schedule, expression, duration) => {
    synthesize(exampleConfiguration({ schedule })).hasResourceProperties(
      'AWS::SecretsManager::RotationSchedule',
      { RotationRules: { ScheduleExpression: expression, Duration: duration } },
    );
  });

  test('comes after the permissions of the rotate function, because turning rotation on tests the secret', () => {
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      DependsOn: Match.arrayWith([logicalId(template, 'AWS::IAM::Policy', 'CommitSecrets')]),
    });
  });

  test('a credential without a schedule has rotation on, at the longest interval there is', () => {
    const { schedule: _left, ...billing } = exampleConfiguration().credentials['billing'] ?? {};
    const configuration = { ...exampleConfiguration(), credentials: { billing: billing as never } };
    synthesize(configuration).hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotationRules: { ScheduleExpression: 'rate(1000 days)' },
    });
  });

  test.each(['3h', '1001 days', '5h 30m', '330 minutes'])('an interval of %s is refused by name', (every) => {
    const problem = problemOf(() => rateFor(every));
    expect(problem).toMatch(/^credentials\.billing\.schedule\.every: /);
    expect(problem.split('\n')).toHaveLength(1);
  });
});

describe('the permission to invoke the rotate function', () => {
  test('is for Secrets Manager in this account', () => {
    expect(permission?.[1]?.['Properties']).toMatchObject({
      Action: 'lambda:InvokeFunction',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  test('is for the credential secret alone', () => {
    expect(text(permission?.[1]?.['Properties'].SourceArn)).toBe(
      'arn:aws:secretsmanager:REGION:ACCOUNT:secret:salesforce/prod/billing-??????',
    );
  });
});

describe('the draft secret', () => {
  test('is created empty and survives the stack', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 1);
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Name: 'salesforce/prod/billing/draft', SecretString: '{}' },
    });
  });

  test('may be read by the functions only, and by TLS only', () => {
    const roles = ['Rotate', 'Advance', 'Watch', 'Mail'].map((id) => ({
      'Fn::GetAtt': [logicalId(template, 'AWS::IAM::Role', `${id}Role`), 'Arn'],
    }));
    template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
      SecretId: { Ref: logicalId(template, 'AWS::SecretsManager::Secret', 'CredentialbillingSecretDraft') },
      ResourcePolicy: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Action: 'secretsmanager:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          // Nothing but reading is denied: who administers the account can still manage it.
          {
            Sid: 'FunctionsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 'secretsmanager:GetSecretValue',
            Resource: '*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': roles } },
          },
        ],
      },
    });
  });

  test("is encrypted with the service's key", () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      KmsKeyId: { 'Fn::GetAtt': [logicalId(template, 'AWS::KMS::Key', 'Key'), 'Arn'] },
    });
  });

  test('is not created where the configuration gives the ARN of one', () => {
    const draft = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:drafts/billing-AbCdEf';
    synthesize(exampleConfiguration({ draft })).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('must be named where the credential secret is given by its ARN', () => {
    const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:salesforce/prod/billing-AbCdEf';
    expect(problemOf(() => synthesize(exampleConfiguration({ secret })))).toMatch(
      /^credentials\.billing\.draft: .*must be named/,
    );
  });
});
