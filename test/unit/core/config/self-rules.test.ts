import { describe, expect, test } from '@jest/globals';
import { checkConfiguration } from '../../../../lib/core/config/load.ts';
import { problemsOf } from './broken.ts';

const file = (credential: object = {}, kind = 'self') => ({
  orgs: {
    prod: {
      loginUrl: 'https://acme.my.salesforce.com',
      connection: kind === 'self' ? { kind } : { kind, secret: 'salesforce/prod/rotator' },
    },
  },
  credentials: { billing: { org: 'prod', secret: 'salesforce/prod/billing', ...credential } },
});

const SELF = 'the connection of its org is "self"';
const PAIR = { kind: 'alternating-users', usernames: ['a@acme.example', 'b@acme.example'] };

const REFUSED: readonly (readonly [field: string, credential: object, sentence: RegExp])[] = [
  ['strategy', { strategy: PAIR }, /so the idle user .* Use the strategy "single-user", or a connection/],
  ['lockout.unlock', { lockout: { unlock: true } }, /no user can end its own lockout\. Take it out/],
  [
    'lockout.maxAttempts',
    { lockout: { threshold: 5, maxAttempts: 4 } },
    /so it must be at most 3: the call that changes the password may count/,
  ],
  ['onOutsideChange', { onOutsideChange: 'take-over' }, /Write "prompt" or "alert"/],
  ['heartbeat', { heartbeat: 0 }, /nothing but the heartbeat's login .* Write for example "24h"\.$/],
];

describe('a connection of kind "self"', () => {
  test('needs no secret, and takes none', () => {
    const { credentials } = checkConfiguration(file());
    expect(credentials.get('billing')?.orgConfig.connection).toEqual({ kind: 'self' });
    const withSecret = file();
    Object.assign(withSecret.orgs.prod.connection, { secret: 'rotator' });
    expect(problemsOf(() => checkConfiguration(withSecret))).toEqual([
      'orgs.prod.connection: unknown key "secret". Known keys: kind.',
    ]);
  });

  test.each(REFUSED)('refuses %s that it cannot keep: %j', (field, credential, sentence) => {
    const problems = problemsOf(() => checkConfiguration(file(credential)));
    expect(problems).toEqual([expect.stringMatching(sentence)]);
    expect(problems[0]).toMatch(new RegExp(`^credentials\\.billing\\.${field}: ${SELF}, `));
  });

  test.each(REFUSED)('another kind takes %s: %j', (_field, credential) => {
    expect(problemsOf(() => checkConfiguration(file(credential, 'client-credentials')))).toEqual([]);
  });

  test('takes the defaults, and two attempts less than the threshold', () => {
    expect(problemsOf(() => checkConfiguration(file()))).toEqual([]);
    expect(problemsOf(() => checkConfiguration(file({ lockout: { threshold: 3, maxAttempts: 1 } })))).toEqual(
      [],
    );
  });
});
