import { describe, expect, test } from '@jest/globals';
import { Duration, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { exampleConfiguration, newApp, synthesize } from './example.ts';
import { grantsOf, logicalId, text } from './grants.ts';
import { problemOf } from './problem.ts';
import { ORG, RotationApp, referencesOf } from './rotation-app.ts';

const JSON_INTEGRATION = { format: 'json' } as const;
const FOREIGN_ACCOUNT = 'arn:aws:secretsmanager:eu-central-1:444455556666:secret:crm-AbCdEf';
const FOREIGN_REGION = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:crm-AbCdEf';

test('constructs make what the file makes', () => {
  const { orgs, credentials } = exampleConfiguration();
  const stack = new Stack(newApp(), 'Rotation');
  const rotation = new SalesforceRotation(stack, 'Default');
  for (const [name, org] of Object.entries(orgs)) rotation.addOrg(name, org);
  const { integrations = [], ...billing } = credentials['billing'] as (typeof credentials)[string];
  const handle = rotation.addCredential('billing', billing);
  for (const integration of integrations) handle.addIntegration(integration);
  expect(Template.fromStack(stack).toJSON()['Resources']).toEqual(synthesize().toJSON()['Resources']);
});

describe('a secret that is a construct', () => {
  test('of the same stack, with a generated name: the functions are told its ARN at deployment', () => {
    const app = new RotationApp();
    app.billing({ secret: new Secret(app.stack, 'Mine') });
    const template = app.template();
    const mine = logicalId(template, 'AWS::SecretsManager::Secret', 'Mine');
    const draft = logicalId(template, 'AWS::SecretsManager::Secret', 'CredentialbillingSecretDraft');
    expect(text(referencesOf(template))).toBe(`["\${${mine}}","\${${draft}}"]`);
    expect(grantsOf(template, 'Rotate')['secretsmanager:UpdateSecretVersionStage']).toEqual([`\${${mine}}`]);
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', { SecretId: { Ref: mine } });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'secretsmanager.amazonaws.com',
      SourceArn: { Ref: mine },
    });
  });

  test('with a name of its own needs no telling, and is granted exactly', () => {
    const app = new RotationApp();
    app.billing({ secret: new Secret(app.stack, 'Mine', { secretName: 'salesforce/mine' }) });
    const template = app.template();
    expect(referencesOf(template)).toBeUndefined();
    const mine = logicalId(template, 'AWS::SecretsManager::Secret', 'Mine');
    expect(grantsOf(template, 'Rotate')['secretsmanager:UpdateSecretVersionStage']).toEqual([`\${${mine}}`]);
    template.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'salesforce/mine/draft' });
  });

  test('of the app by which integrations log in is read, wherever its name comes from', () => {
    const app = new RotationApp();
    const login = { kind: 'oauth-password', secret: new Secret(app.stack, 'App') } as const;
    app.billing({ login });
    const template = app.template();
    const created = logicalId(template, 'AWS::SecretsManager::Secret', 'App');
    expect(text(referencesOf(template))).toBe(`["\${${created}}"]`);
    expect(grantsOf(template, 'Rotate')['secretsmanager:GetSecretValue']).toContain(`\${${created}}`);
  });

  test('of a connection by an assertion is created like any other', () => {
    const app = new RotationApp();
    app.rotation.addOrg('uat', {
      loginUrl: 'https://test.salesforce.com',
      connection: {
        kind: 'jwt-bearer',
        secret: 'uat/rotator',
        createSecret: true,
        audience: 'https://test.salesforce.com',
      },
    });
    app.billing();
    app.template().hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'uat/rotator' });
  });

  test('of another stack is imported', () => {
    const app = new RotationApp();
    app
      .billing()
      .addIntegration({ ...JSON_INTEGRATION, secret: new Secret(new Stack(app.app, 'Etl'), 'Etl') });
    expect(JSON.stringify(referencesOf(app.template()))).toMatch(/"Fn::ImportValue":"Etl:ExportsOutput/);
  });

  test('of another Region travels by the references of the CDK', () => {
    const account = '111122223333';
    const app = new RotationApp(
      {},
      { env: { account, region: 'eu-central-1' }, crossRegionReferences: true },
    );
    const west = new Stack(app.app, 'West', {
      env: { account, region: 'us-west-2' },
      crossRegionReferences: true,
    });
    app.billing().addIntegration({ ...JSON_INTEGRATION, secret: new Secret(west, 'West') });
    const template = app.template();
    expect(JSON.stringify(referencesOf(template))).toMatch(/"Fn::GetAtt":\["ExportsReader/);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toMatch(/ExportsReader/);
  });

  test('that was imported is what it was imported as', () => {
    const arn = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:crm-AbCdEf';
    const partial = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:partial';
    const app = new RotationApp();
    const secrets = [
      Secret.fromSecretNameV2(app.stack, 'Named', 'etl/salesforce'),
      Secret.fromSecretCompleteArn(app.stack, 'Complete', arn),
      Secret.fromSecretPartialArn(app.stack, 'Partial', partial),
    ];
    const billing = app.billing();
    for (const secret of secrets) billing.addIntegration({ ...JSON_INTEGRATION, secret });
    const template = app.template();
    expect(referencesOf(template)).toBeUndefined();
    expect(grantsOf(template, 'Rotate')['secretsmanager:UpdateSecretVersionStage']).toEqual([
      'arn:aws:secretsmanager:REGION:ACCOUNT:secret:etl/salesforce-??????',
      'arn:aws:secretsmanager:REGION:ACCOUNT:secret:salesforce/prod/billing-??????',
      arn,
      `${partial}-??????`,
    ]);
  });

  test('with a key of its own lets the functions use the key for secrets only', () => {
    const app = new RotationApp();
    const encryptionKey = new Key(app.stack, 'Theirs');
    app.billing().addIntegration({
      ...JSON_INTEGRATION,
      secret: new Secret(app.stack, 'Encrypted', { encryptionKey }),
    });
    const template = app.template();
    const theirs = `\${${logicalId(template, 'AWS::KMS::Key', 'Theirs')}.Arn}`;
    const grants = grantsOf(template, 'Mail');
    expect(Object.keys(grants).filter((action) => grants[action]?.includes(theirs))).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
    ]);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Condition: { StringLike: { 'kms:ViaService': ['secretsmanager.*.amazonaws.com'] } },
          }),
        ]),
      },
    });
  });
});

