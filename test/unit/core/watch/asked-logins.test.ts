import { describe, expect, test } from '@jest/globals';
import type { CredentialState, LiveUser } from '../../../../lib/core/domain/state.ts';
import type { UserRecord } from '../../../../lib/core/ports/salesforce.ts';
import { asksForLogins, loginsWanted } from '../../../../lib/core/watch/asked-logins.ts';
import { billingCredential, billingState, ROTATION, USERNAME } from '../../../support/billing.ts';

const NOW = new Date('2026-11-02T12:00:00.000Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const HOUR = 3_600;
const DAILY = billingCredential();
const user = (changes: Partial<LiveUser> = {}): Partial<CredentialState> => ({
  user: { username: USERNAME, changedAt: ago(72 * HOUR), ...changes },
});
const proven = (seconds: number, changes: Partial<LiveUser> = {}) =>
  billingState('idle', user({ provenAt: ago(seconds), ...changes }));
const swapped = (changes: Partial<CredentialState['stragglers']> = {}): CredentialState => ({
  ...proven(HOUR),
  stragglers: { from: ago(HOUR), seen: [], ...changes },
});
const withoutHeartbeat = billingCredential({ heartbeat: 0 });

describe('the login history is asked for', () => {
  test.each([
    ['while stragglers are looked for', swapped(), DAILY, true],
    ['not when they are gone', swapped({ convergedAt: ago(60) }), DAILY, false],
    [
      'not where nobody wants to know of them',
      swapped(),
      billingCredential({ stragglers: { convergedAfter: 0 } }),
      false,
    ],
    ['not for a credential at rest', proven(HOUR), DAILY, false],
    ['by the first look of the hour in which a heartbeat is due', proven(24 * HOUR - 3_900), DAILY, true],
    ['not before', proven(24 * HOUR - 3_901), DAILY, false],
    ['not for heartbeats that are turned off', proven(72 * HOUR), withoutHeartbeat, false],
    [
      'while what the last heartbeat met is not mended',
      proven(HOUR, { failed: { trouble: 'token-reset', at: ago(60) } }),
      DAILY,
      true,
    ],
    ['not when it is', proven(60, { failed: { trouble: 'token-reset', at: ago(HOUR) } }), DAILY, false],
    [
      'not for a proof that could not be judged',
      billingState('idle', { user: { username: USERNAME, provenAt: ago(72 * HOUR) } }),
      DAILY,
      false,
    ],
    [
      'not while a rotation changes the user',
      { ...swapped(), phase: 'changing' as const, rotation: ROTATION },
      DAILY,
      false,
    ],
    [
      'while one prepares the other user',
      { ...swapped(), phase: 'verified' as const, rotation: { ...ROTATION, username: 'b@acme.example' } },
      DAILY,
      true,
    ],
  ])('%s', (_when, state, credential, asked) => {
    expect(asksForLogins(state, credential, NOW)).toBe(asked);
  });

  test('by no later look of that hour, so that many heartbeats cost one call', () => {
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
    const state = proven(24 * HOUR - 1_800);
    expect([0, 299, 300, 3_599].map((seconds) => asksForLogins(state, DAILY, at(seconds)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('not where integrations log in by an app, whose logins prove nothing', () => {
    const oauth = billingCredential({ login: { kind: 'oauth-password', secret: 'salesforce/prod/app' } });
    expect(asksForLogins(proven(24 * HOUR), oauth, NOW)).toBe(false);
    expect(asksForLogins(swapped(), oauth, NOW)).toBe(true);
  });
});

describe('whose logins are wanted, and since when', () => {
  const record = (userId: string) => ({ userId }) as UserRecord;
  const users = { live: record('live'), replaced: record('old') };

  test('of the live user from a little before the swap, of the replaced one from after it', () => {
    const state = { ...swapped(), passwordChangedAt: ago(72 * HOUR + 60) };
    expect(loginsWanted(state, DAILY, users)).toEqual([
      { userId: 'live', since: new Date(ago(HOUR + 900)) },
      { userId: 'old', since: new Date(ago(HOUR - 60)) },
    ]);
  });

  test('for a proof, of the live user only, since the last one', () => {
    expect(loginsWanted(proven(24 * HOUR), DAILY, users)).toEqual([
      { userId: 'live', since: new Date(ago(24 * HOUR + 900)) },
    ]);
  });

  test('never from before the last change, where there is no swap to look at', () => {
    const state = proven(24 * HOUR, { changedAt: ago(24 * HOUR + 60) });
    expect(loginsWanted(state, DAILY, users)).toEqual([
      { userId: 'live', since: new Date(ago(24 * HOUR + 60)) },
    ]);
  });

  test('of nobody whom the org does not show', () => {
    expect(loginsWanted(swapped(), DAILY, { live: undefined, replaced: undefined })).toEqual([]);
  });
});
