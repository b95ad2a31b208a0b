import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { DEFAULT_COMMAND_FUNCTION } from '../../lib/core/config/deployed-names.ts';
import type { CredentialProps } from '../../lib/infra/credential-props.ts';
import { PAGE_LIMIT_A_MINUTE } from '../../lib/infra/observability/alarms.ts';
import { SalesforceRotation, type SalesforceRotationProps } from '../../lib/infra/salesforce-rotation.ts';
import { LIMITS } from '../../lib/page/http/limits.ts';
import { exampleConfiguration, newApp, PROJECT_ROOT, synthesize } from './example.ts';
import { grantsOf, logicalId } from './grants.ts';
import { functionOf, promptUrlOf } from './prompt-urls.ts';
import { RotationApp } from './rotation-app.ts';

const ASKED = { token: { sources: ['operator'] } } satisfies Partial<CredentialProps>;

const template = synthesize(exampleConfiguration(ASKED));
const idOf = (type: string, prefix: string) => logicalId(template, type, prefix);
const own = (type: string, prefix: string) => `\${${idOf(type, prefix)}.Arn}`;

describe('the prompt page', () => {
  test('is not there where nobody needs it', () => {
    const none = synthesize();
    none.resourceCountIs('AWS::Lambda::Url', 0);
    expect(() => functionOf(none, 'Intake')).toThrow('0 resources begin with');
    expect(promptUrlOf(none, 'Watch')).toBeUndefined();
    expect(Object.keys(none.findOutputs('*'))).not.toContain('PromptUrl');
  });

  test('comes with the first credential whose token a person may bring, and only once', () => {
    const { rotation, ...app } = new RotationApp();
    const add = (name: string, props: Partial<CredentialProps>) =>
      rotation.addCredential(name, { org: 'prod', secret: name, ...props });
    add('mailed', {});
    expect([rotation.intakeFunction, rotation.promptUrl]).toEqual([undefined, undefined]);
    add('asked', ASKED);
    const { intakeFunction } = rotation;
    expect(intakeFunction).toBeDefined();
    add('asked-too', { token: { sources: ['mailbox', 'operator'] } });
    expect(rotation.intakeFunction).toBe(intakeFunction);
    expect(rotation.promptUrl).toBeDefined();
    expect(rotation.promptDomainTarget).toBeUndefined();
    expect(app.stack).toBeInstanceOf(Stack);
  });

  test('comes without such a credential, too, where it is asked for', () => {
    synthesize(exampleConfiguration(), { promptPage: {} }).resourceCountIs('AWS::Lambda::Url', 1);
  });

  describe('that there is none for what people are asked after an outside change', () => {
    const toldBy = (
      credentials: readonly Partial<CredentialProps>[],
      props: SalesforceRotationProps = {},
    ) => {
      const { rotation, stack } = new RotationApp(props);
      for (const [index, credential] of credentials.entries()) {
        const secret = `secret-${index}`;
        rotation.addCredential(`credential-${index}`, { org: 'prod', secret, ...credential });
      }
      return Annotations.fromStack(stack)
        .findInfo('*', Match.anyValue())
        .map(({ entry }) => String(entry.data));
    };

    test('is said once, with the ways out', () => {
      const [said, ...others] = toldBy([{}, { onOutsideChange: 'prompt' }, { onOutsideChange: 'alert' }]);
      expect(said).toMatch(
        /credential-0 and 1 more\)\. .*"sfrotate token --with-password".*"-c promptPage=on".*"-c promptPage=off"/,
      );
      expect(others).toEqual([]);
    });

    test.each<[string, Partial<CredentialProps>, SalesforceRotationProps]>([
      ['there is one', ASKED, {}],
      ['it is asked for', {}, { promptPage: {} }],
      ['it is turned off', {}, { promptPage: false }],
      ['nobody is asked', { onOutsideChange: 'take-over' }, {}],
    ])('is not said where %s', (_where, credential, props) => {
      expect(toldBy([credential], props)).toEqual([]);
    });
  });

  test('can be turned off, whoever needs it', () => {
    const none = synthesize(exampleConfiguration(ASKED), { promptPage: false });
    none.resourceCountIs('AWS::Lambda::Url', 0);
    expect(promptUrlOf(none, 'Advance')).toBeUndefined();
  });

  test('costs few resources', () => {
    const count = (of: Template) => Object.keys(of.toJSON()['Resources']).length;
    expect(count(template) - count(synthesize())).toBeLessThanOrEqual(8);
  });
});