test('a role of this app is told at deployment and may be assumed', () => {
  const app = new RotationApp();
  const roleArn = new Role(app.stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const secret = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm-AbCdEf';
  app.billing().addIntegration({ ...JSON_INTEGRATION, secret, roleArn });
  const template = app.template();
  const role = `\${${logicalId(template, 'AWS::IAM::Role', 'Reader')}.Arn}`;
  expect(text(referencesOf(template))).toBe(`["${role}"]`);
  expect(grantsOf(template, 'Watch')['sts:AssumeRole']).toEqual([role]);
});

describe('two services', () => {
  const add = (scope: Stack, id: string, secret: string) => {
    const rotation = new SalesforceRotation(scope, id);
    rotation.addOrg('prod', { ...ORG, connection: { ...ORG.connection, secret: `${secret}/rotator` } });
    rotation.addCredential('billing', { org: 'prod', secret });
    return rotation;
  };

  test("in one stack have everything twice, and no permission on what is the other one's", () => {
    const stack = new Stack(newApp(), 'Service');
    add(stack, 'Emea', 'emea/billing');
    add(stack, 'Apac', 'apac/billing');
    const template = Template.fromStack(stack);
    for (const type of ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::CloudWatch::Dashboard'])
      template.resourceCountIs(type, 2);
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 2);
    const foreign = grantsOf(template, 'EmeaRotate');
    expect(foreign['secretsmanager:PutSecretValue']?.length).toBeGreaterThan(0);
    expect(
      Object.values(foreign)
        .flat()
        .filter((arn) => arn.includes('apac')),
    ).toEqual([]);
  });

  test('in two stacks of one app do not refer to each other', () => {
    const app = newApp();
    const [emea, apac] = [new Stack(app, 'Emea'), new Stack(app, 'Apac')];
    add(emea, 'Rotation', 'emea/billing');
    add(apac, 'Rotation', 'apac/billing');
    const templates = [emea, apac].map((stack) => JSON.stringify(Template.fromStack(stack).toJSON()));
    expect(templates.filter((each) => each.includes('Fn::ImportValue'))).toEqual([]);
    expect(emea.dependencies.concat(apac.dependencies)).toEqual([]);
  });
});

test('in a stack that does not say where it is, secrets are of wherever it will be', () => {
  const app = new RotationApp();
  app.billing({ secret: FOREIGN_REGION, draft: FOREIGN_REGION.replace('crm', 'draft') });
  const [named] = grantsOf(app.template(), 'Rotate')['secretsmanager:UpdateSecretVersionStage'] ?? [];
  expect(named).toBe(FOREIGN_REGION);
});

describe('what is given instead of created', () => {
  test('a bus: events are put there, and only there', () => {
    const stack = new Stack(newApp(), 'Service');
    const eventBus = new EventBus(stack, 'Bus');
    const rotation = new SalesforceRotation(stack, 'Default', { eventBus });
    rotation.addOrg('prod', ORG);
    const template = Template.fromStack(stack);
    const bus = `\${${logicalId(template, 'AWS::Events::EventBus', 'Bus')}.Arn}`;
    expect(grantsOf(template, 'Rotate')['events:PutEvents']).toEqual([bus]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { EVENT_BUS: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Bus'), 'Arn'] } } },
    });
  });

  test('a key: everything is encrypted with it, and no other is created', () => {
    const stack = new Stack(newApp(), 'Service');
    const encryptionKey = new Key(stack, 'Given');
    new SalesforceRotation(stack, 'Default', { encryptionKey }).addOrg('prod', ORG);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 1);
    const given = { 'Fn::GetAtt': [logicalId(template, 'AWS::KMS::Key', 'Given'), 'Arn'] };
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: given });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: given });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'Logs' })]) },
    });
  });
});

