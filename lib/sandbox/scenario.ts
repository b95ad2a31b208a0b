import { generateKeyPairSync } from 'node:crypto';
import type { ConfigurationInput, OrgConfig, TokenSource } from '../core/config/schema.ts';
import type { ConnectedApp, SalesforceSeed } from './salesforce/seed.ts';

export type StrategyKind = 'single-user' | 'alternating-users';
export type DeliveryKind = 'separate' | 'envelope';
export type OutsideChangePolicy = NonNullable<ConfigurationInput['credentials'][string]['onOutsideChange']>;

/** What is set up on a first start: one org, one credential, and any number of integrations. */
export interface Scenario {
  readonly integrations: number;
  /** Who brings the token: it decides what the org does to it when the password is set. */
  readonly source: TokenSource;
  readonly strategy: StrategyKind;
  /** `separate`: a secret per integration. `envelope`: one secret with an entry per integration. */
  readonly delivery: DeliveryKind;
  /** How the service gets into the org. */
  readonly connection: OrgConfig['connection']['kind'];
  /** How the integrations log in; the OAuth flow is by the service's own app. */
  readonly login: 'soap' | 'oauth-password';
  /** What follows when somebody else changes the password. */
  readonly onOutsideChange: OutsideChangePolicy;
  /** Milliseconds from the token's reset to its mail. */
  readonly mailDelayMilliseconds: number;
}

export const DEFAULT_SCENARIO: Scenario = {
  integrations: 3,
  source: 'mailbox',
  strategy: 'single-user',
  delivery: 'separate',
  connection: 'client-credentials',
  login: 'soap',
  onOutsideChange: 'prompt',
  mailDelayMilliseconds: 1_500,
};

export const CREDENTIAL = 'billing';
const USERNAME = 'billing@acme.example';
/** The second of two alternating users. */
export const OTHER_USERNAME = 'billing-b@acme.example';
const ROTATOR = 'rotator@acme.example';
const CONNECTION_SECRET = 'salesforce/prod/rotator';
const ENVELOPE_SECRET = 'salesforce/prod/envelope';

interface SeedSecret {
  readonly name: string;
  readonly description: string;
  readonly value: string;
  /** What it held before, as a rotation leaves it. */
  readonly previous?: string;
  /** Whether the rotate function is attached to it. */
  readonly rotates: boolean;
}

export interface World {
  readonly configuration: ConfigurationInput;
  readonly org: SalesforceSeed;
  readonly secrets: readonly SeedSecret[];
}

/** Random text of the given number of bytes, in letters and digits. */
export type RandomText = (bytes: number) => string;

/**
 * Builds the world. The first password has the characters that break careless
 * code in XML, JSON, URLs and shells, and one that is not ASCII.
 */
export function buildWorld(scenario: Scenario, loginUrl: string, startedAt: Date, random: RandomText): World {
  const password = `${random(9)}&<>"'é#1aA`;
  const token = random(18).slice(0, 24);
  const app = appFor(scenario, random);
  const secret = `salesforce/prod/${CREDENTIAL}`;
  const integrations = Array.from({ length: scenario.integrations }, (_, index) => integrationName(index));
  const credential = { username: USERNAME, password, securityToken: token, loginUrl };
  const changedAt = daysBefore(startedAt, 20);
  const other = {
    username: OTHER_USERNAME,
    password: `${random(12)}#1aA`,
    securityToken: random(18).slice(0, 24),
    loginUrl,
    passwordChangedAt: daysBefore(startedAt, 50),
  };
  const alternates = scenario.strategy === 'alternating-users';
  return {
    configuration: {
      orgs: { prod: { loginUrl, connection: connectionOf(scenario) } },
      credentials: {
        [CREDENTIAL]: {
          org: 'prod',
          secret,
          ...(alternates
            ? { strategy: { kind: 'alternating-users' as const, usernames: [USERNAME, OTHER_USERNAME] } }
            : {}),
          ...(scenario.login === 'oauth-password'
            ? { login: { kind: scenario.login, secret: CONNECTION_SECRET } }
            : {}),
          schedule: { every: '30 days' },
          token: { sources: sourcesOf(scenario.source) },
          onOutsideChange: scenario.onOutsideChange,
          ...deliveryOf(scenario.delivery, integrations),
        },
      },
    },
    org: {
      organizationId: '00D5e000000Xq1sEAC',
      settings: {
        onApiPasswordSet: scenario.source === 'unchanged' ? 'keep-token' : 'reset-and-mail',
        mailDelayMs: scenario.mailDelayMilliseconds,
        ...(scenario.login === 'oauth-password' ? { oauthPasswordFlowEnabled: true } : {}),
      },
      users: [
        {
          username: USERNAME,
          password,
          securityToken: token,
          firstName: 'Billing',
          lastName: 'Integration',
          lastPasswordChangeDate: changedAt,
        },
        ...(alternates
          ? [
              {
                username: OTHER_USERNAME,
                password: other.password,
                securityToken: other.securityToken,
                firstName: 'Billing',
                lastName: 'Integration B',
                lastPasswordChangeDate: other.passwordChangedAt,
              },
            ]
          : []),
        ...(scenario.connection === 'self' ? [] : [administrator(random)]),
      ],
      connectedApps: hasApp(scenario) ? [app.inOrg] : [],
    },
    secrets: [
      {
        name: secret,
        description: 'Credential of the billing integration',
        value: JSON.stringify({ ...credential, passwordChangedAt: changedAt }),
        ...(alternates ? { previous: JSON.stringify(other) } : {}),
        rotates: true,
      },
      {
        name: `${secret}/draft`,
        description: 'Draft of the billing credential',
        value: '{}',
        rotates: false,
      },
      ...(hasApp(scenario)
        ? [
            {
              name: CONNECTION_SECRET,
              description: 'OAuth app of the rotation service',
              value: JSON.stringify(app.secret),
              rotates: false,
            },
          ]
        : []),
      ...integrationSecrets(scenario.delivery, integrations, credential),
    ],
  };
}

