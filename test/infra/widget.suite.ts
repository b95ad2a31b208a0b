import { describe, expect, test } from '@jest/globals';
import { synthesize } from './example.ts';
import { grantsOf, logicalId } from './grants.ts';

const template = synthesize();
const idOf = (type: string, prefix: string) => logicalId(template, type, prefix);
const arnOf = (type: string, prefix: string) => ({ 'Fn::GetAtt': [idOf(type, prefix), 'Arn'] });
const own = (type: string, prefix: string) => `\${${idOf(type, prefix)}.Arn}`;
const widget = arnOf('AWS::Lambda::Function', 'WidgetFunction');

describe('the widget function', () => {
  test('is told the ledger and the watch function, and of no secret, queue, topic or bus', () => {
    const created = template.findResources('AWS::Lambda::Function')[widget['Fn::GetAtt'][0] ?? ''];
    expect(created?.['Properties'].Environment.Variables).toEqual({
      LEDGER_TABLE: { Ref: idOf('AWS::DynamoDB::Table', 'Ledger') },
      WATCH_FUNCTION_ARN: arnOf('AWS::Lambda::Function', 'WatchFunction'),
      ROTATION_CONFIG: 'rotation.config.json',
      AWS_MAX_ATTEMPTS: '8',
    });
  });

  test('may read the ledger, write its log and traces, and nothing else', () => {
    const log = own('AWS::Logs::LogGroup', 'WidgetLogs');
    const key = own('AWS::KMS::Key', 'Key');
    expect(grantsOf(template, 'Widget')).toEqual({
      'dynamodb:GetItem': [own('AWS::DynamoDB::Table', 'Ledger')],
      'kms:Decrypt': [key],
      'kms:DescribeKey': [key],
      'logs:CreateLogStream': [log],
      'logs:PutLogEvents': [log],
      'xray:PutTelemetryRecords': ['*'],
      'xray:PutTraceSegments': ['*'],
    });
  });

  test('may use the key for the ledger only', () => {
    const role = idOf('AWS::IAM::Role', 'WidgetRole');
    const conditions = Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')))
      .map(({ Condition }) => Condition);
    const endpoint = { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] };
    expect(conditions).toEqual([{ StringLike: { 'kms:ViaService': [endpoint] } }]);
  });

  test('is none of those who may read a draft', () => {
    const role = idOf('AWS::IAM::Role', 'WidgetRole');
    const policies = Object.values(template.findResources('AWS::SecretsManager::ResourcePolicy'));
    expect(policies).not.toEqual([]);
    for (const policy of policies) expect(JSON.stringify(policy)).not.toContain(role);
  });

  test('is invoked by those who look at the dashboard, and by no service', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(
      permissions.filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes('Widget')),
    ).toEqual([]);
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: unknown;
}

test('the dashboard draws the fleet across its whole width, anew at each refresh', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const parts = dashboard?.['Properties'].DashboardBody['Fn::Join'][1] as readonly unknown[];
  const body = JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : referenceIn(part))).join(''),
  );
  const custom = (body.widgets as readonly CustomWidget[]).filter(({ type }) => type === 'custom');
  expect(custom).toEqual([
    {
      type: 'custom',
      x: 0,
      y: expect.any(Number),
      width: 24,
      height: 10,
      properties: {
        endpoint: widget['Fn::GetAtt'].join('.'),
        title: 'Fleet',
        updateOn: { refresh: true, resize: false, timeRange: false },
      },
    },
  ]);
});

interface CustomWidget {
  readonly type: string;
}

/** A reference as text that may stand in JSON. */
function referenceIn(part: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = part as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.join('.') ?? '';
}
