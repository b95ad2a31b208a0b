import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../../lib/core/config/load.ts';
import type {
  Attempts,
  CredentialState,
  LiveUser,
  Straggler,
  StragglerWatch,
} from '../../../../lib/core/domain/state.ts';
import type { LoginSummary, UserRecord } from '../../../../lib/core/ports/salesforce.ts';
import { noticeLogins } from '../../../../lib/core/watch/notice-logins.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const OTHER = 'billing-b@acme.example';
/** The password was set, and the integrations were swapped to it, by our clock. */
const CHANGED = '2026-11-01T11:55:00.000Z';
const SWAP = '2026-11-01T12:00:00.000Z';
const minutesAfter = (minutes: number, from = SWAP) =>
  new Date(Date.parse(from) + minutes * 60_000).toISOString();
const NOW = new Date(minutesAfter(60));
const LIVE_ID = '005580000000001AAA';
const OLD_ID = '005580000000002AAA';

const SINGLE = billingCredential();
const PAIR = billingCredential({ strategy: { kind: 'alternating-users', usernames: [OTHER, USERNAME] } });
const OAUTH = billingCredential({
  login: { kind: 'oauth-password', secret: 'salesforce/prod/app' },
  strategy: { kind: 'alternating-users', usernames: [OTHER, USERNAME] },
});

const RECORD: UserRecord = {
  userId: LIVE_ID,
  username: USERNAME,
  email: undefined,
  isActive: true,
  isFrozen: false,
  isLocked: false,
  lastPasswordChangeDate: CHANGED,
};

/** The login that proved the credential right before the swap. */
const OWN: LoginSummary = {
  userId: LIVE_ID,
  sourceIp: '198.51.100.1',
  application: 'N/A',
  via: 'soap',
  outcome: 'accepted',
  logins: 1,
  firstAt: minutesAfter(-1),
  lastAt: minutesAfter(-1),
};
const OWN_ATTEMPT: Partial<Attempts> = {
  made: 1,
  recent: [{ ordinal: 1, at: minutesAfter(-1), accepted: true }],
};
const refused = (
  first: number,
  last: number,
  logins = 4,
  changes: Partial<LoginSummary> = {},
): LoginSummary => ({
  ...OWN,
  sourceIp: '203.0.113.7',
  application: 'DataLoader',
  outcome: 'wrong-password-or-token',
  logins,
  firstAt: minutesAfter(first),
  lastAt: minutesAfter(last),
  ...changes,
});
const asOld = (first: number, last: number, changes: Partial<LoginSummary> = {}): LoginSummary =>
  refused(first, last, 4, { userId: OLD_ID, outcome: 'accepted', ...changes });

const watching = (
  changes: Partial<StragglerWatch> = {},
  user: Partial<LiveUser> = {},
  rest: Partial<CredentialState> = {},
): CredentialState =>
  billingState('idle', {
    user: { username: USERNAME, changedAt: CHANGED, provenAt: minutesAfter(-1), ...user },
    passwordChangedAt: CHANGED,
    stragglers: { from: SWAP, lookedAt: minutesAfter(55), seen: [], ...changes },
    ...billingBudget(OWN_ATTEMPT),
    ...rest,
  });
const replacing = (state: CredentialState): CredentialState => ({
  ...state,
  predecessor: { username: OTHER, versionId: 'v1', replacedAt: SWAP },
});

interface History {
  readonly live?: readonly LoginSummary[];
  readonly replaced?: readonly LoginSummary[];
  readonly swappedAt?: string;
  readonly record?: Partial<UserRecord>;
}

const look = (
  state: CredentialState,
  { live = [], replaced = [], swappedAt = SWAP, record = {} }: History,
  credential: Credential = SINGLE,
  now = NOW,
) =>
  noticeLogins(
    state,
    credential,
    {
      username: USERNAME,
      record: { ...RECORD, ...record },
      logins: { swappedAt, live: [OWN, ...live], replaced },
    },
    now,
  );
