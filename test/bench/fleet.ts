import type { ConfigurationInput } from '../../lib/core/config/schema.ts';

const ORG = {
  loginUrl: 'https://acme.my.salesforce.com',
  connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
} as const;

/**
 * Managed policies of a role, as far as AWS raises the quota: the secrets of some
 * eighty credentials with five integrations fit into the default of ten.
 */
export const RAISED_POLICY_QUOTA = 20;

/** One org with so many credentials, each with so many integration secrets of its own. */
export function fleet(credentials: number, integrations: number): ConfigurationInput {
  const names = Array.from({ length: credentials }, (_, index) => numbered('credential', index));
  return {
    orgs: { prod: ORG },
    credentials: Object.fromEntries(
      names.map((name) => [
        name,
        {
          org: 'prod',
          secret: `salesforce/prod/${name}`,
          schedule: { every: '30 days' },
          integrations: Array.from({ length: integrations }, (_, index) => ({
            secret: `salesforce/${name}/${numbered('integration', index)}`,
            format: 'json' as const,
          })),
        },
      ]),
    ),
  };
}

function numbered(what: string, index: number): string {
  return `${what}-${String(index + 1).padStart(3, '0')}`;
}
