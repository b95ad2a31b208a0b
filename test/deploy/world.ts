import { randomBytes } from 'node:crypto';
import { parse as parseEnv } from 'dotenv';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import type { SalesforceSeed } from '../../lib/sandbox/salesforce/seed.ts';

/**
 * What somebody deploys who has one org, one credential with integrations that have
 * formats of their own, and later another credential, whose token a person brings.
 */

const CREDENTIAL = 'billing';
export const CREDENTIAL_SECRET = 'salesforce/prod/billing';
export const DRAFT_SECRET = `${CREDENTIAL_SECRET}/draft`;
export const CONNECTION_SECRET = 'salesforce/prod/rotator';
export const USERNAME = 'billing@acme.example';
/** Comes with the second deployment. */
export const DESK = 'desk';
export const DESK_SECRET = 'salesforce/prod/desk';

export interface Login {
  readonly loginUrl: string;
  readonly username: string;
  /** Password followed by security token. */
  readonly combinedPassword: string;
}

interface Integration {
  readonly secret: string;
  readonly configuration: NonNullable<ConfigurationInput['credentials'][string]['integrations']>[number];
  /** What it reads before the service exists, from what its people typed in. */
  readonly write: (credential: Credential) => string;
  /** How it takes its login from its secret; not with the service's own code. */
  readonly read: (text: string) => Login;
}

interface Credential {
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly loginUrl: string;
}

const WORKER: Integration = {
  secret: 'billing/worker',
  configuration: { secret: 'billing/worker', format: 'json' },
  write: (credential) => JSON.stringify({ owner: 'team-billing', ...credential, batchSize: 200 }),
  read: (text) => {
    const { username, password, securityToken, loginUrl } = JSON.parse(text) as Credential;
    return { loginUrl, username, combinedPassword: password + securityToken };
  },
};

const LEGACY: Integration = {
  secret: 'legacy/crm',
  configuration: {
    secret: 'legacy/crm',
    format: 'template',
    fields: { sf_user: '{username}', sf_pass: '{password}{securityToken}', sf_host: '{loginUrl}' },
  },
  write: ({ username, password, securityToken, loginUrl }) =>
    JSON.stringify({ sf_user: username, sf_pass: password + securityToken, sf_host: loginUrl, port: 443 }),
  read: (text) => {
    const { sf_user, sf_pass, sf_host } = JSON.parse(text) as Record<string, string>;
    return { loginUrl: sf_host ?? '', username: sf_user ?? '', combinedPassword: sf_pass ?? '' };
  },
};

const REPORTS: Integration = {
  secret: 'reports/job',
  configuration: { secret: 'reports/job', format: 'jsforce-env' },
  write: ({ username, password, securityToken, loginUrl }) =>
    `REGION=emea\nSF_LOGIN_URL=${loginUrl}\nSF_USERNAME=${username}\nSF_PASSWORD=${password}${securityToken}\n`,
  read: (text) => {
    const { SF_LOGIN_URL = '', SF_USERNAME = '', SF_PASSWORD = '' } = parseEnv(text);
    return { loginUrl: SF_LOGIN_URL, username: SF_USERNAME, combinedPassword: SF_PASSWORD };
  },
};

/** Of the credential whose token a person brings. */
export const PORTAL: Integration = {
  ...WORKER,
  secret: 'desk/portal',
  configuration: { secret: 'desk/portal', format: 'json' },
};

/** There from the first deployment. */
export const INTEGRATIONS: readonly Integration[] = [WORKER, LEGACY, REPORTS];

/** Comes with the second deployment; its secret holds a placeholder until the service writes it. */
export const LATE_INTEGRATION: Integration = {
  ...WORKER,
  secret: 'late/comer',
  configuration: { secret: 'late/comer', format: 'json' },
  write: () => '{}',
};

export interface World {
  readonly org: SalesforceSeed;
  /** File name, as the documented commands name it, to content. */
  readonly files: Readonly<Record<string, string>>;
  readonly firstLogin: Login;
  /** Of the credential whose token a person brings. */
  readonly firstDeskLogin: Login;
}

/** Builds the org and the files that an operator would have before deploying. */
export function buildWorld(loginUrl: string): World {
  const credential = credentialOf(USERNAME, loginUrl);
  const desk = credentialOf('desk@acme.example', loginUrl);
  const app = { clientId: `3MVG9${letters(16)}`, clientSecret: letters(32) };
  const files: Record<string, string> = {
    'rotation.config.json': JSON.stringify(configuration(loginUrl, '30 days', INTEGRATIONS)),
    'changed.config.json': JSON.stringify(
      withDesk(configuration(loginUrl, '45 days', [...INTEGRATIONS, LATE_INTEGRATION])),
    ),
    'rotator.json': JSON.stringify(app),
    'billing.json': JSON.stringify(credential),
    'worker.json': WORKER.write(credential),
    'crm.json': LEGACY.write(credential),
    'job.env': REPORTS.write(credential),
    'late.json': LATE_INTEGRATION.write(credential),
    'desk.json': JSON.stringify(desk),
    'portal.json': PORTAL.write(desk),
  };
  return {
    org: orgOf([credential, desk], app),
    files,
    firstLogin: WORKER.read(WORKER.write(credential)),
    firstDeskLogin: PORTAL.read(PORTAL.write(desk)),
  };
}

function configuration(
  loginUrl: string,
  every: string,
  integrations: readonly Integration[],
): ConfigurationInput {
  return {
    orgs: { prod: { loginUrl, connection: { kind: 'client-credentials', secret: CONNECTION_SECRET } } },
    credentials: {
      [CREDENTIAL]: {
        org: 'prod',
        secret: CREDENTIAL_SECRET,
        schedule: { every },
        // The mail must carry the token: the old one is not tried.
        token: { sources: ['mailbox'] },
        onOutsideChange: 'take-over',
        integrations: integrations.map((integration) => integration.configuration),
      },
    },
  };
}

function credentialOf(username: string, loginUrl: string): Credential {
  return { username, password: `${letters(12)}#1aA`, securityToken: letters(24), loginUrl };
}

function withDesk({ credentials, ...rest }: ConfigurationInput): ConfigurationInput {
  const desk = {
    org: 'prod',
    secret: DESK_SECRET,
    token: { sources: ['operator' as const] },
    integrations: [PORTAL.configuration],
  };
  return { ...rest, credentials: { ...credentials, [DESK]: desk } };
}

function orgOf(
  credentials: readonly Credential[],
  app: { readonly clientId: string; readonly clientSecret: string },
): SalesforceSeed {
  const runAs = 'rotator@acme.example';
  return {
    organizationId: '00D5e000000Xq1sEAC',
    settings: { onApiPasswordSet: 'reset-and-mail', mailDelayMs: 0 },
    users: [
      ...credentials.map(({ username, password, securityToken }) => ({
        username,
        password,
        securityToken,
        lastPasswordChangeDate: twentyDaysAgo(),
      })),
      {
        username: runAs,
        password: letters(24),
        securityToken: letters(24),
        permissions: { manageUsers: true },
      },
    ],
    connectedApps: [{ ...app, name: 'Credential rotation', runAs }],
  };
}

/** Longer than a minimum lifetime, shorter than an expiry. */
function twentyDaysAgo(): string {
  return new Date(Date.now() - 20 * 86_400_000).toISOString();
}

function letters(count: number): string {
  return randomBytes(count * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, count);
}
