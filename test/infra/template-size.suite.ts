import { rmSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RotationStack } from '../../lib/infra/rotation-stack.ts';
import type { SalesforceRotationProps } from '../../lib/infra/salesforce-rotation.ts';
import { fleet, RAISED_POLICY_QUOTA } from '../bench/fleet.ts';
import { newApp } from './example.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;
/** One megabyte, by the smaller of its two meanings. */
const MOST_BYTES = 1_000_000;

/** How many secrets a managed policy holds at least, if their names are as long as here. */
const SECRETS_PER_POLICY = 50;
/** What swaps and what prepares have policies of their own. */
const POLICY_GROUPS = 2;

interface Size {
  readonly resources: number;
  readonly bytes: number;
  readonly byType: ReadonlyMap<string, number>;
}

/** Of the file that CloudFormation gets. */
function sizeOf(credentials: number, integrations: number, rotation: SalesforceRotationProps = {}): Size {
  const app = newApp();
  new RotationStack(app, 'Rotation', {
    configuration: fleet(credentials, integrations),
    rotation: { managedPolicyQuota: RAISED_POLICY_QUOTA, ...rotation },
  });
  const assembly = app.synth();
  try {
    const { template, templateFullPath } = assembly.getStackArtifact('Rotation');
    const types = Object.values<{ readonly Type: string }>(template.Resources).map(({ Type }) => Type);
    const byType = [...Map.groupBy(types, (type) => type)].map(([type, all]) => [type, all.length] as const);
    return { resources: types.length, bytes: statSync(templateFullPath).size, byType: new Map(byType) };
  } finally {
    rmSync(assembly.directory, { recursive: true, force: true });
  }
}

const PER_CREDENTIAL = [
  'AWS::SecretsManager::Secret',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::Lambda::Permission',
];

describe('the template', () => {
  test('of a hundred credentials with five integrations each, and the prompt page, is one that CloudFormation takes', () => {
    const { resources, bytes } = sizeOf(100, 5, { promptPage: {} });
    expect(resources).toBeLessThanOrEqual(MOST_RESOURCES);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  test('has four resources for each credential, and a few more for dozens of them', () => {
    const ten = sizeOf(10, 5);
    const forty = sizeOf(40, 5);
    for (const type of PER_CREDENTIAL)
      expect([type, (forty.byType.get(type) ?? 0) - (ten.byType.get(type) ?? 0)]).toEqual([type, 30]);
    expect(forty.resources - ten.resources).toBeLessThan(30 * (PER_CREDENTIAL.length + 0.5));
  });

  test('has no resource for an integration: only policies, each for dozens of them', () => {
    const five = sizeOf(10, 5);
    const fifty = sizeOf(10, 50);
    const grown = [...fifty.byType].filter(([type, count]) => count !== five.byType.get(type));
    expect(grown.map(([type]) => type)).toEqual(['AWS::IAM::ManagedPolicy']);
    expect(fifty.resources - five.resources).toBeLessThanOrEqual(
      (POLICY_GROUPS * 10 * (50 - 5)) / SECRETS_PER_POLICY,
    );
  });
});
