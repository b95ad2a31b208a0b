import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../../lib/core/config/load.ts';
import { type Refusal, refusals } from '../../../../lib/core/domain/refusal.ts';
import type {
  CredentialState,
  EventType,
  LiveUser,
  Phase,
  RotationRequest,
} from '../../../../lib/core/domain/state.ts';
import type { UserRecord } from '../../../../lib/core/ports/salesforce.ts';
import { notice } from '../../../../lib/core/watch/notice.ts';
import { billingCredential, billingState, ROTATION, USERNAME } from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const OTHER = 'billing-b@acme.example';
/** The org's date of our own change, and of one by somebody else. */
const OURS = '2026-11-01T10:00:00.000Z';
const THEIRS = '2026-11-01T11:58:00.000Z';

const single = (onOutsideChange: Credential['onOutsideChange']) => billingCredential({ onOutsideChange });
const pair = (onOutsideChange: Credential['onOutsideChange']) =>
  billingCredential({
    onOutsideChange,
    strategy: { kind: 'alternating-users', usernames: [USERNAME, OTHER] },
  });

const GOOD: UserRecord = {
  userId: '005580000000001AAA',
  username: USERNAME,
  email: undefined,
  isActive: true,
  isFrozen: false,
  isLocked: false,
  lastPasswordChangeDate: OURS,
};
const changed: UserRecord = { ...GOOD, lastPasswordChangeDate: THEIRS };
const inactive: UserRecord = { ...GOOD, isActive: false };
const frozen: UserRecord = { ...GOOD, isFrozen: true };
const locked: UserRecord = { ...GOOD, isLocked: true };
const missing = undefined;

const user = (changes: Partial<LiveUser> = {}): Pick<CredentialState, 'user'> => ({
  user: { username: USERNAME, changedAt: OURS, ...changes },
});
const idle = billingState('idle', user());
const told = billingState('idle', user({ toldChange: THEIRS }));
const invited = billingState('invited', user());
const started = billingState('invited', { ...user(), rotation: { ...ROTATION, startPressed: true } });
const blockedBy = (refusal: Refusal, from: 'idle' | 'awaiting-token' = 'idle') =>
  billingState('blocked', {
    ...user(),
    blocked: { from, refusal, at: OURS },
    ...(from === 'idle' ? {} : { rotation: ROTATION }),
  });
const { rotation: _none, ...blockedAtRest } = blockedBy(refusals.userFrozen(USERNAME));
/** The idle one of two users is being prepared. */
const preparing = (phase: Phase, commitAt?: string) =>
  billingState(phase, {
    ...user(),
    rotation: { ...ROTATION, username: OTHER, ...(commitAt === undefined ? {} : { commitAt }) },
  });

interface Expected {
  readonly phase: Phase;
  readonly events?: readonly EventType[];
  readonly asks?: RotationRequest['cause'];
  readonly refusal?: Refusal['code'];
  readonly user?: Partial<LiveUser>;
}

const judge = (state: CredentialState, credential: Credential, record: UserRecord | undefined) =>
  notice(state, credential, { username: USERNAME, record }, NOW);

const TOLD = 'Password Changed Outside';

