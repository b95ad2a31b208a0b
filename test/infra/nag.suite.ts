import { describe, expect, test } from '@jest/globals';
import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { everythingApp, exampleApp, ownDomainApp } from './checked-apps.ts';

/** What checks of compliance find in what is deployed, and whether each finding has its reason. */

const PACKS = {
  AwsSolutions: () => new AwsSolutionsChecks(),
  'NIST 800-53 R5': () => new NIST80053R5Checks(),
  'HIPAA Security': () => new HIPAASecurityChecks(),
  'PCI DSS 3.2.1': () => new PCIDSS321Checks(),
} as const;

type PackName = keyof typeof PACKS;

const PACK_NAMES = Object.keys(PACKS) as PackName[];

interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly says: string;
}

/** What a pack finds, either as everybody sees it or as if nothing were acknowledged. */
function findingsOf(app: App, name: PackName, heed: 'acknowledgements' | 'nothing'): Finding[] {
  const pack = PACKS[name]();
  if (heed === 'nothing') pack['isAcknowledged'] = () => false;
  return pack.validateScope(app).violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({
      rule: ruleName,
      path: String(constructPath),
      says: description,
    })),
  );
}

interface Acknowledgement {
  readonly rule: string;
  readonly path: string;
  readonly reason: string;
}

function acknowledgementsOf(app: App): Acknowledgement[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ rule: id.replace(/^Annotation::/, ''), path: node.path, reason })),
  );
}

function covers({ rule, path }: Acknowledgement, finding: Finding): boolean {
  return finding.rule === rule && `${finding.path}/`.startsWith(`${path}/`);
}

const EVERYTHING = synthesized(everythingApp());

const APPS = {
  'the published example': synthesized(exampleApp()),
  'all that can be turned on': EVERYTHING,
  "a domain of one's own": synthesized(ownDomainApp()),
};

function synthesized(app: App): App {
  app.synth();
  return app;
}

describe.each(Object.entries(APPS))('%s', (_name, app) => {
  const acknowledgements = acknowledgementsOf(app);
  const findings = PACK_NAMES.flatMap((name) => findingsOf(app, name, 'nothing'));

  test.each(PACK_NAMES)('%s finds nothing that is not acknowledged', (name) => {
    const unexplained = findingsOf(app, name, 'acknowledgements');
    expect(unexplained.map(({ rule, path, says }) => `${rule} at ${path}: ${says}`)).toEqual([]);
  });

  test('each acknowledgement is of exactly one finding', () => {
    const counted = acknowledgements.map((acknowledgement) => ({
      ...acknowledgement,
      findings: findings.filter((finding) => covers(acknowledgement, finding)).length,
    }));
    expect(counted).not.toEqual([]);
    expect(counted.filter((each) => each.findings !== 1)).toEqual([]);
  });

  test('each acknowledgement says why, in one short sentence', () => {
    for (const reason of new Set(acknowledgements.map((each) => each.reason)))
      expect(reason).toMatch(/^[A-Z].{20,118}\.$/);
  });
});

test.each(['AWS::IAM::ManagedPolicy', 'AWS::Lambda::Alias', 'AWS::Lambda::Url', 'AWS::SES::ReceiptRule'])(
  'all that can be turned on makes a resource %s',
  (type) => {
    const resources = EVERYTHING.node.findAll().filter((node) => CfnResource.isCfnResource(node));
    expect(resources.map(({ cfnResourceType }) => cfnResourceType)).toContain(type);
  },
);
