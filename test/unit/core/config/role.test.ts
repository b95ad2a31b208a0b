import { describe, expect, test } from '@jest/globals';
import { checkConfiguration } from '../../../../lib/core/config/load.ts';
import { billing, broken, problemsOf } from './broken.ts';

const ARN = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm/salesforce-AbCdEf';
const roleArn = 'arn:aws:iam::444455556666:role/teams/salesforce-rotation';
const NEEDS_ARN =
  'with a "roleArn", give the ARN of the secret: a name says neither its account nor its Region.';
const NO_ARN =
  'this is no ARN of a secret. Write for example "arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm/salesforce-AbCdEf".';
const NO_ROLE =
  'this is no ARN of a role. Write for example "arn:aws:iam::123456789012:role/salesforce-rotation".';

const integration = (place: object) => billing('integrations', [{ format: 'json', ...place }]);
const envelope = (place: object) => (file: object) => {
  billing('delivery', 'envelope')(file);
  billing('envelope', place)(file);
  billing('integrations', [{ key: 'etl', format: 'json' }])(file);
};

describe('an integration secret that a role reaches', () => {
  test.each([
    ['complete', ARN],
    ['without its last six characters', ARN.slice(0, -7)],
    ['of the GovCloud', ARN.replace('arn:aws:', 'arn:aws-us-gov:')],
  ])('is given by its ARN: %s', (_name, secret) => {
    expect(broken(integration({ secret, roleArn }))).toEqual([]);
    expect(broken(envelope({ secret, roleArn }))).toEqual([]);
  });

  test('is not given by its name', () => {
    expect(broken(integration({ secret: 'crm/salesforce', roleArn }))).toEqual([
      `credentials.billing.integrations[0].secret: ${NEEDS_ARN}`,
    ]);
    expect(broken(envelope({ secret: 'crm/salesforce', roleArn }))).toEqual([
      `credentials.billing.envelope.secret: ${NEEDS_ARN}`,
    ]);
  });

  test.each([
    ['the ARN of something else', 'arn:aws:s3:::crm'],
    ['an ARN without an account', 'arn:aws:secretsmanager:us-west-2::secret:crm'],
    ['an ARN without a name', 'arn:aws:secretsmanager:us-west-2:444455556666:secret:'],
  ])('is not given by %s', (_name, secret) => {
    expect(broken(integration({ secret, roleArn }))).toEqual([
      `credentials.billing.integrations[0].secret: ${NO_ARN}`,
    ]);
    expect(broken(envelope({ secret, roleArn }))).toEqual([`credentials.billing.envelope.secret: ${NO_ARN}`]);
  });

  test('needs no ARN without the role', () => {
    expect(broken(integration({ secret: 'crm/salesforce' }))).toEqual([]);
    expect(broken(envelope({ secret: 'crm/salesforce' }))).toEqual([]);
  });

  test.each(['salesforce-rotation', 'arn:aws:iam::444455556666:user/rotation', 'arn:aws:iam::4444:role/r'])(
    'does not take %s for a role',
    (wrong) => {
      expect(broken(integration({ secret: ARN, roleArn: wrong }))).toEqual([
        `credentials.billing.integrations[0].roleArn: ${NO_ROLE}`,
      ]);
    },
  );

  test('keeps its role, as the envelope does', () => {
    const rolesOf = (change: ReturnType<typeof integration>) => {
      const file = {
        orgs: {
          prod: {
            loginUrl: 'https://acme.my.salesforce.com',
            connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
          },
        },
        credentials: { billing: { org: 'prod', secret: 'salesforce/prod/billing' } },
      };
      change(file);
      expect(problemsOf(() => checkConfiguration(file))).toEqual([]);
      return checkConfiguration(file)
        .credentials.get('billing')
        ?.integrations.map((integration) => [integration.secret, integration.roleArn]);
    };
    expect(rolesOf(integration({ secret: ARN, roleArn }))).toEqual([[ARN, roleArn]]);
    expect(rolesOf(envelope({ secret: ARN, roleArn }))).toEqual([[ARN, roleArn]]);
  });
});