/** The table of docs/operations.md: what is seen, in which state, by which policy; what follows. */
const TABLE: readonly (readonly [
  cause: string,
  state: CredentialState,
  record: UserRecord | undefined,
  credential: Credential,
  Expected,
])[] = [
  // An outside change.
  [
    'changed; prompt: asks; people are told with the link, when it begins',
    idle,
    changed,
    single('prompt'),
    { phase: 'idle', events: ['Rotation Requested'], asks: 'outside-change' },
  ],
  [
    'changed; take-over: told, and another password is asked for',
    idle,
    changed,
    single('take-over'),
    { phase: 'idle', events: [TOLD], asks: 'take-over', user: { toldChange: THEIRS } },
  ],
  [
    'changed; alert: told, and nothing else',
    idle,
    changed,
    single('alert'),
    { phase: 'idle', events: [TOLD], user: { toldChange: THEIRS, changedAt: OURS } },
  ],
  [
    'changed; two users; prompt',
    idle,
    changed,
    pair('prompt'),
    { phase: 'idle', events: ['Rotation Requested'], asks: 'outside-change' },
  ],
  [
    'changed; two users; take-over',
    idle,
    changed,
    pair('take-over'),
    { phase: 'idle', events: [TOLD], asks: 'take-over' },
  ],
  ['changed; two users; alert', idle, changed, pair('alert'), { phase: 'idle', events: [TOLD] }],
  [
    'changed while somebody is invited to start; prompt: the invitation makes room',
    invited,
    changed,
    single('prompt'),
    { phase: 'idle', events: ['Rotation Requested'], asks: 'outside-change' },
  ],
  [
    'changed while invited; take-over',
    invited,
    changed,
    single('take-over'),
    { phase: 'idle', events: [TOLD], asks: 'take-over' },
  ],
  [
    'changed while invited; alert: the invitation stands',
    invited,
    changed,
    single('alert'),
    { phase: 'invited', events: [TOLD] },
  ],
  [
    'changed while the other user is prepared; prompt: the swap is hurried',
    preparing('verified', '2026-11-03T00:00:00Z'),
    changed,
    pair('prompt'),
    { phase: 'verified', events: [TOLD] },
  ],
  [
    'changed while the other user waits for a token; take-over',
    preparing('awaiting-token'),
    changed,
    pair('take-over'),
    { phase: 'awaiting-token', events: [TOLD] },
  ],
  [
    'changed while the other user is prepared; alert',
    preparing('verified', '2026-11-03T00:00:00Z'),
    changed,
    pair('alert'),
    { phase: 'verified', events: [TOLD] },
  ],
  [
    'changed while blocked: told, and the remedy is the same',
    { ...blockedAtRest, ...user() },
    { ...changed, isFrozen: true },
    single('take-over'),
    { phase: 'blocked', events: [TOLD], refusal: 'user-frozen' },
  ],
  [
    'told already, and the policy is another now',
    told,
    changed,
    single('take-over'),
    { phase: 'idle', events: [], asks: 'take-over' },
  ],
  // A user who cannot log in.
  [
    'deactivated',
    idle,
    inactive,
    single('prompt'),
    { phase: 'blocked', events: ['Rotation Blocked'], refusal: 'user-inactive' },
  ],
  [
    'frozen',
    idle,
    frozen,
    single('alert'),
    { phase: 'blocked', events: ['Rotation Blocked'], refusal: 'user-frozen' },
  ],
  [
    'not shown',
    idle,
    missing,
    single('take-over'),
    { phase: 'blocked', events: ['Rotation Blocked'], refusal: 'user-not-found' },
  ],
  [
    'frozen; two users',
    idle,
    frozen,
    pair('prompt'),
    { phase: 'blocked', events: ['Rotation Blocked'], refusal: 'user-frozen' },
  ],
  [
    'locked out: it ends by itself',
    idle,
    locked,
    single('prompt'),
    { phase: 'idle', events: ['User Locked Out'], user: { trouble: 'user-locked' } },
  ],
  [
    'no longer locked out',
    billingState('idle', user({ trouble: 'user-locked' })),
    GOOD,
    single('prompt'),
    { phase: 'idle', events: [] },
  ],
  [
    'locked out and changed; take-over: the change counts',
    idle,
    { ...changed, isLocked: true },
    single('take-over'),
    { phase: 'idle', events: [TOLD], asks: 'take-over' },
  ],
  [
    'resumed, and still frozen',
    billingState('idle', user({ trouble: 'user-frozen' })),
    frozen,
    single('prompt'),
    { phase: 'blocked', events: ['Rotation Blocked'] },
  ],
  [
    'unfrozen: goes on by itself',
    blockedAtRest,
    GOOD,
    single('prompt'),
    { phase: 'idle', events: ['Rotation Resumed'] },
  ],
  [
    'unlocked: goes on by itself',
    { ...blockedAtRest, blocked: { from: 'idle', refusal: refusals.userLocked(USERNAME), at: OURS } },
    GOOD,
    single('prompt'),
    { phase: 'idle', events: ['Rotation Resumed'] },
  ],
  [
    'unfrozen, and it was this one of two users',
    { ...blockedAtRest, ...user({ trouble: 'user-frozen' }) },
    GOOD,
    pair('prompt'),
    { phase: 'idle', events: ['Rotation Resumed'] },
  ],
  // What is learned, and told to nobody.
  [
    'the first look at a user',
    billingState('idle'),
    GOOD,
    single('prompt'),
    { phase: 'idle', events: [], user: { username: USERNAME, changedAt: OURS } },
  ],
  [
    'our own change, whose date was not read',
    billingState('idle', { user: { username: USERNAME }, passwordChangedAt: OURS }),
    GOOD,
    single('alert'),
    { phase: 'idle', events: [], user: { changedAt: OURS } },
  ],
  [
    'the same, and our clock was ten minutes behind',
    billingState('idle', { user: { username: USERNAME }, passwordChangedAt: '2026-11-01T09:50:00.000Z' }),
    GOOD,
    single('alert'),
    { phase: 'idle', events: [], user: { changedAt: OURS } },
  ],
  [
    'the same, and our clock was ten minutes ahead',
    billingState('idle', { user: { username: USERNAME }, passwordChangedAt: '2026-11-01T10:10:00.000Z' }),
    GOOD,
    single('alert'),
    { phase: 'idle', events: [], user: { changedAt: OURS } },
  ],
  [
    'a change long after ours, whose date was not read',
    billingState('idle', { user: { username: USERNAME }, passwordChangedAt: OURS }),
    changed,
    single('alert'),
    { phase: 'idle', events: [TOLD] },
  ],
];

