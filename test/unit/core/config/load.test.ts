import { describe, expect, test } from '@jest/globals';
import {
  checkConfiguration,
  configurationJsonSchema,
  readConfiguration,
} from '../../../../lib/core/config/load.ts';
import { nearest } from '../../../../lib/core/config/nearest.ts';

/** The example of the design page. */
const EXAMPLE = `{
  "orgs": { "prod": { "loginUrl": "https://acme.my.salesforce.com/",
                      "connection": { "kind": "client-credentials", "secret": "salesforce/prod/rotator" } } },
  "credentials": { "billing": {
      "org": "prod", "secret": "salesforce/prod/billing",
      "strategy": { "kind": "alternating-users", "usernames": ["billing-a@acme.com", "billing-b@acme.com"] },
      "schedule": { "every": "30 days", "prepareAhead": "3 days" },
      "token": { "sources": ["unchanged", "mailbox", "operator"], "remindAfter": ["1h", "4h", "24h"] },
      "lockout": { "threshold": 10, "maxAttempts": 3 },
      "onOutsideChange": "prompt",
      "integrations": [ { "secret": "etl/airflow/salesforce", "format": "json" } ] } } }`;

const ORG = {
  loginUrl: 'https://acme.my.salesforce.com',
  connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
};

describe('a configuration that passes', () => {
  test('the example of the design page', () => {
    expect(readConfiguration(EXAMPLE).credentials.get('billing')).toEqual({
      name: 'billing',
      kind: 'password',
      prompt: { expiresAfter: 86_400, language: 'en' },
      org: 'prod',
      orgConfig: ORG,
      secret: 'salesforce/prod/billing',
      draftSecret: 'salesforce/prod/billing/draft',
      strategy: {
        kind: 'alternating-users',
        usernames: ['billing-a@acme.com', 'billing-b@acme.com'],
        retireAfter: 86_400,
      },
      schedule: { every: 2_592_000, prepareAhead: 259_200 },
      drift: { checkEvery: 3_600, bringForward: true },
      token: {
        sources: ['unchanged', 'mailbox', 'operator'],
        remindAfter: [3_600, 14_400, 86_400],
        allowedSenderDomains: ['salesforce.com'],
        requireSpf: true,
        prove: false,
      },
      lockout: { threshold: 10, maxAttempts: 3, forgetAfter: 3_600, unlock: false },
      password: { length: 32, complexity: 'upper-lower-numeric-special' },
      login: { kind: 'soap', apiVersion: '64.0' },
      onOutsideChange: 'prompt',
      heartbeat: 86_400,
      stragglers: { convergedAfter: 86_400, grace: 900 },
      integrations: [{ secret: 'etl/airflow/salesforce', format: 'json' }],
    });
  });

  test('the least that can be said, and the defaults', () => {
    const file = { orgs: { prod: ORG }, credentials: { billing: { org: 'prod', secret: 'b' } } };
    const billing = checkConfiguration(file).credentials.get('billing');
    expect(billing).toMatchObject({
      draftSecret: 'b/draft',
      strategy: { kind: 'single-user' },
      token: { sources: ['unchanged', 'mailbox'], remindAfter: [3_600, 14_400, 86_400], prove: false },
      lockout: { threshold: 10, maxAttempts: 3, forgetAfter: 3_600 },
      integrations: [],
    });
    expect(billing?.schedule).toBeUndefined();
  });

  const PAIR = { kind: 'alternating-users', usernames: ['a@acme.example', 'b@acme.example'] };
  const withBilling = (changes: object) =>
    checkConfiguration({
      orgs: { prod: ORG },
      credentials: { billing: { org: 'prod', secret: 'b', ...changes } },
    }).credentials.get('billing');

  test.each([
    ['a tenth of the interval', { every: '10 days' }, PAIR, 86_400],
    ['three days at most', { every: '90 days' }, PAIR, 259_200],
    ['whole seconds', { every: '15 s' }, PAIR, 1],
    ['as the file says', { every: '10 days', prepareAhead: '9 days' }, PAIR, 777_600],
    ['never with a single user', { every: '10 days' }, { kind: 'single-user' }, 0],
  ])('prepared ahead: %s', (_name, schedule, strategy, prepareAhead) => {
    expect(withBilling({ schedule, strategy })?.schedule?.prepareAhead).toBe(prepareAhead);
  });

  test.each([
    [undefined, 86_400],
    ['2 days', 172_800],
    [0, 0],
    ['0', 0],
  ])('an old user that retires after %j', (retireAfter, seconds) => {
    const strategy = withBilling({
      strategy: { ...PAIR, ...(retireAfter === undefined ? {} : { retireAfter }) },
    })?.strategy;
    expect(strategy).toEqual({ ...PAIR, retireAfter: seconds });
  });

  test('drift, unless the file says otherwise and where it does', () => {
    expect(withBilling({})?.drift).toEqual({ checkEvery: 3_600, bringForward: true });
    expect(withBilling({ drift: { bringForward: false } })?.drift).toEqual({
      checkEvery: 3_600,
      bringForward: false,
    });
  });

  test('a login app that credentials share, among themselves and with the connection', () => {
    const login = { kind: 'oauth-password', secret: ORG.connection.secret };
    const { credentials } = checkConfiguration({
      orgs: { prod: ORG },
      credentials: {
        billing: { org: 'prod', secret: 'b', login },
        crm: { org: 'prod', secret: 'c', login },
        etl: { org: 'prod', secret: 'e', login: { ...login, secret: 'app' } },
        dwh: { org: 'prod', secret: 'd', login: { ...login, secret: 'app' } },
      },
    });
    expect([...credentials.values()].map((credential) => credential.login)).toEqual([
      login,
      login,
      { ...login, secret: 'app' },
      { ...login, secret: 'app' },
    ]);
  });

  test('a connection by an assertion, and for whom it is', () => {
    const connection = { kind: 'jwt-bearer', secret: 'rotator', audience: 'https://test.salesforce.com/' };
    const file = { orgs: { prod: { ...ORG, connection } }, credentials: {} };
    expect(checkConfiguration(file).orgs['prod']?.connection).toEqual({
      ...connection,
      audience: 'https://test.salesforce.com',
    });
  });

  test('an envelope is one secret to swap, with an entry per integration', () => {
    const fields = { u: '{username}', p: '{password}{securityToken}' };
    const billing = withBilling({
      delivery: 'envelope',
      envelope: { secret: 'all' },
      integrations: [
        { key: 'etl', format: 'json' },
        { key: 'crm', format: 'template', fields },
      ],
    });
    expect(billing?.integrations).toEqual([
      {
        secret: 'all',
        format: 'envelope',
        entries: [
          { key: 'etl', format: 'json' },
          { key: 'crm', format: 'template', fields },
        ],
      },
    ]);
    expect(withBilling({ delivery: 'envelope', envelope: { secret: 'all' } })?.integrations).toEqual([]);
  });

  test('a draft and an ARN of one’s own', () => {
    const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:b-AbCdEf';
    const file = { orgs: { prod: ORG }, credentials: { billing: { org: 'prod', secret, draft: 'b/new' } } };
    expect(checkConfiguration(file).credentials.get('billing')).toMatchObject({
      secret,
      draftSecret: 'b/new',
    });
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1', 'https://test.salesforce.com'])(
    'the login URL %s, without its last slashes',
    (loginUrl) => {
      const file = { orgs: { prod: { ...ORG, loginUrl: `${loginUrl}//` } }, credentials: {} };
      expect(checkConfiguration(file).orgs['prod']?.loginUrl).toBe(loginUrl);
    },
  );

  test('a credential named like an inherited property', () => {
    const file = { orgs: { prod: ORG }, credentials: { constructor: { org: 'prod', secret: 'b' } } };
    expect([...checkConfiguration(file).credentials.keys()]).toEqual(['constructor']);
  });
});

describe('the JSON Schema for editors', () => {
  const schema = configurationJsonSchema() as Record<string, unknown> & {
    properties: { credentials: { additionalProperties: { required: string[]; properties: object } } };
  };

  test('is generated from the one schema', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['orgs', 'credentials'],
      additionalProperties: false,
    });
    const credential = schema.properties.credentials.additionalProperties;
    expect(credential.required).toEqual(['org', 'secret']);
    expect(Object.keys(credential.properties)).toEqual(
      expect.arrayContaining(['schedule', 'token', 'lockout', 'integrations', 'draft']),
    );
  });

  test('describes durations as they are written, and allows itself to be named', () => {
    expect(JSON.stringify(schema)).toContain('"every":{"type":"string"}');
    expect(Object.keys(schema.properties)).toContain('$schema');
  });
});

describe('the nearest known word', () => {
  const KNOWN = ['schedule', 'secret', 'strategy', 'token'];
  test.each([
    ['shedule', 'schedule'],
    ['SECRET', 'secret'],
    ['tokne', 'token'],
    ['stratgy', 'strategy'],
    ['zzzzzzzz', undefined],
    ['', undefined],
  ])('%j is meant as %j', (word, meant) => {
    expect(nearest(word, KNOWN)).toBe(meant);
  });

  test('is none where nothing is known', () => {
    expect(nearest('x', [])).toBeUndefined();
  });
});
