import { describe, expect, test } from '@jest/globals';
import { exampleConfiguration, synthesize } from './example.ts';
import { type Grants, grantsOf, logicalId } from './grants.ts';

const template = synthesize();
const secret = (name: string) => `arn:aws:secretsmanager:REGION:ACCOUNT:secret:${name}-??????`;
const own = (type: string, prefix: string, attribute: '' | '.Arn') =>
  `\${${logicalId(template, type, prefix)}${attribute}}`;

const credential = secret('salesforce/prod/billing');
const draft = own('AWS::SecretsManager::Secret', 'CredentialbillingSecretDraft', '');
const key = own('AWS::KMS::Key', 'Key', '.Arn');
const connection = secret('salesforce/prod/rotator');
const integrations = ['etl/airflow/salesforce', 'mule/salesforce', 'billing/worker'].map(secret);
const ledger = own('AWS::DynamoDB::Table', 'Ledger', '.Arn');
const queue = own('AWS::SQS::Queue', 'PokesQueue', '.Arn');
const rotateFunction = own('AWS::Lambda::Function', 'RotateFunction', '.Arn');

const everywhere = (functionId: string): Grants => ({
  'dynamodb:GetItem': [ledger],
  'dynamodb:PutItem': [ledger],
  'kms:Decrypt': [key],
  'kms:DescribeKey': [key],
  'kms:Encrypt': [key],
  'kms:GenerateDataKey': [key],
  'kms:ReEncryptFrom': [key],
  'kms:ReEncryptTo': [key],
  'events:PutEvents': ['arn:aws:events:REGION:ACCOUNT:event-bus/default'],
  'logs:CreateLogStream': [own('AWS::Logs::LogGroup', `${functionId}Logs`, '.Arn')],
  'logs:PutLogEvents': [own('AWS::Logs::LogGroup', `${functionId}Logs`, '.Arn')],
  'secretsmanager:BatchGetSecretValue': ['*'],
  'sns:Publish': [own('AWS::SNS::Topic', 'Notifications', '')],
  'sqs:SendMessage': [queue],
  'xray:PutTelemetryRecords': ['*'],
  'xray:PutTraceSegments': ['*'],
});

const completion: Grants = {
  'lambda:InvokeFunction': [rotateFunction],
  'secretsmanager:DescribeSecret': [credential],
  'secretsmanager:GetSecretValue': [credential, draft, connection],
  'secretsmanager:PutSecretValue': [draft],
  'secretsmanager:RotateSecret': [credential],
  'secretsmanager:UpdateSecretVersionStage': [credential],
};

const reconciliation: Grants = {
  ...completion,
  'secretsmanager:DescribeSecret': [credential, ...integrations],
  'secretsmanager:GetSecretValue': [credential, draft, connection, ...integrations],
  'secretsmanager:PutSecretValue': [draft, ...integrations],
  'secretsmanager:UpdateSecretVersionStage': [credential, ...integrations],
};

const EXPECTED: Readonly<Record<string, Grants>> = {
  Rotate: {
    ...everywhere('Rotate'),
    'secretsmanager:DescribeSecret': [credential, ...integrations],
    'secretsmanager:GetSecretValue': [credential, draft, connection, ...integrations],
    'secretsmanager:PutSecretValue': [credential, draft, ...integrations],
    'secretsmanager:UpdateSecretVersionStage': [credential, ...integrations],
  },
  Advance: {
    ...everywhere('Advance'),
    ...reconciliation,
    'sqs:DeleteMessage': [queue],
    'sqs:GetQueueAttributes': [queue],
    'sqs:ReceiveMessage': [queue],
  },
  // It shows an operator the history.
  Watch: { ...everywhere('Watch'), ...reconciliation, 'dynamodb:Query': [ledger] },
  Mail: { ...everywhere('Mail'), ...completion },
};

/** These have no resource level; the secrets of a batch are decided by GetSecretValue. */
const WITHOUT_RESOURCE_LEVEL = [
  'secretsmanager:BatchGetSecretValue',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

// The role of the widget is in its own suite.
describe.each(Object.entries(EXPECTED))('the role of %s', (functionId, expected) => {
  const grants = grantsOf(template, functionId);

  test.each(Object.entries(expected))('%s on exactly what it needs', (action, resources) => {
    expect(grants[action]).toEqual([...resources].sort());
  });

  test('and nothing else', () => {
    expect(Object.keys(grants).sort()).toEqual(Object.keys(expected).sort());
  });

  test('a wildcard only where an action has no resource level', () => {
    const wild = Object.keys(grants).filter((action) => grants[action]?.includes('*'));
    expect(wild.sort()).toEqual(WITHOUT_RESOURCE_LEVEL);
    expect(Object.keys(grants).filter((action) => action.includes('*'))).toEqual([]);
  });
});

test('no two functions share a role, and none has a managed policy', () => {
  const roles = Object.values(template.findResources('AWS::Lambda::Function')).map((created) =>
    JSON.stringify(created['Properties'].Role),
  );
  expect(new Set(roles).size).toBe(5);
  expect(roles).toHaveLength(5);
  for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
    expect(role['Properties'].ManagedPolicyArns).toBeUndefined();
  }
});

