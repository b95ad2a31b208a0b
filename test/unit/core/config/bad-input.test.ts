import { describe, expect, test } from '@jest/globals';
import { readConfiguration } from '../../../../lib/core/config/load.ts';
import { type Break, billing, broken, problemsOf, set } from './broken.ts';

test('the configuration that the others break is healthy', () => {
  expect(broken(() => undefined)).toEqual([]);
});

const MISSING_TEXT = 'this is missing; it must be text.';
const SECRET_MISSING = 'a secret is missing. Give the name or ARN of a secret.';

const NO_NAME =
  'this is no name or ARN of a Secrets Manager secret. Use ASCII letters, digits and / _ + = . @ - only.';

const STRATEGY = { kind: 'alternating-users', usernames: ['a@acme.example', 'b@acme.example'] };
const TWO_USERS = 'credentials.billing.strategy.usernames: name exactly two users, which take turns.';
const NO_DURATION_OR_NEVER = 'this is no duration. Write for example "24h", or 0 for never.';

const CASES: readonly (readonly [name: string, change: Break, sentence: string])[] = [
  [
    'unknown key in a credential',
    billing('shedule', {}),
    'credentials.billing: unknown key "shedule". Did you mean "schedule"?',
  ],
  [
    'unknown key at the top',
    set('credentals', {}),
    '(file): unknown key "credentals". Did you mean "credentials"?',
  ],
  [
    'unknown key in an integration',
    billing('integrations.1.fromat', 'x'),
    'credentials.billing.integrations[1]: unknown key "fromat". Did you mean "format"?',
  ],
  [
    'unknown key near to none',
    set('orgs.prod.zzzzzzzz', 1),
    'orgs.prod: unknown key "zzzzzzzz". Known keys: loginUrl, connection.',
  ],
  ['no secret', billing('secret', undefined), `credentials.billing.secret: ${SECRET_MISSING}`],
  [
    'no connection secret',
    set('orgs.prod.connection.secret', undefined),
    `orgs.prod.connection.secret: ${SECRET_MISSING}`,
  ],
  [
    'no integration secret',
    billing('integrations.0.secret', undefined),
    `credentials.billing.integrations[0].secret: ${SECRET_MISSING}`,
  ],
  [
    'empty secret',
    billing('secret', ''),
    'credentials.billing.secret: the name of the secret is empty. Give the name or ARN of a secret.',
  ],
  ['secret with a blank', billing('secret', 'a b'), `credentials.billing.secret: ${NO_NAME}`],
  [
    'secret that is a number',
    billing('secret', 3),
    'credentials.billing.secret: this must be text, not a number.',
  ],
  ['no org', billing('org', undefined), `credentials.billing.org: ${MISSING_TEXT}`],
  ['no orgs', set('orgs', undefined), 'orgs: this is missing; it must be an object.'],
  ['no credentials', set('credentials', undefined), 'credentials: this is missing; it must be an object.'],
  ['credentials as a list', set('credentials', []), 'credentials: this must be an object, not a list.'],
  [
    'a credential that is null',
    set('credentials.billing', null),
    'credentials.billing: this must be an object, not null.',
  ],
  ['secret with an umlaut', billing('secret', 'zürich'), `credentials.billing.secret: ${NO_NAME}`],
  [
    'secret with a name that is too long',
    billing('secret', 's'.repeat(513)),
    'credentials.billing.secret: the name of a secret has at most 512 characters, and this has 513. Shorten it.',
  ],
  [
    'secret that leaves no room for its draft',
    billing('secret', 's'.repeat(507)),
    'credentials.billing.draft: the name of the credential secret leaves no room for the draft\'s: with "/draft" behind it, it has more than 512 characters. Name the draft secret, too.',
  ],
  ...[
    'arn:aws:s3:::bucket',
    'arn:aws:secretsmanager',
    'arn:aws:secretsmanager:eu-central-1:1111:secret:b',
  ].map(
    (arn) =>
      [
        `secret by the ARN ${arn}`,
        billing('integrations.0.secret', arn),
        'credentials.billing.integrations[0].secret: this is no ARN of a secret. Write for example "arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm/salesforce-AbCdEf".',
      ] as const,
  ),
  ...[
    ['Billing_1', 'credentials.Billing_1'],
    ['Billing', 'credentials.Billing'],
    ['-billing', 'credentials.-billing'],
    ['zürich', 'credentials.zürich'],
    ['a.b', 'credentials["a.b"]'],
    ['', 'credentials[""]'],
    ['a'.repeat(64), `credentials.${'a'.repeat(64)}`],
    ['a'.repeat(99), `credentials["${'a'.repeat(80)}..."]`],
  ].map(
    ([name = '', path]) =>
      [
        `credential that is called "${name}"`,
        (file: { credentials: Record<string, unknown> }) => {
          file.credentials = { [name]: file.credentials['billing'] };
        },
        `${path}: the name of a credential is 1 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen. Rename it.`,
      ] as const,
  ),
  ...[
    ['PROD', 'orgs.PROD'],
    ['a/b', 'orgs["a/b"]'],
    ['', 'orgs[""]'],
    ['zürich', 'orgs.zürich'],
  ].map(
    ([name = '', path]) =>
      [
        `org that is called "${name}"`,
        (file: { orgs: Record<string, unknown>; credentials: { billing: { org: string } } }) => {
          file.orgs = { [name]: file.orgs['prod'] };
          file.credentials.billing.org = name;
        },
        `${path}: the name of an org is 1 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen. Rename it.`,
      ] as const,
  ),
  [
    'bad duration',
    billing('schedule', { every: 'monthly' }),
    'credentials.billing.schedule.every: "monthly" is no duration. Write for example "30 days" or "4h".',
  ],
  [
    'no time at all',
    billing('schedule', { every: '0 days' }),
    'credentials.billing.schedule.every: "0 days" is no duration. Write for example "30 days" or "4h".',
  ],
  [
    'duration as a number',
    billing('schedule', { every: 30 }),
    'credentials.billing.schedule.every: this must be text, not a number.',
  ],
  [
    'schedule without "every"',
    billing('schedule', {}),
    'credentials.billing.schedule: give "every", such as "30 days", or "cron", such as "0 8 1 * ? *"; or take the schedule out, and nothing is due by itself.',
  ],
  [
    'bad reminder',
    billing('token', { remindAfter: ['1h', 'soon'] }),
    'credentials.billing.token.remindAfter[1]: "soon" is no duration. Write for example "30 days" or "4h".',
  ],
  [
    'no attempts',
    billing('lockout', { maxAttempts: 0 }),
    'credentials.billing.lockout.maxAttempts: this must be at least 1.',
  ],
  [
    'half an attempt',
    billing('lockout', { maxAttempts: 1.5 }),
    'credentials.billing.lockout.maxAttempts: this must be a whole number, not a fraction.',
  ],
  [
    'threshold that no org has',
    billing('lockout', { threshold: 11 }),
    'credentials.billing.lockout.threshold: this must be at most 10.',
  ],
  [
    'threshold without an end',
    billing('lockout', JSON.parse('{"threshold":1e400}')),
    'credentials.billing.lockout.threshold: this must be a number, not one that is too large.',
  ],
  [
    'version without login()',
    billing('login', { apiVersion: '65.0' }),
    'credentials.billing.login.apiVersion: login() exists in API versions 31.0 to 64.0 only.',
  ],
  [
    'version that is none',
    billing('login', { apiVersion: 'latest' }),
    'credentials.billing.login.apiVersion: the API version looks like "64.0".',
  ],
  [
    'unknown login',
    billing('login', { kind: 'oauth' }),
    'credentials.billing.login.kind: the kind of login must be "soap" or "oauth-password".',
  ],
  [
    'login by OAuth without an app',
    billing('login', { kind: 'oauth-password' }),
    `credentials.billing.login.secret: ${SECRET_MISSING}`,
  ],
  [
    'version for a login that has none',
    billing('login', { kind: 'oauth-password', secret: 'app', apiVersion: '64.0' }),
    'credentials.billing.login: unknown key "apiVersion". Known keys: kind, secret.',
  ],
  [
    'app for a login that has none',
    billing('login', { secret: 'app' }),
    'credentials.billing.login: unknown key "secret". Known keys: kind, apiVersion.',
  ],
  [
    'http login URL',
    set('orgs.prod.loginUrl', 'http://acme.my.salesforce.com'),
    'orgs.prod.loginUrl: the login URL must use https (http is for loopback only).',
  ],
  [
    'ftp on loopback',
    set('orgs.prod.loginUrl', 'ftp://127.0.0.1'),
    'orgs.prod.loginUrl: the login URL must use https (http is for loopback only).',
  ],
  [
    'login URL that is none',
    set('orgs.prod.loginUrl', 'acme'),
    'orgs.prod.loginUrl: this is no URL. Write for example "https://acme.my.salesforce.com".',
  ],
  [
    'unknown strategy',
    billing('strategy', { kind: 'triple' }),
    'credentials.billing.strategy.kind: the kind of strategy must be "single-user" or "alternating-users".',
  ],
  ['one user', billing('strategy', { ...STRATEGY, usernames: ['a@acme.example'] }), TWO_USERS],
  [
    'three users',
    billing('strategy', { ...STRATEGY, usernames: ['a@x.example', 'b@x.example', 'c@x.example'] }),
    TWO_USERS,
  ],
  [
    'no users',
    billing('strategy', { kind: 'alternating-users' }),
    'credentials.billing.strategy.usernames: this is missing; it must be a list.',
  ],
  [
    'the same user twice, in capitals once',
    billing('strategy', { ...STRATEGY, usernames: ['a@acme.example', 'A@ACME.example'] }),
    'credentials.billing.strategy.usernames: this names the same user twice. Salesforce usernames do not tell capitals apart; name two users.',
  ],
  [
    'a username that is none',
    billing('strategy', { ...STRATEGY, usernames: ['a@acme.example', 'billing b'] }),
    'credentials.billing.strategy.usernames[1]: this is no Salesforce username; it looks like an e-mail address.',
  ],
  [
    'users for a single one',
    billing('strategy', { kind: 'single-user', usernames: STRATEGY.usernames }),
    'credentials.billing.strategy: unknown key "usernames". Known keys: kind.',
  ],
  ...[['soon'], [-1], [86_400], [null], ['0 days']].map(
    ([retireAfter]) =>
      [
        `retireAfter of ${JSON.stringify(retireAfter)}`,
        billing('strategy', { ...STRATEGY, retireAfter }),
        `credentials.billing.strategy.retireAfter: ${NO_DURATION_OR_NEVER}`,
      ] as const,
  ),
  [
    'bad prepareAhead',
    billing('schedule', { every: '30 days', prepareAhead: 'early' }),
    'credentials.billing.schedule.prepareAhead: "early" is no duration. Write for example "30 days" or "4h".',
  ],
  [
    'drift that is never checked',
    billing('drift', { checkEvery: '0h' }),
    'credentials.billing.drift.checkEvery: "0h" is no duration. Write for example "30 days" or "4h".',
  ],
  [
    'bringForward as text',
    billing('drift', { bringForward: 'no' }),
    'credentials.billing.drift.bringForward: this must be true or false, not text.',
  ],
  [
    'unknown key in drift',
    billing('drift', { checkevery: '1h' }),
    'credentials.billing.drift: unknown key "checkevery". Did you mean "checkEvery"?',
  ],
  [
    'unknown delivery',
    billing('delivery', 'all'),
    'credentials.billing.delivery: this must be one of "separate", "envelope".',
  ],
  [
    'unknown source',
    billing('token', { sources: ['post'] }),
    'credentials.billing.token.sources[0]: a token source is one of "unchanged", "mailbox", "operator".',
  ],
  [
    'no source',
    billing('token', { sources: [] }),
    'credentials.billing.token.sources: name at least one token source.',
  ],
  [
    'sources as text',
    billing('token', { sources: 'mailbox' }),
    'credentials.billing.token.sources: this must be a list, not text.',
  ],
  [
    'unknown connection',
    set('orgs.prod.connection.kind', 'password'),
    'orgs.prod.connection.kind: the kind of connection must be "client-credentials", "jwt-bearer" or "self".',
  ],
  [
    'audience for a connection that has none',
    set('orgs.prod.connection.audience', 'https://login.salesforce.com'),
    'orgs.prod.connection: unknown key "audience". Known keys: kind, secret.',
  ],
  [
    'audience that is no URL',
    set('orgs.prod.connection', { kind: 'jwt-bearer', secret: 'rotator', audience: 'login' }),
    'orgs.prod.connection.audience: this is no URL. Write for example "https://login.salesforce.com".',
  ],
  [
    'unknown complexity',
    billing('password', { complexity: 'hard' }),
    'credentials.billing.password.complexity: this must be one of "no-restriction", "alpha-numeric", "special-characters", "upper-lower-numeric", "upper-lower-numeric-special", "any-3".',
  ],
  [
    'long password',
    billing('password', { length: 51 }),
    'credentials.billing.password.length: this must be at most 50.',
  ],
  [
    'prove as text',
    billing('token', { prove: 'yes' }),
    'credentials.billing.token.prove: this must be true or false, not text.',
  ],
  [
    'sender domain without a dot',
    billing('token', { allowedSenderDomains: ['x'] }),
    'credentials.billing.token.allowedSenderDomains[0]: this is no domain. Write for example "salesforce.com", which stands for its subdomains, too; a name in another script in its xn-- form.',
  ],
];

describe('bad input is one sentence that names the place and the fix', () => {
  test.each(CASES)('%s', (_name, change, sentence) => {
    expect(broken(change)).toEqual([sentence]);
  });

  test('unknown format, with those that are known', () => {
    const problems = broken(billing('integrations.0.format', 'xml'));
    expect(problems).toEqual([
      expect.stringMatching(/^credentials\.billing\.integrations\[0\]\.format: .*\bjson\b.*\.$/),
    ]);
  });

  test.each([
    ['[]', '(file): this must be an object, not a list.'],
    ['"text"', '(file): this must be an object, not text.'],
    ['null', '(file): this must be an object, not null.'],
  ])('a file that holds %j', (text, sentence) => {
    expect(problemsOf(() => readConfiguration(text))).toEqual([expect.stringContaining(sentence)]);
  });

  test('the error says it all, and that nothing helps but mending the file', () => {
    expect(() => readConfiguration('[]')).toThrow('(file): this must be an object, not a list.');
    try {
      readConfiguration('[]');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'ConfigurationError',
        retryable: false,
        name: 'ConfigurationError',
      });
    }
  });
});
