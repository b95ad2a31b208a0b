import { type Configuration, type Credential, checkConfiguration } from '../../lib/core/config/load.ts';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import type { Clock } from '../../lib/core/ports/clock.ts';
import { SecretsManagerEngine } from '../../lib/sandbox/secrets-manager/engine.ts';
import type { SecretsManagerState } from '../../lib/sandbox/secrets-manager/store.ts';

export const CREDENTIAL = 'billing';
export const SECRET = 'salesforce/prod/billing';
export const DRAFT = 'salesforce/prod/billing/draft';
const CONNECTION = 'salesforce/prod/rotator';
export const LOGIN_URL = 'https://acme.my.salesforce.com';
/** Each is followed by the user's index. */
export const PASSWORD = 'Correct-Horse-';
export const TOKEN = 'OriginalTokenOriginalTo';
export const MAX_ATTEMPTS = 3;
export const ACCOUNT = { region: 'eu-central-1', accountId: '111122223333' } as const;
export const ROTATE_FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:rotate';

type CredentialInput = ConfigurationInput['credentials'][string];
export type Strategy = NonNullable<CredentialInput['strategy']>['kind'];

/** One integration of the model: how its secret is written, and how its reader logs in. */
export interface Integration {
  readonly secret: string;
  readonly config: NonNullable<CredentialInput['integrations']>[number];
  readonly keys: { readonly username: string; readonly password: string; readonly token?: string };
}

const JSON_KEYS = { username: 'username', password: 'password', token: 'securityToken' };

export const INTEGRATIONS: readonly Integration[] = [
  { secret: 'etl/orders', config: { secret: 'etl/orders', format: 'json' }, keys: JSON_KEYS },
  {
    secret: 'legacy/crm',
    config: {
      secret: 'legacy/crm',
      format: 'template',
      fields: { sf_user: '{username}', sf_pass: '{password}{securityToken}' },
    },
    keys: { username: 'sf_user', password: 'sf_pass' },
  },
  { secret: 'etl/invoices', config: { secret: 'etl/invoices', format: 'json' }, keys: JSON_KEYS },
];

/** The world before anybody does anything: every secret in place and rotation on. */
export interface Scene {
  readonly configuration: Configuration;
  readonly credential: Credential;
  /** Those whose passwords the service sets; the first is live. */
  readonly usernames: readonly string[];
  readonly secrets: SecretsManagerState;
}

const USERNAMES: Readonly<Record<Strategy, readonly string[]>> = {
  'single-user': ['billing@acme.example'],
  'alternating-users': ['billing-a@acme.example', 'billing-b@acme.example'],
};

export async function buildScene(strategy: Strategy, clock: Clock): Promise<Scene> {
  const usernames = USERNAMES[strategy];
  const configuration = checkConfiguration({
    orgs: {
      prod: { loginUrl: LOGIN_URL, connection: { kind: 'client-credentials', secret: CONNECTION } },
    },
    credentials: {
      [CREDENTIAL]: {
        org: 'prod',
        secret: SECRET,
        lockout: { maxAttempts: MAX_ATTEMPTS },
        integrations: INTEGRATIONS.map(({ config }) => config),
        ...(strategy === 'single-user' ? {} : { strategy: { kind: strategy, usernames } }),
      },
    },
  });
  const credential = configuration.credentials.get(CREDENTIAL);
  if (credential === undefined) throw new Error('the configuration has no such credential');
  return { configuration, credential, usernames, secrets: await deployed(usernames[0] ?? '', clock) };
}

/** Secrets Manager after the deployment: the test that turning rotation on starts has passed. */
async function deployed(username: string, clock: Clock): Promise<SecretsManagerState> {
  let state: SecretsManagerState = { secrets: [] };
  const engine = new SecretsManagerEngine({
    ...ACCOUNT,
    clock,
    journal: {
      load: () => undefined,
      save: (saved) => {
        state = saved;
      },
    },
    invokeRotation: () => Promise.resolve(),
  });
  const login = { username, password: `${PASSWORD}0`, securityToken: `${TOKEN}0`, loginUrl: LOGIN_URL };
  const texts: Readonly<Record<string, object>> = {
    [SECRET]: login,
    [DRAFT]: {},
    [CONNECTION]: { clientId: '3MVG9.rotator', clientSecret: 'app-secret' },
    'etl/orders': { ...login, team: 'orders' },
    'legacy/crm': { sf_user: username, sf_pass: login.password + login.securityToken, team: 'crm' },
    'etl/invoices': { ...login, team: 'invoices' },
  };
  for (const [name, fields] of Object.entries(texts))
    engine.createSecret({ Name: name, SecretString: JSON.stringify(fields) });
  engine.rotateSecret({ SecretId: SECRET, RotationLambdaARN: ROTATE_FUNCTION, RotateImmediately: false });
  await engine.runDueRotations();
  return state;
}
