import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type Configuration, readConfiguration } from '../../lib/core/config/load.ts';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { text } from './grants.ts';
import { ORG, referencesOf } from './rotation-app.ts';

/**
 * With real bundles: two services in one app, of which one stack is selected, as
 * `cdk deploy Selected` does.
 */
let outdir: string;
let selected: Template;
let left: Template;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'sfrotate-late-'));
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': ['Selected'] } });
  const stack = new Stack(app, 'Selected');
  const billing = new SalesforceRotation(stack, 'Rotation').addOrg('prod', ORG).addCredential('billing', {
    org: 'prod',
    secret: new Secret(stack, 'Billing'),
  });
  // After the functions exist.
  billing.addIntegration({ secret: 'etl/airflow', format: 'airflow-uri' });
  new SalesforceRotation(stack, 'Second').addOrg('uat', ORG);
  const other = new Stack(app, 'Left');
  new SalesforceRotation(other, 'Rotation')
    .addOrg('prod', ORG)
    .addCredential('worker', { org: 'prod', secret: 'w' });
  selected = Template.fromStack(stack);
  left = Template.fromStack(other);
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function bundles(): readonly string[] {
  return readdirSync(outdir)
    .map((name) => join(outdir, name))
    .filter((path) => existsSync(join(path, 'index.mjs')));
}

function configurationIn(bundle: string, references: readonly string[] = []): Configuration {
  return readConfiguration(readFileSync(join(bundle, 'rotation.config.json'), 'utf8'), references);
}

describe('the configuration in the bundles', () => {
  test('is complete, although the functions came first, and each service has its own', () => {
    const names = bundles().map((bundle) => [...configurationIn(bundle).credentials.keys()].join());
    // Five functions of each of the two services in the selected stack.
    expect(names.sort()).toEqual([...Array(5).fill(''), ...Array(5).fill('billing')]);
    const billing = bundles()
      .map((bundle) => configurationIn(bundle).credentials.get('billing'))
      .find((credential) => credential !== undefined);
    expect(billing?.integrations).toEqual([{ secret: 'etl/airflow', format: 'airflow-uri' }]);
  });

  test('is the one of the function whose code it is', () => {
    for (const { Properties } of Object.values(selected.findResources('AWS::Lambda::Function'))) {
      const bundle = join(outdir, `asset.${String(Properties.Code.S3Key).replace(/\.zip$/, '')}`);
      const expected = Properties.Environment.Variables.ROTATION_REFERENCES === undefined ? [] : ['billing'];
      expect([...configurationIn(bundle).credentials.keys()]).toEqual(expected);
    }
  });

  test('and the variable of the function together name the secrets as they are deployed', () => {
    const [withReferences] = Object.values(selected.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.Environment.Variables.ROTATION_REFERENCES !== undefined,
    );
    const deployed = text(withReferences?.['Properties'].Environment.Variables.ROTATION_REFERENCES)
      .replace(/\$\{Billing.*?\}/, 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Billing-AbCdEf')
      .replace(/\$\{Rotation.*?\}/, 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Draft-AbCdEf');
    const bundle = bundles().find((path) => configurationIn(path).credentials.size > 0) ?? '';
    const credential = configurationIn(bundle, JSON.parse(deployed)).credentials.get('billing');
    expect(credential).toMatchObject({
      secret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Billing-AbCdEf',
      draftSecret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Draft-AbCdEf',
    });
  });
});

test('a stack that is not selected is not bundled, and synthesized all the same', () => {
  expect(bundles()).toHaveLength(10);
  left.resourceCountIs('AWS::Lambda::Function', 5);
  expect(referencesOf(left)).toBeUndefined();
});
