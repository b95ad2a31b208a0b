import { describe, expect, test } from '@jest/globals';
import { type Break, billing, broken } from './broken.ts';

const ARN = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm/salesforce';
const ALTERNATING = { kind: 'alternating-users', usernames: ['a@acme.example', 'b@acme.example'] };

/** Both integrations of the healthy file in one envelope. */
const inEnvelope =
  (...changes: readonly Break[]): Break =>
  (file) => {
    const { billing: credential } = file.credentials;
    credential.delivery = 'envelope';
    credential.envelope = { secret: 'billing/envelope' };
    credential.integrations = [
      { key: 'etl', format: 'json' },
      { key: 'mule', format: 'mulesoft' },
    ];
    for (const change of changes) change(file);
  };

const CASES: readonly (readonly [name: string, change: Break, sentence: string])[] = [
  [
    'unknown org',
    billing('org', 'dev'),
    'credentials.billing.org: there is no org "dev". Add it under "orgs", or use one of: prod.',
  ],
  [
    'org named like an inherited property',
    billing('org', 'toString'),
    'credentials.billing.org: there is no org "toString". Add it under "orgs", or use one of: prod.',
  ],
  [
    'two credentials with one secret',
    (file) => {
      file.credentials.crm = { org: 'prod', secret: 'salesforce/prod/billing', draft: 'other/draft' };
    },
    'credentials.crm.secret: credential secret "salesforce/prod/billing" is used already at credentials.billing.secret. Each secret has one use; name another.',
  ],
  [
    'two credentials with one secret, whose drafts are named after it',
    (file) => {
      file.credentials.crm = { org: 'prod', secret: 'salesforce/prod/billing' };
    },
    'credentials.crm.secret: credential secret "salesforce/prod/billing" is used already at credentials.billing.secret. Each secret has one use; name another.',
  ],
  ...[
    [ARN, `${ARN}-AbCdEf`],
    [`${ARN}-AbCdEf`, ARN],
  ].map(
    ([first, second]) =>
      [
        `an integration secret by two forms of its ARN, ${second} last`,
        (file: unknown) => {
          billing('integrations.0.secret', first)(file);
          billing('integrations.1.secret', second)(file);
        },
        `credentials.billing.integrations[1].secret: integration secret "${second}" is used already at credentials.billing.integrations[0].secret. Each secret has one use; name another.`,
      ] as const,
  ),
  [
    'an integration secret twice',
    billing('integrations.1.secret', 'etl/airflow'),
    'credentials.billing.integrations[1].secret: integration secret "etl/airflow" is used already at credentials.billing.integrations[0].secret. Each secret has one use; name another.',
  ],
  [
    'an integration secret of another credential',
    (file) => {
      file.credentials.crm = {
        org: 'prod',
        secret: 'crm',
        integrations: [{ secret: 'etl/airflow', format: 'json' }],
      };
    },
    'credentials.crm.integrations[0].secret: integration secret "etl/airflow" is used already at credentials.billing.integrations[0].secret. Each secret has one use; name another.',
  ],
  [
    'an integration that is the draft',
    billing('integrations.0.secret', 'salesforce/prod/billing/draft'),
    'credentials.billing.integrations[0].secret: integration secret "salesforce/prod/billing/draft" is used already at credentials.billing.draft. Each secret has one use; name another.',
  ],
  [
    'the connection as credential',
    billing('secret', 'salesforce/prod/rotator'),
    'credentials.billing.secret: credential secret "salesforce/prod/rotator" is used already at orgs.prod.connection.secret. Each secret has one use; name another.',
  ],
  [
    'the credential secret as login app',
    billing('login', { kind: 'oauth-password', secret: 'salesforce/prod/billing' }),
    'credentials.billing.login.secret: secret "salesforce/prod/billing" of the login app is used already at credentials.billing.secret, for something else. Name another.',
  ],
  [
    'an integration that is the login app',
    (file) => {
      billing('login', { kind: 'oauth-password', secret: 'billing-app' })(file);
      billing('integrations.0.secret', 'billing-app')(file);
    },
    'credentials.billing.integrations[0].secret: integration secret "billing-app" is used already at credentials.billing.login.secret. Each secret has one use; name another.',
  ],
  [
    'an ARN without a draft',
    billing('secret', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:b-AbCdEf'),
    'credentials.billing.draft: the credential secret is given by its ARN, so the draft secret must be named, too.',
  ],
  [
    'prepareAhead as long as "every"',
    (file) => {
      billing('schedule', { every: '3 days', prepareAhead: '72h' })(file);
      billing('strategy', ALTERNATING)(file);
    },
    'credentials.billing.schedule.prepareAhead: this must be shorter than "every". Give less, or take it out.',
  ],
  [
    'prepareAhead with a single user',
    billing('schedule', { every: '3 days', prepareAhead: '1 day' }),
    'credentials.billing.schedule.prepareAhead: preparing a single user is what begins its outage, so it cannot be done ahead. Take it out, or use the strategy "alternating-users".',
  ],
  [
    'envelope delivery without an envelope',
    inEnvelope(billing('envelope', undefined)),
    'credentials.billing.envelope: with "delivery": "envelope", name the one secret that holds all renderings: { "secret": "…" }.',
  ],
  [
    'an envelope without its delivery',
    billing('envelope', { secret: 'billing/envelope' }),
    'credentials.billing.envelope: is for "delivery": "envelope" only. Set that, or take the envelope out.',
  ],
  [
    'a secret of its own in an envelope',
    inEnvelope(billing('integrations.0', { secret: 'etl/airflow', format: 'json' })),
    'credentials.billing.integrations[0].secret: with "delivery": "envelope", all renderings are in the envelope. Give the "key" instead of a secret.',
  ],
  [
    'no key in an envelope',
    inEnvelope(billing('integrations.1.key', undefined)),
    'credentials.billing.integrations[1].key: the key is missing. Name the key under which this integration reads the envelope.',
  ],
  [
    'one key twice in an envelope',
    inEnvelope(billing('integrations.1.key', 'etl')),
    'credentials.billing.integrations[1].key: "etl" is used by another integration already. Give each its own key in the envelope.',
  ],
  [
    'a key without an envelope',
    billing('integrations.0.key', 'etl'),
    'credentials.billing.integrations[0].key: is for "delivery": "envelope" only. Set that, or take the key out.',
  ],
  [
    'an envelope that is the draft',
    inEnvelope(billing('envelope.secret', 'salesforce/prod/billing/draft')),
    'credentials.billing.envelope.secret: envelope "salesforce/prod/billing/draft" is used already at credentials.billing.draft. Each secret has one use; name another.',
  ],
  [
    'maxAttempts at the threshold',
    billing('lockout', { threshold: 3, maxAttempts: 3 }),
    'credentials.billing.lockout.maxAttempts: must be at most 2, one less than the threshold at which Salesforce locks the user.',
  ],
];

describe('parts that do not fit together are one sentence that names the place and the fix', () => {
  test.each(CASES)('%s', (_name, change, sentence) => {
    expect(broken(change)).toEqual([sentence]);
  });

  test('the envelope that the others break is healthy', () => {
    expect(broken(inEnvelope())).toEqual([]);
  });

  test('several mistakes are all named at once', () => {
    const both = broken((file) => {
      file.credentials.billing.org = 'dev';
      file.credentials.billing.lockout = { maxAttempts: 9, threshold: 5 };
    });
    expect(both).toHaveLength(2);
  });
});