const eventsOf = (state: CredentialState | undefined) =>
  (state?.outbox ?? []).map(({ type, reason }) => (reason === undefined ? type : `${type}: ${reason}`));
const SEEN = 'Straggler Seen: old-credential';
const WARNED = 'Straggler Seen: may-lock-user';

describe('who is a straggler', () => {
  const single = watching();
  const pair = replacing(single);
  test.each<[string, CredentialState, Credential, History, readonly string[]]>([
    ['a client that is refused after the grace', single, SINGLE, { live: [refused(20, 50)] }, [SEEN]],
    ['one that began before it', single, SINGLE, { live: [refused(5, 50)] }, [SEEN]],
    ['one that was refused within the grace only', single, SINGLE, { live: [refused(1, 14)] }, []],
    ['without a token', single, SINGLE, { live: [refused(20, 50, 4, { outcome: 'token-missing' })] }, [SEEN]],
    ['by an app', single, SINGLE, { live: [refused(20, 50, 4, { via: 'oauth' })] }, [SEEN]],
    ['a person in a browser', single, SINGLE, { live: [refused(20, 50, 4, { via: 'other' })] }, []],
    ['a client that works', single, SINGLE, { live: [refused(20, 50, 4, { outcome: 'accepted' })] }, []],
    ...(['locked', 'frozen', 'inactive', 'ip-restricted', 'rate-exceeded', 'unknown'] as const).map(
      (outcome): [string, CredentialState, Credential, History, readonly string[]] => [
        `one that is refused for another reason: ${outcome}`,
        single,
        SINGLE,
        { live: [refused(20, 50, 4, { outcome })] },
        [],
      ],
    ),
    ['two users: who logs in as the replaced one', pair, PAIR, { replaced: [asOld(20, 50)] }, [SEEN]],
    [
      'who tries to, when it is retired',
      pair,
      PAIR,
      { replaced: [asOld(20, 50, { outcome: 'wrong-password-or-token' })] },
      [SEEN],
    ],
    ['who did so within the grace', pair, PAIR, { replaced: [asOld(1, 14)] }, []],
    ['who is in a browser', pair, PAIR, { replaced: [asOld(20, 50, { via: 'other' })] }, []],
    [
      'who comes by an app, where integrations log in by SOAP',
      pair,
      PAIR,
      { replaced: [asOld(20, 50, { via: 'oauth' })] },
      [],
    ],
    [
      'who comes by an app, where integrations do so',
      pair,
      OAUTH,
      { replaced: [asOld(20, 50, { via: 'oauth' })] },
      [SEEN],
    ],
    ['who is refused as the live one', pair, PAIR, { live: [refused(20, 50)] }, [SEEN]],
    ['two users, none replaced any more', single, PAIR, { replaced: [asOld(20, 50)] }, []],
  ])('%s', (_who, state, credential, history, events) => {
    const next = look(state, history, credential);
    expect(eventsOf(next)).toEqual(events);
    expect((next?.stragglers?.seen ?? []).length).toBe(events.length);
  });

  test('is told with the address, the application, how often, since when, and what to do', () => {
    const next = look(watching(), { live: [refused(20, 50)] });
    expect(next?.stragglers?.seen).toEqual([
      {
        username: USERNAME,
        sourceIp: '203.0.113.7',
        application: 'DataLoader',
        firstAt: minutesAfter(20),
        lastAt: minutesAfter(50),
        logins: 4,
        toldAt: NOW.toISOString(),
      },
    ]);
    expect(next?.outbox).toMatchObject([
      {
        message: `A client still logs in with an old credential: 203.0.113.7 (DataLoader) as "${USERNAME}", 4 times since ${minutesAfter(20)}, the last at ${minutesAfter(50)}.`,
        remedy: expect.stringMatching(
          /^Find the client at 203\.0\.113\.7 \(DataLoader\)\. Restart it or make it read/,
        ),
        by: 'watch',
      },
    ]);
  });

  test('what it did as the replaced user, with and without success, is one client', () => {
    const next = look(
      replacing(watching()),
      { replaced: [asOld(20, 30), asOld(31, 50, { outcome: 'wrong-password-or-token' })] },
      PAIR,
    );
    expect(next?.stragglers?.seen).toMatchObject([
      { username: OTHER, logins: 8, firstAt: minutesAfter(20), lastAt: minutesAfter(50) },
    ]);
  });

  test('several that one look finds are told together, each once, with no more than five by name', () => {
    const live = Array.from({ length: 7 }, (_, index) =>
      refused(20, 50 - index, 2, { sourceIp: `203.0.113.${index}` }),
    );
    const next = look(watching({ warnedAt: SWAP }), { live });
    expect(eventsOf(next)).toEqual([SEEN]);
    expect(next?.outbox[0]?.message).toMatch(/^7 clients .*203\.0\.113\.4 .*; and 2 more\.$/);
    expect(next?.stragglers?.seen.every(({ toldAt }) => toldAt !== undefined)).toBe(true);
  });
});

