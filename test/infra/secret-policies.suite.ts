import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import { exampleConfiguration, synthesize } from './example.ts';
import { grantsOf, text } from './grants.ts';
import { problemOf } from './problem.ts';

/** Names as long as people give them. */
function fleet(credentials: number, integrations: number): ConfigurationInput {
  const named = Array.from({ length: credentials }, (_, index) => {
    const name = `credential-${String(index).padStart(3, '0')}`;
    return [
      name,
      {
        org: 'prod',
        secret: `salesforce/prod/${name}`,
        integrations: Array.from({ length: integrations }, (_, number) => ({
          secret: `${name}/job-${number}`,
          format: 'json' as const,
        })),
      },
    ] as const;
  });
  return { orgs: exampleConfiguration().orgs, credentials: Object.fromEntries(named) };
}

/** As IAM counts it, without white space, in the Region with the longest name. */
function lengthOf(document: unknown): number {
  const written = JSON.stringify(document, (_key, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if (!('Ref' in value || 'Fn::GetAtt' in value || 'Fn::Join' in value)) return value;
    return text(value)
      .replaceAll(/\$\{(.*)\}/g, arnOf)
      .replaceAll('REGION', 'ap-southeast-1')
      .replaceAll('ACCOUNT', '111122223333');
  });
  return written.length;
}

/** An ARN as long as that of a resource of the stack. */
function arnOf(_text: string, id: string): string {
  const name = WIDE.findResources('AWS::SecretsManager::Secret')[id]?.['Properties'].Name as
    | string
    | undefined;
  if (name === undefined) return 'x'.repeat(130);
  return `arn:aws:secretsmanager:REGION:ACCOUNT:secret:${name}-AbCdEf`;
}

interface PolicyResource {
  readonly PolicyDocument: unknown;
  readonly Roles: readonly unknown[];
}

function policiesOf(template: Template, type: string): readonly PolicyResource[] {
  return Object.values(template.findResources(type)).map((each) => each['Properties'] as PolicyResource);
}

const WIDE = synthesize(fleet(96, 4));
const ROLES = ['Rotate', 'Advance', 'Watch', 'Mail'];

