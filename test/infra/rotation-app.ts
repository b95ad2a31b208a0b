import { type App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CredentialProps } from '../../lib/infra/credential-props.ts';
import { SalesforceRotation, type SalesforceRotationProps } from '../../lib/infra/salesforce-rotation.ts';
import { newApp } from './example.ts';

export const ORG = {
  loginUrl: 'https://acme.my.salesforce.com',
  connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
} as const;

/** A stack with the constructs and the org "prod"; a test adds what it is about. */
export class RotationApp {
  readonly app: App;
  readonly stack: Stack;
  readonly rotation: SalesforceRotation;

  constructor(props: SalesforceRotationProps = {}, stackProps: StackProps = {}) {
    this.app = newApp();
    this.stack = new Stack(this.app, 'Service', stackProps);
    this.rotation = new SalesforceRotation(this.stack, 'Default', props);
    this.rotation.addOrg('prod', ORG);
  }

  /** Adds "billing". */
  billing(changes: Partial<CredentialProps> = {}) {
    return this.rotation.addCredential('billing', {
      org: 'prod',
      secret: 'salesforce/prod/billing',
      ...changes,
    });
  }

  template(): Template {
    return Template.fromStack(this.stack);
  }
}

/** What a function is told of the references in its configuration. */
export function referencesOf(template: Template): unknown {
  const values = Object.values(template.findResources('AWS::Lambda::Function'))
    .map((each) => each['Properties'].Environment?.Variables)
    .filter((variables) => variables?.LEDGER_TABLE !== undefined)
    .map((variables) => variables.ROTATION_REFERENCES);
  const [first, ...others] = values.map((value) => JSON.stringify(value));
  if (others.some((other) => other !== first)) throw new Error('the functions are not told the same');
  return values[0];
}
