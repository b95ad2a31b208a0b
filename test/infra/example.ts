import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import { RotationStack } from '../../lib/infra/rotation-stack.ts';
import type { SalesforceRotationProps } from '../../lib/infra/salesforce-rotation.ts';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const EXAMPLE_FILE = fileURLToPath(
  new URL('../../docs/examples/rotation.config.json', import.meta.url),
);

type CredentialInput = ConfigurationInput['credentials'][string];

/** The published example, and with parts of its one credential replaced. */
export function exampleConfiguration(credential: Partial<CredentialInput> = {}): ConfigurationInput {
  const example = JSON.parse(readFileSync(EXAMPLE_FILE, 'utf8')) as ConfigurationInput;
  const billing = example.credentials['billing'] as CredentialInput;
  return { ...example, credentials: { billing: { ...billing, ...credential } } };
}

/** The template of a configuration, with what cdk.json sets; the handlers are not bundled. */
export function synthesize(
  configuration: ConfigurationInput = exampleConfiguration(),
  rotation: SalesforceRotationProps = {},
): Template {
  return Template.fromStack(new RotationStack(newApp(), 'Rotation', { configuration, rotation }));
}

/** An app with what cdk.json sets; the handlers are not bundled. */
export function newApp(): App {
  const cdkJson = JSON.parse(readFileSync(`${PROJECT_ROOT}/cdk.json`, 'utf8')) as {
    context: Record<string, unknown>;
  };
  return new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } });
}