describe('a hundred credentials', () => {
  test.each(ROLES)("%s's inline policies stay within the 10,240 characters of a role", (role) => {
    const inline = policiesOf(WIDE, 'AWS::IAM::Policy').filter(({ Roles }) =>
      Roles.some((each) => text(each).startsWith(`\${${role}Role`)),
    );
    const total = inline.reduce((sum, { PolicyDocument }) => sum + lengthOf(PolicyDocument), 0);
    expect(inline).toHaveLength(2);
    expect(total).toBeLessThanOrEqual(10_240);
    // Most of it is used: the room that is left for secrets is not too small.
    expect(total).toBeGreaterThan(8_000);
  });

  test('managed policies stay within 6,144 characters each', () => {
    const managed = policiesOf(WIDE, 'AWS::IAM::ManagedPolicy');
    expect(managed.length).toBeGreaterThan(10);
    for (const { PolicyDocument } of managed) expect(lengthOf(PolicyDocument)).toBeLessThanOrEqual(6_144);
  });

  test.each(ROLES)('%s has at most ten of them', (role) => {
    const managed = policiesOf(WIDE, 'AWS::IAM::ManagedPolicy').filter(({ Roles }) =>
      Roles.some((each) => text(each).startsWith(`\${${role}Role`)),
    );
    expect(managed.length).toBeGreaterThan(0);
    expect(managed.length).toBeLessThanOrEqual(10);
  });

  test('every secret is granted once, in whichever policy it is', () => {
    const commit = grantsOf(WIDE, 'Rotate');
    expect(new Set(commit['secretsmanager:UpdateSecretVersionStage']).size).toBe(96 * 5);
    expect(commit['secretsmanager:UpdateSecretVersionStage']).toHaveLength(96 * 5);
    expect(commit['secretsmanager:PutSecretValue']).toHaveLength(96 * 6);
    const reconciliation = grantsOf(WIDE, 'Advance');
    expect(reconciliation['secretsmanager:RotateSecret']).toHaveLength(96);
    expect(reconciliation['secretsmanager:GetSecretValue']).toHaveLength(96 * 6 + 1);
    expect(grantsOf(WIDE, 'Mail')['secretsmanager:GetSecretValue']).toHaveLength(96 * 2 + 1);
  });

  test('stay under the 500 resources of a stack, and grow with credentials, not with their integrations', () => {
    const count = (template: Template) => Object.keys(template.toJSON()['Resources']).length;
    expect(count(WIDE)).toBeLessThan(500);
    const without = synthesize(fleet(96, 0));
    const managed = policiesOf(WIDE, 'AWS::IAM::ManagedPolicy').length;
    const managedWithout = policiesOf(without, 'AWS::IAM::ManagedPolicy').length;
    expect(count(WIDE) - managed).toBe(count(without) - managedWithout);
  });

  test('no more than thirty secrets have a permission in one policy of Lambda, which holds 20 KB', () => {
    const targets = Object.values(WIDE.findResources('AWS::Lambda::Permission'))
      .filter(({ Properties }) => Properties.Principal === 'secretsmanager.amazonaws.com')
      .map(({ Properties }) => text(Properties.FunctionName));
    const byTarget = Map.groupBy(targets, (target) => target);
    expect([...byTarget.values()].map((permissions) => permissions.length)).toEqual([30, 30, 30, 6]);
    WIDE.allResourcesProperties('AWS::Lambda::Alias', { FunctionVersion: '$LATEST' });
    expect(grantsOf(WIDE, 'Advance')['lambda:InvokeFunction']).toEqual([...byTarget.keys()].sort());
  });

  test('each schedule starts what has the permission for its secret', () => {
    const permitted = new Map(
      Object.values(WIDE.findResources('AWS::Lambda::Permission')).map(({ Properties }) => [
        text(Properties.SourceArn ?? ''),
        text(Properties.FunctionName),
      ]),
    );
    for (const { Properties } of Object.values(WIDE.findResources('AWS::SecretsManager::RotationSchedule'))) {
      const arn = `arn:aws:secretsmanager:REGION:ACCOUNT:secret:${Properties.SecretId}-??????`;
      expect(permitted.get(arn)).toBe(text(Properties.RotationLambdaARN));
    }
  });

  test('the events of all their secrets are caught, by patterns of at most 2,048 characters', () => {
    for (const eventName of ['RotationFailed', 'RotationAbandoned']) {
      const patterns = Object.values(WIDE.findResources('AWS::Events::Rule'))
        .map(({ Properties }) => Properties.EventPattern)
        .filter((pattern) => pattern?.detail.eventName?.[0] === eventName);
      const secrets = patterns.flatMap(({ detail }) => detail.additionalEventData.SecretId as unknown[]);
      expect(secrets).toHaveLength(96);
      for (const pattern of patterns) expect(lengthOf(pattern)).toBeLessThanOrEqual(2_048);
    }
  });
});

test('more secrets than the policies hold are refused by the path of the first, with the ways out', () => {
  const problem = problemOf(() => synthesize(fleet(120, 4)));
  expect(problem).toMatch(/^credentials\.credential-\d{3}\.integrations\[\d\]\.secret: .*"envelope".*quota/);
  expect(problem.split('\n')).toHaveLength(1);
});

test('an account with a higher quota holds more', () => {
  const many = fleet(100, 6);
  expect(problemOf(() => synthesize(many))).toMatch(/^credentials\./);
  expect(() => synthesize(many, { managedPolicyQuota: 20 })).not.toThrow();
});

test('a service without credentials is deployed, and grants nothing on secrets', () => {
  const grants = grantsOf(synthesize(fleet(0, 0)), 'Rotate');
  expect(Object.keys(grants).filter((action) => action.startsWith('secretsmanager:'))).toEqual([
    'secretsmanager:BatchGetSecretValue',
  ]);
});