describe('the app by which integrations log in', () => {
  const app = secret('salesforce/prod/billing-app');
  const withApp = synthesize(
    exampleConfiguration({ login: { kind: 'oauth-password', secret: 'salesforce/prod/billing-app' } }),
  );

  test.each(Object.keys(EXPECTED))('may be read by %s, and nothing else may be done to it', (functionId) => {
    const grants = grantsOf(withApp, functionId);
    const actions = Object.keys(grants).filter((action) => grants[action]?.includes(app));
    expect(actions).toEqual(['secretsmanager:GetSecretValue']);
  });

  test('is granted once where it is the connection, too', () => {
    const shared = exampleConfiguration({
      login: { kind: 'oauth-password', secret: 'salesforce/prod/rotator' },
    });
    expect(grantsOf(synthesize(shared), 'Mail')).toEqual(grantsOf(template, 'Mail'));
  });
});

describe('a secret that is given by its ARN', () => {
  const complete = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:mule/salesforce-AbCdEf';
  const partial = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:billing/worker';
  const given = synthesize(
    exampleConfiguration({
      integrations: [
        { secret: complete, format: 'json' },
        { secret: partial, format: 'json' },
      ],
    }),
  );

  test('is granted as it is when the ARN is complete', () => {
    expect(grantsOf(given, 'Rotate')['secretsmanager:UpdateSecretVersionStage']).toContain(complete);
  });

  test("is granted with six open characters when Secrets Manager's suffix is missing", () => {
    expect(grantsOf(given, 'Rotate')['secretsmanager:UpdateSecretVersionStage']).toContain(
      `${partial}-??????`,
    );
  });
});

describe('a secret that a role reaches', () => {
  const theirs = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm/salesforce-AbCdEf';
  const more = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm/more-AbCdEf';
  const roleArn = 'arn:aws:iam::444455556666:role/salesforce-rotation';
  const FUNCTIONS = ['Rotate', 'Advance', 'Watch'];
  const given = synthesize(
    exampleConfiguration({
      integrations: [
        { secret: theirs, roleArn, format: 'json' },
        { secret: more, roleArn, format: 'json' },
        { secret: 'own', format: 'json' },
      ],
    }),
  );

  test.each(FUNCTIONS)('lets %s assume exactly that role', (functionId) => {
    expect(grantsOf(given, functionId)['sts:AssumeRole']).toEqual([roleArn]);
  });

  test.each(FUNCTIONS)('is none that %s may touch by itself', (functionId) => {
    const resources = Object.values(grantsOf(given, functionId)).flat();
    expect(resources.filter((resource) => resource.includes('444455556666'))).toEqual([roleArn]);
    expect(resources).toContain(secret('own'));
  });

  test('is out of reach for the function that takes mails, and so is every integration secret', () => {
    const resources = Object.values(grantsOf(given, 'Mail')).flat();
    expect(resources.filter((resource) => resource.includes('444455556666'))).toEqual([]);
    expect(resources).not.toContain(secret('own'));
  });

  test.each(FUNCTIONS)('is the envelope as well, for %s', (functionId) => {
    const grants = grantsOf(
      synthesize(
        exampleConfiguration({
          delivery: 'envelope',
          envelope: { secret: theirs, roleArn },
          integrations: [{ key: 'etl', format: 'json' }],
        }),
      ),
      functionId,
    );
    expect(grants['sts:AssumeRole']).toEqual([roleArn]);
    expect(Object.values(grants).flat()).not.toContain(theirs);
  });
});

test("another Region's secret of the own account is granted where it is", () => {
  const west = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:crm/salesforce-AbCdEf';
  const grants = grantsOf(
    synthesize(exampleConfiguration({ integrations: [{ secret: west, format: 'json' }] })),
    'Rotate',
  );
  expect(grants['secretsmanager:UpdateSecretVersionStage']).toContain(west);
  expect(grants['sts:AssumeRole']).toBeUndefined();
});

test('a credential without integration secrets makes no empty grant', () => {
  const grants = grantsOf(synthesize(exampleConfiguration({ integrations: [] })), 'Rotate');
  expect(grants['secretsmanager:UpdateSecretVersionStage']).toEqual([credential]);
});