describe('its function', () => {
  test('is told the ledger, and by its name the function that takes commands', () => {
    expect(functionOf(template, 'Intake').Environment.Variables).toEqual({
      LEDGER_TABLE: { Ref: idOf('AWS::DynamoDB::Table', 'Ledger') },
      COMMAND_FUNCTION: 'Rotation-watch',
      ROTATION_CONFIG: 'rotation.config.json',
      AWS_MAX_ATTEMPTS: '8',
    });
    expect(functionOf(template, 'Watch').FunctionName).toBe('Rotation-watch');
  });

  test('may read the ledger and count in it, call the watch function, and nothing else', () => {
    const log = own('AWS::Logs::LogGroup', 'IntakeLogs');
    const key = own('AWS::KMS::Key', 'Key');
    const ledger = own('AWS::DynamoDB::Table', 'Ledger');
    expect(grantsOf(template, 'Intake')).toEqual({
      'dynamodb:GetItem': [ledger],
      'dynamodb:UpdateItem': [ledger],
      'kms:Decrypt': [key],
      'kms:DescribeKey': [key],
      'kms:Encrypt': [key],
      'kms:GenerateDataKey': [key],
      'kms:ReEncryptFrom': [key],
      'kms:ReEncryptTo': [key],
      'lambda:InvokeFunction': ['arn:aws:lambda:REGION:ACCOUNT:function:Rotation-watch'],
      'logs:CreateLogStream': [log],
      'logs:PutLogEvents': [log],
      'xray:PutTelemetryRecords': ['*'],
      'xray:PutTraceSegments': ['*'],
    });
  });

  test('writes nothing of the ledger but counters, and uses the key for the ledger only', () => {
    const role = idOf('AWS::IAM::Role', 'IntakeRole');
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
    const conditionOf = (wanted: string) =>
      statements.find(({ Action }) => [Action].flat().includes(wanted))?.Condition;
    expect(conditionOf('dynamodb:UpdateItem')).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['rate#*'] },
    });
    const endpoint = { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] };
    expect(conditionOf('kms:Encrypt')).toEqual({ StringLike: { 'kms:ViaService': [endpoint] } });
  });

  test('is none of those who may read a draft', () => {
    const policies = Object.values(template.findResources('AWS::SecretsManager::ResourcePolicy'));
    expect(policies).not.toEqual([]);
    for (const policy of policies)
      expect(JSON.stringify(policy)).not.toContain(idOf('AWS::IAM::Role', 'IntakeRole'));
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: unknown;
}

describe('its function URL', () => {
  const intake = { 'Fn::GetAtt': [idOf('AWS::Lambda::Function', 'IntakeFunction'), 'Arn'] };

  test('is for everybody, and for pages of its own only', () => {
    template.hasResourceProperties('AWS::Lambda::Url', {
      AuthType: 'NONE',
      TargetFunctionArn: intake,
      Cors: Match.absent(),
    });
  });

  test('opens the function to whoever comes by it, and to nobody else', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes('IntakeFunction'));
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunctionUrl',
        FunctionName: intake,
        FunctionUrlAuthType: 'NONE',
        Principal: '*',
      },
      { Action: 'lambda:InvokeFunction', FunctionName: intake, InvokedViaFunctionUrl: true, Principal: '*' },
    ]);
  });

  test('no other function has one', () => {
    template.resourceCountIs('AWS::Lambda::Url', 1);
  });

  test.each(['Rotate', 'Advance', 'Watch', 'Mail'])('%s tells people of it', (name) => {
    const url = { 'Fn::GetAtt': [idOf('AWS::Lambda::Url', 'IntakeFunction'), 'FunctionUrl'] };
    expect(promptUrlOf(template, name)).toEqual(url);
    template.hasOutput('PromptUrl', { Value: url });
  });
});

