import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { newApp } from './example.ts';
import { grantsOf } from './grants.ts';
import { problemOf } from './problem.ts';
import { ORG } from './rotation-app.ts';

/** "billing" in an org that the service gets into as the user itself. */
function withoutAdministrator(credential: object = {}): Template {
  const stack = new Stack(newApp(), 'Service');
  const rotation = new SalesforceRotation(stack, 'Default');
  rotation.addOrg('prod', { loginUrl: ORG.loginUrl, connection: { kind: 'self' } });
  rotation.addCredential('billing', { org: 'prod', secret: 'salesforce/prod/billing', ...credential });
  return Template.fromStack(stack);
}

describe('a connection of kind "self"', () => {
  test.each(['Rotate', 'Advance', 'Watch'])(
    '%s reads the credential and its draft, and no other secret',
    (name) => {
      const read = grantsOf(withoutAdministrator(), name)['secretsmanager:GetSecretValue'] ?? [];
      const secrets = JSON.stringify(read);
      expect(read).toHaveLength(2);
      expect(secrets).toContain('salesforce/prod/billing-??????');
      expect(secrets).not.toContain('rotator');
    },
  );

  test('the app by which the integrations log in is read all the same', () => {
    const login = { kind: 'oauth-password' as const, secret: 'salesforce/prod/app' };
    const read = grantsOf(withoutAdministrator({ login }), 'Rotate')['secretsmanager:GetSecretValue'];
    expect(JSON.stringify(read)).toContain('salesforce/prod/app-??????');
  });

  test('what it cannot keep is refused at synthesis', () => {
    expect(problemOf(() => withoutAdministrator({ onOutsideChange: 'take-over' }))).toMatch(
      /^credentials\.billing\.onOutsideChange: /,
    );
  });
});