function connectionOf({ connection: kind }: Scenario): ConfigurationInput['orgs'][string]['connection'] {
  return kind === 'self' ? { kind } : { kind, secret: CONNECTION_SECRET };
}

/** With `self` there is an app only where the integrations log in by one. */
function hasApp({ connection, login }: Scenario): boolean {
  return connection !== 'self' || login === 'oauth-password';
}

/** As whom the service's app runs. */
function administrator(random: RandomText): SalesforceSeed['users'][number] {
  return {
    username: ROTATOR,
    password: random(24),
    securityToken: random(18).slice(0, 24),
    firstName: 'Credential',
    lastName: 'Rotator',
    permissions: { manageUsers: true },
  };
}

/** The service's app as the org knows it, and what the connection secret holds of it. */
function appFor(
  { connection }: Scenario,
  random: RandomText,
): { readonly inOrg: ConnectedApp; readonly secret: object } {
  const app = { clientId: `3MVG9${random(12)}`, clientSecret: random(24) };
  const named = { ...app, name: 'Credential rotation' };
  if (connection === 'self') return { inOrg: named, secret: app };
  if (connection === 'client-credentials') return { inOrg: { ...named, runAs: ROTATOR }, secret: app };
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    inOrg: { ...named, publicKeyPem: publicKey, approvedUsers: [ROTATOR] },
    secret: { ...app, username: ROTATOR, privateKey },
  };
}

type CredentialInput = ConfigurationInput['credentials'][string];

/** Whether an org keeps the token is not known beforehand, so the old one is tried in each. */
function sourcesOf(source: TokenSource): TokenSource[] {
  return ['unchanged', source === 'operator' ? 'operator' : 'mailbox'];
}

function deliveryOf(
  delivery: DeliveryKind,
  names: readonly string[],
): Pick<CredentialInput, 'delivery' | 'envelope' | 'integrations'> {
  if (delivery === 'separate')
    return { integrations: names.map((name) => ({ secret: name, format: 'json' as const })) };
  return {
    delivery,
    envelope: { secret: ENVELOPE_SECRET },
    integrations: names.map((name) => ({ key: name, format: 'json' as const })),
  };
}

function integrationSecrets(
  delivery: DeliveryKind,
  names: readonly string[],
  credential: object,
): readonly SeedSecret[] {
  // Fields of the integration's own, which a rotation must leave alone.
  const contents = names.map((name, index) => ({
    name,
    content: { owner: `team-${index + 1}`, ...credential, batchSize: 200 + index },
  }));
  if (delivery === 'separate')
    return contents.map(({ name, content }, index) => ({
      name,
      description: `Integration ${index + 1}`,
      value: JSON.stringify(content, undefined, 2),
      rotates: false,
    }));
  const entries = contents.map(({ name, content }) => [name, content] as const);
  return [
    {
      name: ENVELOPE_SECRET,
      description: 'All integrations',
      value: JSON.stringify(Object.fromEntries(entries), undefined, 2),
      rotates: false,
    },
  ];
}

const KNOWN_INTEGRATIONS = ['etl/airflow/salesforce', 'mule/salesforce', 'billing/worker'];

function integrationName(index: number): string {
  return KNOWN_INTEGRATIONS[index] ?? `integrations/${String(index + 1).padStart(3, '0')}`;
}

function daysBefore(time: Date, days: number): string {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000 - days * 86_400_000).toISOString();
}