describe('the name of the function that takes commands', () => {
  test.each([
    ['SalesforceCredentialRotation', 'Default', DEFAULT_COMMAND_FUNCTION],
    ['with-hyphens', 'Default', 'with-hyphens-watch'],
    ['Service', 'Rotation', expect.stringMatching(/^Service-Rotation-[0-9A-F]{8}-watch$/)],
    ['S'.repeat(128), 'Rotation', expect.stringMatching(/^S{30,}.*-[0-9A-F]{8}-watch$/)],
  ])('fits, and is told to the page: %s, %s', (stackName, id, expected) => {
    const { created, told } = commandFunctionIn(stackName, id);
    expect(created).toEqual(expected);
    expect(created.length).toBeLessThanOrEqual(64);
    expect(told).toBe(created);
  });

  test('is another for each service of a stack', () => {
    expect(commandFunctionIn('Service', 'One').created).not.toBe(commandFunctionIn('Service', 'Two').created);
  });
});

function commandFunctionIn(
  stackName: string,
  id: string,
): { readonly created: string; readonly told: string } {
  const stack = new Stack(newApp(), stackName);
  new SalesforceRotation(stack, id, { promptPage: {} });
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const created = functions
    .map(({ Properties }) => Properties.FunctionName)
    .filter((name) => name !== undefined);
  const told = functions.flatMap(({ Properties }) => Properties.Environment.Variables.COMMAND_FUNCTION ?? []);
  expect([created.length, told.length]).toEqual([1, 1]);
  return { created: created[0], told: told[0] };
}

describe('alarms and dashboard', () => {
  const alarms = (of: Template) =>
    Object.entries(of.findResources('AWS::CloudWatch::Alarm')).map(
      ([id, { Properties }]) =>
        [id.replace(/^Alarms|[0-9A-F]{8}$/g, ''), JSON.stringify(Properties)] as const,
    );
  const alarmOf = (of: Template, name: string) => new Map(alarms(of)).get(name) ?? '';

  test('a flood is what the page itself refuses', () => {
    expect(PAGE_LIMIT_A_MINUTE).toBe(LIMITS.allReads + LIMITS.allWrites);
    const flooded = alarmOf(template, 'PageFlooded');
    expect(flooded).toContain(`"Threshold":${PAGE_LIMIT_A_MINUTE}`);
    expect(flooded).toContain('"Period":60');
    for (const metric of ['Invocations', 'Throttles']) expect(flooded).toContain(`"MetricName":"${metric}"`);
    expect(flooded).toContain('IntakeFunction');
  });

  test('the errors of the page are among those of the functions', () => {
    expect(alarmOf(template, 'FunctionErrors')).toContain('IntakeFunction');
    expect(alarmOf(synthesize(), 'FunctionErrors')).not.toContain('IntakeFunction');
  });

  test('a prompt that nobody answered is counted wherever it is escalated', () => {
    const escalating = synthesize(exampleConfiguration({ prompt: { escalate: { after: '4h' } } }));
    const unanswered = alarmOf(escalating, 'PromptUnanswered');
    for (const service of ['advance', 'watch', 'mail'])
      expect(unanswered).toContain(
        `"Dimensions":[{"Name":"service","Value":"${service}"}],"MetricName":"TokenEscalated"`,
      );
    expect(alarmOf(template, 'PromptUnanswered')).toBe('');
  });

  test('each alarm has its remedy in the guide', () => {
    const guide = readFileSync(`${PROJECT_ROOT}/docs/operations.md`, 'utf8');
    const both = [template, synthesize(exampleConfiguration({ prompt: { escalate: { after: '4h' } } }))];
    const names = new Set(both.flatMap((of) => alarms(of).map(([name]) => name)));
    expect([...names]).toEqual(expect.arrayContaining(['PageFlooded', 'PromptUnanswered', 'WatchSilent']));
    for (const name of names)
      expect(guide).toMatch(new RegExp(`^\\| \`${name}\` +\\| .{10,} \\| .{10,} \\|$`, 'm'));
  });

  test('the dashboard shows the page where there is one', () => {
    const bodyOf = (of: Template) => JSON.stringify(of.findResources('AWS::CloudWatch::Dashboard'));
    expect(bodyOf(template)).toContain('Requests to the prompt page');
    expect(bodyOf(synthesize())).not.toContain('Requests to the prompt page');
  });
});