test('what is added late has the tags of the stack, and is in a stage like anything else', () => {
  const stage = new Stage(newApp(), 'Production');
  const stack = new Stack(stage, 'Service');
  const rotation = new SalesforceRotation(stack, 'Default').addOrg('prod', ORG);
  rotation.addCredential('billing', { org: 'prod', secret: 'salesforce/prod/billing' });
  Tags.of(stage).add('team', 'integrations');
  const template = Template.fromStack(stack);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    Tags: [{ Key: 'team', Value: 'integrations' }],
  });
});

describe('refused where it is added, with the path', () => {
  const app = () => new RotationApp();
  const located = () => new RotationApp({}, { env: { account: '111122223333', region: 'eu-central-1' } });
  const elsewhere = () => {
    const service = located();
    const env = { account: '111122223333', region: 'us-west-2' };
    service.billing({ secret: new Secret(new Stack(service.app, 'West', { env }), 'Secret') });
  };
  const token = () => {
    const service = app();
    const secret = new Secret(service.stack, 'Url');
    service.rotation.addOrg('uat', { ...ORG, loginUrl: secret.secretArn });
  };

  test.each([
    ['an org that is added twice', () => app().rotation.addOrg('prod', ORG), /^orgs\.prod: .*already/],
    [
      'a credential that is added twice',
      () => {
        const service = app();
        service.billing();
        service.billing({ secret: 'another' });
      },
      /^credentials\.billing: .*already/,
    ],
    ['an org that is not there', () => app().billing({ org: 'uat' }), /^credentials\.billing\.org: .*"uat"/],
    [
      'an unknown key of an integration, by its place in the list',
      () =>
        app()
          .billing({ integrations: [{ secret: 'one', format: 'json' }] })
          .addIntegration({ secret: 'two', format: 'json', feilds: {} } as never),
      /^credentials\.billing\.integrations\[1\]: unknown key "feilds"/,
    ],
    [
      'an interval that Secrets Manager cannot keep',
      () => app().billing({ schedule: { every: '3h' } }),
      /^credentials\.billing\.schedule\.every: .*4 hours/,
    ],
    ['a text that is known at deployment only', token, /^orgs\.uat\.loginUrl: .*known at deployment only/],
    [
      'a secret that is to be created under an ARN',
      () =>
        app().billing({
          secret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:b-AbCdEf',
          createSecret: true,
        }),
      /^credentials\.billing\.createSecret: .*by its name/,
    ],
    [
      'a credential secret in another Region',
      elsewhere,
      /^credentials\.billing\.secret: .*another account or Region/,
    ],
    ...[
      ['account', FOREIGN_ACCOUNT],
      ['Region', FOREIGN_REGION],
    ].flatMap(([place = '', arn = '']) => [
      [
        `a credential secret in another ${place}, by its ARN`,
        () => located().billing({ secret: arn }),
        /^credentials\.billing\.secret: .*another account or Region/,
      ] as const,
      [
        `a draft in another ${place}, as it was imported`,
        () => {
          const service = located();
          service.billing({ draft: Secret.fromSecretCompleteArn(service.stack, 'Draft', arn) });
        },
        /^credentials\.billing\.draft: .*another account or Region/,
      ] as const,
    ]),
    [
      'a name that JavaScript would lose',
      () => app().rotation.addCredential('__proto__', { org: 'prod', secret: 'b' }),
      /^credentials\.__proto__: nothing can be called/,
    ],
    [
      'an org by such a name',
      () => app().rotation.addOrg('__proto__', ORG),
      /^orgs\.__proto__: nothing can be called/,
    ],
    [
      'a name that is none',
      () => app().rotation.addOrg('Prod Org', ORG),
      /^orgs\["Prod Org"\]: the name of an org is .*Rename it\.$/,
    ],
  ])('%s', (_name, act, sentence) => {
    expect(problemOf(act)).toMatch(sentence);
  });
});