describe('the same history, read again', () => {
  const stored = (state: CredentialState | undefined): CredentialState => {
    if (state === undefined) throw new Error('nothing followed');
    return { ...state, version: state.version + 1, outbox: [] };
  };

  test('changes nothing, and tells nobody again', () => {
    const history = { live: [refused(20, 50)] };
    expect(look(stored(look(watching(), history)), history)).toBeUndefined();
  });

  test('with more logins of the same client tells nobody, and counts them', () => {
    const next = look(stored(look(watching({ warnedAt: SWAP }), { live: [refused(20, 50)] })), {
      live: [refused(20, 58, 7)],
    });
    expect(eventsOf(next)).toEqual([]);
    expect(next?.stragglers?.seen).toMatchObject([{ logins: 7, lastAt: minutesAfter(58) }]);
  });

  test('with another client tells of that one only', () => {
    const known = refused(20, 50);
    const next = look(stored(look(watching({ warnedAt: SWAP }), { live: [known] })), {
      live: [known, refused(30, 58, 2, { sourceIp: '203.0.113.8' })],
    });
    expect(next?.outbox.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^A client .*203\.0\.113\.8/),
    ]);
    expect(next?.stragglers?.seen.map(({ sourceIp }) => sourceIp)).toEqual(['203.0.113.8', '203.0.113.7']);
  });

  test('of more clients than are remembered tells nobody over and over', () => {
    const live = (from: number) =>
      Array.from({ length: 30 }, (_, index) =>
        refused(20, 40 + ((index + from) % 15), 2, { sourceIp: `203.0.113.${index}` }),
      );
    const first = stored(look(watching({ warnedAt: SWAP }), { live: live(0) }));
    expect(first.stragglers?.seen).toHaveLength(20);
    const second = look(first, { live: live(7) });
    expect(eventsOf(second)).toEqual([]);
    expect(second?.stragglers?.seen).toHaveLength(20);
  });

  test('is noted once an hour while nothing happens', () => {
    expect(look(watching(), {})).toBeUndefined();
    expect(look(watching({ lookedAt: minutesAfter(0) }), {})?.stragglers).toEqual({
      from: SWAP,
      seen: [],
      lookedAt: NOW.toISOString(),
    });
    const { stragglers } = watching();
    const unread = { ...watching(), stragglers: { from: SWAP, seen: stragglers?.seen ?? [] } };
    expect(look(unread, {})?.stragglers?.lookedAt).toBe(NOW.toISOString());
  });
});

