import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import { fleet } from '../bench/fleet.ts';
import { exampleConfiguration, synthesize } from './example.ts';
import { logicalId } from './grants.ts';

/** Of an event pattern. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_CHARACTERS = 2_048;
const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:salesforce/';

interface EditPattern {
  readonly 'detail-type': readonly string[];
  readonly resources?: readonly unknown[];
  readonly detail: { readonly labelUpdated: readonly string[]; readonly name?: readonly string[] };
}

interface Rule {
  readonly id: string;
  readonly pattern: EditPattern;
  readonly targets: readonly { readonly Arn: unknown }[];
}

/** The rules that catch what Secrets Manager says of labels. */
function rulesIn(template: Template): readonly Rule[] {
  return Object.entries(template.findResources('AWS::Events::Rule'))
    .map(([id, { Properties }]) => ({ id, pattern: Properties.EventPattern, targets: Properties.Targets }))
    .filter(({ pattern }) => pattern?.['detail-type'].includes('Secret Label Updated') === true);
}

/** The ARNs that the policy of the watch function lets EventBridge call it for. */
function callersOfWatch(template: Template): readonly unknown[] {
  const watch = logicalId(template, 'AWS::Lambda::Function', 'WatchFunction');
  return Object.values(template.findResources('AWS::Lambda::Permission'))
    .map(({ Properties }) => Properties)
    .filter(({ FunctionName }) => FunctionName['Fn::GetAtt']?.[0] === watch)
    .map(({ SourceArn }) => SourceArn);
}

function labelMoved(secrets: object, name: object = {}): object {
  return {
    source: ['aws.secretsmanager'],
    'detail-type': ['Secret Label Updated'],
    ...secrets,
    detail: { labelUpdated: ['AWSCURRENT'], ...name },
  };
}

/** The example, with a credential for each secret. */
function withSecrets(...secrets: readonly string[]): ConfigurationInput {
  const { integrations: _none, ...billing } = exampleConfiguration().credentials['billing'] ?? {};
  const entries = secrets.map((secret, index) => {
    const credential = { ...billing, org: 'prod', secret, draft: `drafts/${index}` };
    return [`credential-${index}`, credential] as const;
  });
  return { ...exampleConfiguration(), credentials: Object.fromEntries(entries) };
}

describe('another version of a credential secret', () => {
  test('calls the watch function by the rule that calls it every five minutes', () => {
    const template = synthesize();
    const [rule, ...others] = rulesIn(template);
    expect(others).toEqual([]);
    expect(rule?.id).toBe(logicalId(template, 'AWS::Events::Rule', 'WatchSchedule'));
  });

  test('is known by the name of the secret as a whole: no draft, no integration secret, no longer name', () => {
    expect(rulesIn(synthesize()).map(({ pattern }) => pattern)).toEqual([
      labelMoved({}, { name: ['salesforce/prod/billing'] }),
    ]);
  });

  test('is known by the ARN where the configuration has one, with or without its suffix', () => {
    const patterns = rulesIn(synthesize(withSecrets(`${ARN}whole-AbCdEf`, `${ARN}open`))).map(
      ({ pattern }) => pattern,
    );
    expect(patterns).toEqual([labelMoved({ resources: [`${ARN}whole-AbCdEf`, { prefix: `${ARN}open-` }] })]);
  });

  test('is known by either where the configuration has both: by one rule for the names and one for the ARNs', () => {
    const patterns = rulesIn(synthesize(withSecrets(`${ARN}whole-AbCdEf`, 'named'))).map(
      ({ pattern }) => pattern,
    );
    expect(patterns).toEqual([
      labelMoved({}, { name: ['named'] }),
      labelMoved({ resources: [`${ARN}whole-AbCdEf`] }),
    ]);
  });

  test("is nobody's where there are no credentials", () => {
    expect(rulesIn(synthesize(fleet(0, 0)))).toEqual([]);
  });
});

describe('more credential secrets than one pattern holds', () => {
  const configuration = fleet(100, 0);
  const template = synthesize(configuration);
  const rules = rulesIn(template);

  test('are divided among rules that EventBridge takes', () => {
    expect(rules.length).toBeGreaterThan(1);
    for (const { pattern } of rules)
      expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(MOST_CHARACTERS);
  });

  test('are each in one of them', () => {
    const names = rules.flatMap(({ pattern }) => pattern.detail.name ?? []);
    expect(names).toEqual(Object.values(configuration.credentials).map(({ secret }) => secret));
  });

  test('all call the watch function, whose policy names each rule and nobody else', () => {
    const watch = logicalId(template, 'AWS::Lambda::Function', 'WatchFunction');
    for (const { targets } of rules)
      expect(targets.map(({ Arn }) => Arn)).toEqual([{ 'Fn::GetAtt': [watch, 'Arn'] }]);
    expect(callersOfWatch(template)).toEqual(rules.map(({ id }) => ({ 'Fn::GetAtt': [id, 'Arn'] })));
  });
});