describe('refused at synth, with the path', () => {
  const withCredentials = (count: number, nameOf: (index: number) => string) => {
    const service = new RotationApp({ managedPolicyQuota: 20 });
    for (let index = 1; index <= count; index += 1)
      service.rotation.addCredential(`c${index}`, { org: 'prod', secret: nameOf(index) });
    return service;
  };

  test('more credentials than CloudFormation takes in a stack: the first that does not fit', () => {
    const problem = problemOf(() => withCredentials(130, (index) => `crm/${index}`).template());
    expect(problem).toMatch(
      /^credentials\.c\d+: from here on the stack has more than the 500 resources .* in a stack of their own\.$/,
    );
    const first = Number(/c(\d+)/.exec(problem)?.[1]);
    const fitting = withCredentials(first - 1, (index) => `crm/${index}`).template();
    const resources = Object.keys(fitting.toJSON()['Resources']).length;
    expect(resources).toBeLessThanOrEqual(500);
    // Four resources each, and the policies of those that do not fit.
    expect(resources).toBeGreaterThan(480);
  });

  test('more credential secrets than the alarms can watch, which have long names', () => {
    const named = (index: number) => `${'s'.repeat(450)}/${index}`;
    expect(problemOf(() => withCredentials(40, named).template())).toMatch(
      /^credentials\.c31\.secret: from here on there are more credential secrets, or longer names, than the alarms/,
    );
    expect(() => withCredentials(30, named).template()).not.toThrow();
  });

  test('a secret with two uses', () => {
    const app = new RotationApp();
    app.billing();
    app.rotation.addCredential('worker', { org: 'prod', secret: 'salesforce/prod/billing' });
    expect(problemOf(() => app.template())).toMatch(
      /^credentials\.worker\.secret: .*used already at credentials\.billing/,
    );
  });

  test('more secrets with generated names than the environment of a function can name', () => {
    const app = new RotationApp();
    const billing = app.billing();
    for (let index = 0; index < 40; index += 1)
      billing.addIntegration({ ...JSON_INTEGRATION, secret: new Secret(app.stack, `Secret${index}`) });
    expect(problemOf(() => app.template())).toMatch(
      /^credentials\.billing\.integrations\[\d\d\]\.secret: .*4 KB.*"secretName"/,
    );
  });
});

test('what comes after the synthesis is refused, because the bundles are made', () => {
  const app = new RotationApp();
  const billing = app.billing();
  app.template();
  expect(() => app.rotation.addOrg('uat', ORG)).toThrow(/being synthesized already/);
  expect(() => billing.addIntegration({ ...JSON_INTEGRATION, secret: 'late' })).toThrow(/being synthesized/);
});

test.each([
  { longestWait: Duration.seconds(59) },
  { longestWait: Duration.days(8) },
  { managedPolicyQuota: 21 },
])('props out of their range are refused: %j', (props) => {
  expect(() => new RotationApp(props)).toThrow(/must be/);
});