describe('the service’s own logins', () => {
  const own = (...recent: NonNullable<Attempts['recent']>) => watching({}, {}, billingBudget({ recent }));
  const failedAt = (minutes: number, ordinal = 2) => ({ ordinal, at: minutesAfter(minutes) });

  test.each([
    ['one refusal at the time of a reservation is its own', own(failedAt(30)), refused(30, 30, 1), []],
    ['also with the clocks ten minutes apart', own(failedAt(30)), refused(40, 40, 1), []],
    ['and two with two', own(failedAt(30), failedAt(40, 3)), refused(30, 40, 2), []],
    ['more refusals than reservations are somebody’s', own(failedAt(30)), refused(30, 40, 2), [SEEN]],
    ['a reservation hours before explains nothing', own(failedAt(-120)), refused(30, 30, 1), [SEEN]],
    ['nor one that was accepted', own({ ...failedAt(30), accepted: true }), refused(30, 30, 1), [SEEN]],
  ])('%s', (_case, state, login, events) => {
    expect(eventsOf(look(state, { live: [login] }))).toEqual(events);
  });

  test('its login that prepares the replaced user for the next swap is not a straggler’s', () => {
    const recent = [{ ordinal: 1, at: minutesAfter(50), accepted: true as const }];
    const state = replacing(watching({}, {}, { budgets: { [OTHER]: { spent: 0, refused: [], recent } } }));
    const preparing = { ...state, phase: 'verified' as const, rotation: { ...ROTATION, username: OTHER } };
    const login = asOld(50, 50, { logins: 1 });
    expect(eventsOf(look(preparing, { replaced: [login] }, PAIR))).toEqual([]);
    expect(eventsOf(look(preparing, { replaced: [{ ...login, logins: 2 }] }, PAIR))).toEqual([SEEN]);
  });
});

describe('a clock that is ten minutes wrong', () => {
  /** The org's times are so many minutes ahead of ours. */
  const ahead = (minutes: number) =>
    watching({}, { changedAt: minutesAfter(minutes, CHANGED), provenAt: minutesAfter(minutes - 1) });

  test.each([
    ['the org is ahead: what it saw 14 minutes after the swap is within the grace', ahead(10), 24, []],
    ['and 16 minutes after it is not', ahead(10), 26, [SEEN]],
    ['the org is behind: 14 minutes are within the grace', ahead(-10), 4, []],
    ['a change that was adopted ten minutes later says nothing of the clock', ahead(-10), 14, []],
    [
      'how far is not known: 29 minutes may be within the grace',
      watching({}, { changedAt: minutesAfter(-90) }),
      29,
      [],
    ],
    ['and 31 are not', watching({}, { changedAt: minutesAfter(-90) }), 31, [SEEN]],
  ])('%s', (_case, state, last, events) => {
    const changedAt = state.user?.changedAt ?? '';
    const history = { live: [refused(last, last)], record: { lastPasswordChangeDate: changedAt } };
    expect(eventsOf(look(state, history))).toEqual(events);
  });
});

describe('a warning before the user is locked out', () => {
  const working = (minutes: number) =>
    refused(-1, minutes, 50, { sourceIp: '203.0.113.9', outcome: 'accepted' });
  const at = new Date(minutesAfter(12));
  test.each<[string, History, readonly string[]]>([
    ['half of the threshold is used up, also within the grace', { live: [refused(1, 10, 5)] }, [WARNED]],
    ['less, but it would not last until the next look', { live: [refused(9, 11, 4)] }, [WARNED]],
    ['less, and slowly', { live: [refused(-100, 11, 4)] }, []],
    ['two quick ones are no sign yet', { live: [refused(10.9, 11, 2)] }, []],
    [
      'several clients together',
      { live: [refused(1, 10, 3), refused(2, 9, 2, { sourceIp: '203.0.113.8' })] },
      [WARNED],
    ],
    ['a login that worked since has ended the count', { live: [refused(1, 10, 9), working(11)] }, []],
    ['one that worked before most of them has not', { live: [refused(0, 11, 12), working(1)] }, [WARNED]],
    [
      'the user is locked out already, which is told otherwise',
      { live: [refused(1, 10, 9)], record: { isLocked: true } },
      [],
    ],
    ['refusals that do not count', { live: [refused(1, 10, 9, { outcome: 'ip-restricted' })] }, []],
    ['a person in a browser counts, too', { live: [refused(1, 10, 9, { via: 'other' })] }, [WARNED]],
  ])('%s', (_case, history, events) => {
    expect(eventsOf(look(watching({ lookedAt: minutesAfter(7) }), history, SINGLE, at))).toEqual(events);
  });

  test('names the clients, the count and the threshold, and comes once', () => {
    const next = look(watching(), { live: [refused(1, 10, 6)] }, SINGLE, at);
    expect(next?.outbox).toMatchObject([
      {
        message: expect.stringMatching(
          /may soon lock "billing@acme\.example" out.* about 6 .* after 10\. .*203\.0\.113\.7 \(DataLoader\)\.$/,
        ),
        remedy: expect.stringMatching(/^Stop the client now\. /),
      },
    ]);
    const stored = { ...(next as CredentialState), outbox: [] };
    expect(eventsOf(look(stored, { live: [refused(1, 13, 8)] }, SINGLE, new Date(minutesAfter(13))))).toEqual(
      [],
    );
  });

  test('is not about what the service did itself', () => {
    const recent = [1, 2, 3, 4, 5].map((minute) => ({ ordinal: minute, at: minutesAfter(minute) }));
    const state = watching({}, {}, billingBudget({ recent }));
    expect(eventsOf(look(state, { live: [refused(1, 5, 5)] }, SINGLE, at))).toEqual([]);
  });

  test('minds the threshold of the org', () => {
    const strict = billingCredential({ lockout: { threshold: 3, maxAttempts: 1 } });
    expect(eventsOf(look(watching(), { live: [refused(1, 10, 2)] }, strict, at))).toEqual([WARNED]);
  });
});

