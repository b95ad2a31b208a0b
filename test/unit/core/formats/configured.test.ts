import { describe, expect, test } from '@jest/globals';
import { FIXED_FORMATS } from '../../../../lib/core/config/integration.ts';
import { checkConfiguration, configurationJsonSchema } from '../../../../lib/core/config/load.ts';
import { formatOf } from '../../../../lib/core/formats/registry.ts';
import { problemsOf } from '../config/broken.ts';

const GOOD = { sf_user: '{username}', sf_pass: '{password}{securityToken}' };

const file = (integration: unknown, loginUrl = 'https://acme.my.salesforce.com') => ({
  orgs: { prod: { loginUrl, connection: { kind: 'client-credentials', secret: 'rotator' } } },
  credentials: { billing: { org: 'prod', secret: 'billing', integrations: [integration] } },
});
const problems = (integration: unknown, loginUrl?: string) =>
  problemsOf(() => checkConfiguration(file(integration, loginUrl)));
const PATH = 'credentials.billing.integrations[0]';
const ALL = [...FIXED_FORMATS, 'template'].join(', ');
const CONNECT_INSTEAD =
  'Connect it through an External Client App, take it out of "integrations", and rotate the app\'s secret by hand until this service can.';

test.each(FIXED_FORMATS)('the format %s can be named, and has no fields', (format) => {
  expect(problems({ secret: 'etl', format })).toEqual([]);
  expect(problems({ secret: 'etl', format, fields: {} })).toEqual([
    `${PATH}: unknown key "fields". Known keys: secret, key, roleArn, format.`,
  ]);
  expect(typeof formatOf({ secret: 'etl', format }).render).toBe('function');
});

test('a template has its fields', () => {
  const config = checkConfiguration(file({ secret: 'etl', format: 'template', fields: GOOD }));
  expect(config.credentials.get('billing')?.integrations).toEqual([
    { secret: 'etl', format: 'template', fields: GOOD },
  ]);
});

describe('refused with one sentence', () => {
  test.each([
    ['airbyte', 'Airbyte'],
    ['aws-glue', 'AWS Glue'],
    ['appflow', 'Amazon AppFlow'],
  ])('%s, which takes no password', (format, service) => {
    expect(problems({ secret: 'etl', format })).toEqual([
      `${PATH}.format: ${service} logs in to Salesforce with OAuth only, so there is no password to swap in its secret. ${CONNECT_INSTEAD}`,
    ]);
  });

  test.each([
    [
      'a slip',
      { secret: 'etl', format: 'airflow-url' },
      `${PATH}.format: unknown format "airflow-url". Did you mean "airflow-uri"?`,
    ],
    [
      'an unknown format',
      { secret: 'etl', format: 'xml' },
      `${PATH}.format: unknown format "xml". Known formats: ${ALL}.`,
    ],
    ['no format', { secret: 'etl' }, `${PATH}.format: the format is missing. Name one of: ${ALL}.`],
    ['a number', { secret: 'etl', format: 1 }, `${PATH}.format: the format is missing. Name one of: ${ALL}.`],
    ['no object', 'etl', `${PATH}: this must be an object, not text.`],
    [
      'a template without fields',
      { secret: 'etl', format: 'template' },
      `${PATH}.fields: this is missing; it must be an object.`,
    ],
    [
      'a field that is no text',
      { secret: 'etl', format: 'template', fields: { ...GOOD, n: 1 } },
      `${PATH}.fields.n: this must be text, not a number.`,
    ],
    [
      'an unknown placeholder',
      { secret: 'etl', format: 'template', fields: { ...GOOD, x: '{token}' } },
      `${PATH}.fields.x: unknown placeholder "{token}". Known: {username}, {password}, {securityToken}, {loginUrl}, {domain}.`,
    ],
    [
      'a template without a user',
      { secret: 'etl', format: 'template', fields: { p: '{password}{securityToken}' } },
      `${PATH}.fields: no field has {username}. Add one, such as "user": "{username}".`,
    ],
  ])('%s', (_name, integration, sentence) => {
    expect(problems(integration)).toEqual([sentence]);
  });

  test.each([
    [{ secret: 'etl', format: 'simple-salesforce' }],
    [{ secret: 'etl', format: 'airflow-uri' }],
    [{ secret: 'etl', format: 'airflow-json' }],
    [{ secret: 'etl', format: 'template', fields: { ...GOOD, d: '{domain}' } }],
  ])('a login URL that the format cannot express: %j', (integration) => {
    expect(problems(integration, 'https://acme.example')).toEqual([
      `${PATH}.format: the format "${integration.format}" can only log in at "https://{domain}.salesforce.com", and the login URL is not of that form. Use the My Domain login URL of the org, or another format.`,
    ]);
    expect(problems(integration, 'http://127.0.0.1:4711')).toEqual([]);
  });

  test('but any login URL goes with the other formats', () => {
    for (const format of ['json', 'env', 'mulesoft'])
      expect(problems({ secret: 'etl', format }, 'https://acme.example')).toEqual([]);
    const fields = { ...GOOD, d: '{{domain}}' };
    expect(problems({ secret: 'etl', format: 'template', fields }, 'https://acme.example')).toEqual([]);
  });
});

test('the published schema knows every format', () => {
  const text = JSON.stringify(configurationJsonSchema());
  for (const format of [...FIXED_FORMATS, 'template']) expect(text).toContain(`"${format}"`);
});
