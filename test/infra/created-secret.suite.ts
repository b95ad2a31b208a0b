import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { FIXED_FORMATS } from '../../lib/core/config/integration.ts';
import { parseConnection } from '../../lib/core/domain/connection.ts';
import { parseCredential } from '../../lib/core/domain/credential-value.ts';
import { formatOf } from '../../lib/core/formats/registry.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import type { IntegrationProps } from '../../lib/infra/credential-props.ts';
import { grantsOf, logicalId } from './grants.ts';
import { ORG, RotationApp } from './rotation-app.ts';

type FixedFormat = (typeof FIXED_FORMATS)[number];

const VALUE = {
  kind: 'password',
  username: 'billing@acme.example',
  password: Redacted.of('p'),
  securityToken: Redacted.of('t'),
  loginUrl: 'https://acme.my.salesforce.com',
  passwordChangedAt: undefined,
  rotationId: undefined,
} as const;

function contentOf(template: Template, name: string): Redacted {
  const found = Object.values(template.findResources('AWS::SecretsManager::Secret')).find(
    (each) => each['Properties'].Name === name,
  );
  return Redacted.of(found?.['Properties'].SecretString as string);
}

const app = new RotationApp();
app.rotation.addOrg('uat', {
  ...ORG,
  connection: { ...ORG.connection, secret: 'uat/rotator', createSecret: true },
});
app
  .billing({ secret: 'billing', createSecret: true })
  .addIntegration({ secret: 'etl', format: 'json', createSecret: true });
const template = app.template();

describe('a created secret', () => {
  test('of a credential is refused with the fields that are missing', () => {
    expect(parseCredential(contentOf(template, 'billing'))).toEqual({
      kind: 'unusable',
      problem: 'it lacks "username", "password", "loginUrl" as non-empty text',
    });
  });

  test('of a connection is refused with the fields that are missing', () => {
    const read = (kind: 'client-credentials' | 'jwt-bearer') =>
      parseConnection(contentOf(template, 'uat/rotator'), ORG.loginUrl, { kind, secret: 'uat/rotator' });
    expect(read('client-credentials')).toEqual({
      kind: 'unusable',
      problem: 'it lacks "clientId" or "clientSecret"',
    });
    expect(read('jwt-bearer')).toEqual({
      kind: 'unusable',
      problem: 'it lacks "clientId", "username" or "privateKey"',
    });
  });

  const FORMATS: readonly IntegrationProps[] = [
    ...(
      [
        'json',
        'simple-salesforce',
        'airflow-uri',
        'airflow-json',
        'dataloader',
        'jsforce-env',
        'mulesoft',
        'kafka-connect',
        'env',
      ] satisfies readonly FixedFormat[]
    ).map((format) => ({ format, secret: format, createSecret: true })),
    {
      format: 'template',
      fields: { user: '{username}', pass: '{password}', token: '{securityToken}' },
      secret: 'template',
      createSecret: true,
    },
  ];
  const formats = new RotationApp();
  formats.billing({ integrations: FORMATS });
  const created = formats.template();

  test.each(FORMATS)('of an integration is the least that $format accepts', (integration) => {
    const { createSecret: _done, ...config } = integration;
    const content = contentOf(created, String(integration.secret));
    expect(formatOf(config as never).render(content, VALUE).kind).toBe('rendered');
  });

  test('outlives the stack', () => {
    template.allResources('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('is refused to whoever does not come by TLS', () => {
    const policies = Object.values(template.findResources('AWS::SecretsManager::ResourcePolicy'));
    // Credential, draft, connection, integration.
    expect(policies).toHaveLength(4);
    template.allResourcesProperties('AWS::SecretsManager::ResourcePolicy', {
      ResourcePolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'TlsOnly', Effect: 'Deny' })]) },
    });
  });

  test('is granted exactly, and rotation waits for it', () => {
    const billing = logicalId(template, 'AWS::SecretsManager::Secret', 'CredentialbillingSecretCredential');
    const connection = logicalId(template, 'AWS::SecretsManager::Secret', 'OrguatSecretConnection');
    expect(grantsOf(template, 'Watch')['secretsmanager:RotateSecret']).toEqual([`\${${billing}}`]);
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', { SecretId: { Ref: billing } });
    // No credential is in that org, so nobody needs its connection.
    expect(Object.values(grantsOf(template, 'Watch')).flat()).not.toContain(`\${${connection}}`);
  });

  test('of an integration with another format is another resource, so that nothing is written over it', () => {
    const idOf = (format: FixedFormat) => {
      const other = new RotationApp();
      other.billing().addIntegration({ secret: 'etl', format, createSecret: true });
      return logicalId(other.template(), 'AWS::SecretsManager::Secret', 'CredentialbillingIntegration');
    };
    expect(idOf('json')).toBe(idOf('airflow-json'));
    expect(idOf('airflow-uri')).not.toBe(idOf('json'));
    expect(idOf('env')).not.toBe(idOf('json'));
  });
});

test('an envelope can be created, and its entries are given with it', () => {
  const enveloped = new RotationApp();
  enveloped.billing({
    delivery: 'envelope',
    envelope: { secret: 'envelope', createSecret: true },
    integrations: [{ key: 'etl', format: 'airflow-uri' }],
  });
  const made = enveloped.template();
  expect(contentOf(made, 'envelope').open((content) => content)).toBe('{}');
  const envelope = logicalId(made, 'AWS::SecretsManager::Secret', 'CredentialbillingEnvelope');
  expect(grantsOf(made, 'Rotate')['secretsmanager:UpdateSecretVersionStage']).toContain(`\${${envelope}}`);
});