describe('the end of the watch', () => {
  const DAY = 24 * 60;
  const told: Straggler = {
    username: USERNAME,
    sourceIp: '203.0.113.7',
    application: 'DataLoader',
    firstAt: minutesAfter(20),
    lastAt: minutesAfter(50),
    logins: 4,
    toldAt: minutesAfter(55),
  };
  test.each<[string, readonly Straggler[], History, number, readonly string[]]>([
    ['a day without any', [], {}, DAY, ['Stragglers Gone']],
    ['a second less', [], {}, DAY - 1 / 60, []],
    ['a day after the last one', [told], { live: [refused(20, 50)] }, DAY + 50, ['Stragglers Gone']],
    ['a second less than that', [told], { live: [refused(20, 50)] }, DAY + 50 - 1 / 60, []],
    ['a last one that has come back', [told], { live: [refused(20, DAY, 9)] }, DAY + 50, []],
  ])('%s', (_case, seen, history, minutes, events) => {
    const next = look(watching({ seen, warnedAt: SWAP }), history, SINGLE, new Date(minutesAfter(minutes)));
    expect(eventsOf(next)).toEqual(events);
    expect(next?.stragglers?.convergedAt !== undefined).toBe(events.length > 0);
  });

  test('is kept: what comes after it changes nothing', () => {
    const over = watching({ convergedAt: minutesAfter(DAY) });
    expect(look(over, { live: [refused(20, 50)] })).toBeUndefined();
  });

  test('says how many there were', () => {
    const gone = (seen: readonly Straggler[]) =>
      look(watching({ seen }), {}, SINGLE, new Date(minutesAfter(3 * DAY)))?.outbox[0]?.message;
    expect(gone([])).toBe('Within 24 h of the swap no client was seen with an old credential.');
    expect(gone([told])).toMatch(/^No client has logged in .* for 24 h; there were 1\.$/);
  });

  test('comes silently where not even the service’s own login is shown', () => {
    const hidden = (state: CredentialState, minutes: number) =>
      noticeLogins(
        state,
        SINGLE,
        { username: USERNAME, record: RECORD, logins: { swappedAt: SWAP, live: [], replaced: [] } },
        new Date(minutesAfter(minutes)),
      );
    const first = hidden(watching(), 60);
    expect(first?.stragglers).toMatchObject({ unseen: true });
    const over = hidden(watching({ unseen: true }), DAY);
    expect(over?.stragglers?.convergedAt).toBe(minutesAfter(DAY));
    expect([...eventsOf(first), ...eventsOf(over)]).toEqual([]);
    expect(look(watching({ unseen: true }), {})?.stragglers?.unseen).toBeUndefined();
  });
});