describe('what follows from a look at a user', () => {
  test.each(TABLE)('%s', (_cause, state, record, credential, expected) => {
    const next = judge(state, credential, record);
    expect(next?.phase).toBe(expected.phase);
    expect(next?.outbox.map(({ type }) => type)).toEqual(expected.events ?? []);
    expect(next?.request?.cause).toBe(expected.asks);
    if (expected.refusal !== undefined) expect(next?.blocked?.refusal.code).toBe(expected.refusal);
    expect(next?.user).toMatchObject(expected.user ?? {});
    // A look costs no login, and spends nothing.
    expect(next?.budgets).toEqual(state.budgets);
  });

  test.each(TABLE)('%s: once', (_cause, state, record, credential) => {
    const next = judge(state, credential, record);
    if (next === undefined) throw new Error('nothing follows');
    expect(judge({ ...next, outbox: [] }, credential, record)).toBeUndefined();
  });

  test.each(TABLE.filter(([, , , , { events = [] }]) => events.length > 0))(
    '%s: who is told learns what to do, or that nothing is to be done',
    (_cause, state, record, credential) => {
      for (const event of judge(state, credential, record)?.outbox ?? []) {
        expect(event.message).toMatch(/^[A-Z].*\.$/);
        const needsNobody = /asked for now|records say|goes on\./.test(event.message);
        expect(needsNobody || event.remedy !== undefined).toBe(true);
      }
    },
  );
});

const QUIET: readonly (readonly [string, CredentialState, UserRecord | undefined, Credential])[] = [
  ['nothing changed', idle, GOOD, single('prompt')],
  ['a change that was told', told, changed, single('alert')],
  ['an org that shows no date', idle, { ...GOOD, lastPasswordChangeDate: undefined }, single('prompt')],
  [
    'a lockout that was told',
    billingState('idle', user({ trouble: 'user-locked' })),
    locked,
    single('prompt'),
  ],
  ['somebody has pressed Start', started, changed, single('prompt')],
  [
    'a rotation is asked for',
    billingState('idle', { ...user(), request: { cause: 'requested', by: 'ann', at: OURS } }),
    changed,
    single('prompt'),
  ],
  [
    'a rotation is claimed',
    billingState('idle', { ...user(), rotation: ROTATION }),
    frozen,
    single('prompt'),
  ],
  ['still frozen', blockedAtRest, frozen, single('prompt')],
  [
    'blocked by something else',
    { ...blockedAtRest, blocked: { from: 'idle', refusal: refusals.draftSecretMissing('x'), at: OURS } },
    GOOD,
    single('prompt'),
  ],
  ['blocked by the other of two users', blockedAtRest, GOOD, pair('prompt')],
  [
    'blocked half-way in our own change',
    blockedBy(refusals.userFrozen(USERNAME), 'awaiting-token'),
    changed,
    single('take-over'),
  ],
  ['the look was at another user', { ...idle, user: { username: OTHER } }, changed, single('prompt')],
  ...(['drafted', 'changing', 'awaiting-token', 'verified', 'committing'] as const).map(
    (phase) =>
      [
        `our own change, answered or not: ${phase}`,
        billingState(phase, user()),
        { ...changed, isFrozen: true },
        single('take-over'),
      ] as const,
  ),
];

test.each(QUIET)('nothing follows: %s', (_what, state, record, credential) => {
  expect(judge(state, credential, record)).toBeUndefined();
});

test('a later change is told again', () => {
  const later = { ...changed, lastPasswordChangeDate: '2026-11-01T11:59:00.000Z' };
  expect(judge(told, single('alert'), later)?.outbox).toHaveLength(1);
});

test('the swap to the prepared user is hurried, unless people only want to be told', () => {
  const state = preparing('verified', '2026-11-03T00:00:00Z');
  expect(judge(state, pair('take-over'), changed)?.rotation).not.toHaveProperty('commitAt');
  expect(judge(state, pair('alert'), changed)?.rotation).toHaveProperty('commitAt');
});

test('an invitation that makes room is gone, with its links', () => {
  expect(judge(invited, single('take-over'), changed)).not.toHaveProperty('rotation');
});