describe('nothing is judged', () => {
  const history = { live: [refused(20, 50)] };
  test.each<[string, CredentialState, Credential, History]>([
    [
      'by what was read for an earlier swap',
      watching(),
      SINGLE,
      { ...history, swappedAt: minutesAfter(-60) },
    ],
    [
      'while a rotation changes this very user',
      { ...watching(), phase: 'awaiting-token', rotation: ROTATION },
      SINGLE,
      history,
    ],
    ['of another user than the recorded one', watching({}, { username: OTHER }), SINGLE, history],
    [
      'where stragglers are not wanted',
      watching(),
      billingCredential({ stragglers: { convergedAfter: 0 } }),
      history,
    ],
    ['before the first swap', billingState('idle', { user: { username: USERNAME } }), SINGLE, history],
  ])('%s', (_case, state, credential, seen) => {
    expect(look(state, seen, credential)).toBeUndefined();
  });

  test('where the history was not read', () => {
    expect(noticeLogins(watching(), SINGLE, { username: USERNAME, record: RECORD }, NOW)).toBeUndefined();
  });
});

describe('proof that the credential works', () => {
  const worked = (minutes: number, changes: Partial<LoginSummary> = {}) =>
    refused(minutes, minutes, 1, { sourceIp: '203.0.113.9', outcome: 'accepted', ...changes });
  const idle = (user: Partial<LiveUser> = {}) =>
    billingState('idle', {
      user: { username: USERNAME, changedAt: CHANGED, provenAt: minutesAfter(-1), ...user },
    });

  test.each<[string, CredentialState, History, string | undefined]>([
    ['a login that worked', idle(), { live: [worked(30)] }, minutesAfter(30)],
    ['the newest of several', idle(), { live: [worked(30), worked(40)] }, minutesAfter(40)],
    [
      'a login after what the last heartbeat met',
      idle({ failed: { trouble: 'login-restricted', at: minutesAfter(10) } }),
      { live: [worked(30)] },
      minutesAfter(30),
    ],
    [
      'the first, where nothing was proven before',
      billingState('idle', { user: { username: USERNAME, changedAt: CHANGED } }),
      { live: [worked(30)] },
      minutesAfter(30),
    ],
    ['one in the future of our clock counts as now', idle(), { live: [worked(65)] }, NOW.toISOString()],
    ['not an older one', idle({ provenAt: minutesAfter(35) }), { live: [worked(30)] }, undefined],
    [
      'not one before the last change',
      idle({ changedAt: minutesAfter(40), provenAt: SWAP }),
      { live: [worked(30)], record: { lastPasswordChangeDate: minutesAfter(40) } },
      undefined,
    ],
    [
      'not one with a password that somebody else has set',
      idle(),
      { live: [worked(30)], record: { lastPasswordChangeDate: minutesAfter(20) } },
      undefined,
    ],
    [
      'not one by an app: most of its flows need no password',
      idle(),
      { live: [worked(30, { via: 'oauth' })] },
      undefined,
    ],
    ['not one in a browser', idle(), { live: [worked(30, { via: 'other' })] }, undefined],
    [
      'not while others are refused: they may be the integrations',
      idle(),
      { live: [worked(30), refused(10, 29)] },
      undefined,
    ],
    [
      'but when what was refused was before the last proof',
      idle({ provenAt: minutesAfter(20) }),
      { live: [worked(30), refused(10, 15)] },
      minutesAfter(30),
    ],
    [
      'or for another reason',
      idle(),
      { live: [worked(30), refused(10, 29, 4, { outcome: 'rate-exceeded' })] },
      minutesAfter(30),
    ],
  ])('%s', (_case, state, history, provenAt) => {
    expect(look(state, history)?.user?.provenAt).toBe(provenAt);
  });

  test('is not looked for where integrations log in by an app, nor without heartbeats', () => {
    for (const credential of [OAUTH, billingCredential({ heartbeat: 0 })])
      expect(look(idle(), { live: [worked(30)] }, credential)).toBeUndefined();
  });
});
