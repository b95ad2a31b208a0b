import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TokenSource } from '../../../../lib/core/config/schema.ts';
import { budgetOf } from '../../../../lib/core/domain/budget.ts';
import type { CredentialState, Phase } from '../../../../lib/core/domain/state.ts';
import type { Action, Facts } from '../../../../lib/core/reconcile/facts.ts';
import { plan } from '../../../../lib/core/reconcile/plan.ts';
import { attemptsLeft } from '../../../../lib/core/reconcile/plan-parts.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const PHASES: readonly Phase[] = [
  'idle',
  'invited',
  'drafted',
  'changing',
  'awaiting-token',
  'verified',
  'committing',
  'blocked',
];
const TOUCHES_SALESFORCE: ReadonlySet<Action['do']> = new Set([
  'look',
  'set-password',
  'verify',
  'prove-token',
  'retire',
  'prove-current',
]);
const CHANGES_SECRETS: ReadonlySet<Action['do']> = new Set([
  'draft',
  'request-commit',
  'remove-pending',
  'sweep',
  'bring-forward',
  'refuse-rollback',
]);

const time = fc
  .integer({ min: -200_000, max: 200_000 })
  .map((seconds) => new Date(Date.parse('2026-11-01T12:00:00Z') + seconds * 1_000).toISOString());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const withoutUndefined = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const SOURCES: readonly TokenSource[][] = [
  ['unchanged'],
  ['mailbox'],
  ['unchanged', 'mailbox'],
  ['unchanged', 'operator'],
];
const STRATEGIES = [
  { kind: 'single-user' },
  { kind: 'alternating-users', usernames: [USERNAME, 'billing-b@acme.example'] },
] as const satisfies NonNullable<Parameters<typeof billingCredential>[0]>['strategy'][];
const CREDENTIALS = SOURCES.flatMap((sources) =>
  [1, 3, 9].flatMap((maxAttempts) =>
    [[], ['1h', '4h']].flatMap((remindAfter) =>
      [{}, { schedule: { every: '1 day' } }].flatMap((schedule) =>
        STRATEGIES.map((strategy) =>
          billingCredential({
            token: { sources, remindAfter, prove: maxAttempts > 1 },
            lockout: { maxAttempts, unlock: maxAttempts === 3 },
            prompt: maxAttempts === 3 ? { escalate: { after: '2h' } } : {},
            strategy,
            drift: { bringForward: maxAttempts > 1 },
            integrations: remindAfter.length === 0 ? [] : [{ secret: 'etl', format: 'json' }],
            ...schedule,
          }),
        ),
      ),
    ),
  ),
);

const refusal = fc.record({
  code: fc.constantFrom('user-frozen' as const, 'attempts-spent' as const, 'user-locked' as const),
  message: fc.constant('Stopped.'),
  remedy: fc.constant('Mend it.'),
});

const state: fc.Arbitrary<CredentialState> = fc
  .record({
    phase: fc.constantFrom(...PHASES),
    since: time,
    claimed: fc.boolean(),
    predecessor: maybe(
      fc.record({ retireAt: maybe(time), endedAt: maybe(time) }).map((times) => ({
        username: USERNAME,
        versionId: 'v',
        replacedAt: 'then',
        ...withoutUndefined(times),
      })),
    ),
    drift: maybe(time.map((checkedAt) => ({ checkedAt }))),
    chore: maybe(time.map((leaseUntil) => ({ kind: 'retire' as const, leaseUntil }))),
    rotation: fc.record({
      cause: fc.constantFrom('due', 'requested', 'rollback', 'outside-change'),
      escalatedAt: maybe(time),
      unlockTriedAt: maybe(time),
      commitAt: maybe(time),
      changedBefore: maybe(time),
      setLeaseUntil: maybe(time),
      startPressed: maybe(fc.boolean()),
      triedUnchanged: maybe(fc.boolean()),
      reminders: maybe(fc.nat({ max: 4 })),
      commitRequestedAt: maybe(time),
      decidedAt: maybe(time),
    }),
    request: maybe(
      fc.record({
        cause: fc.constantFrom('requested', 'rollback', 'outside-change'),
        by: fc.constant('ann'),
        at: time,
      }),
    ),
    passwordChangedAt: maybe(time),
    spent: fc.nat({ max: 12 }),
    lastAt: maybe(time),
    leaseUntil: maybe(time),
    refused: fc.array(
      fc.record({
        fingerprint: fc.constantFrom('f1', 'f2'),
        at: time,
        times: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 2 },
    ),
    refusal: maybe(refusal),
    notBefore: maybe(time),
  })
  .map(
    ({
      phase,
      since,
      claimed,
      rotation,
      spent,
      lastAt,
      leaseUntil,
      refused,
      refusal: reason,
      notBefore,
      ...rest
    }) => {
      const inFlight = leaseUntil && { id: 'x', fingerprint: 'f', source: 'mailbox', leaseUntil };
      const blocked = phase === 'blocked' &&
        reason && {
          from: reason.code === 'user-locked' ? 'awaiting-token' : 'changing',
          at: since,
          refusal: withoutUndefined({ ...reason, notBefore }),
        };
      return billingState(phase, {
        since,
        ...withoutUndefined({ ...rest, blocked: blocked || undefined }),
        ...(phase !== 'idle' || claimed ? { rotation: { ...ROTATION, ...withoutUndefined(rotation) } } : {}),
        ...billingBudget({ spent, refused, ...withoutUndefined({ lastAt, inFlight }) }),
      } as Partial<CredentialState>);
    },
  );

const facts: fc.Arbitrary<Facts> = fc
  .record({
    now: time.map((text) => new Date(text)),
    credential: fc.constantFrom(...CREDENTIALS),
    trigger: fc.constantFrom(
      { kind: 'poke' },
      { kind: 'start', by: 'ann' },
      { kind: 'resume', by: 'ann' },
      { kind: 'check', by: 'ann' },
      { kind: 'token', source: 'mailbox' },
      { kind: 'token', source: 'operator' },
      { kind: 'token', source: 'operator', by: 'ann', rotationId: ROTATION.id },
      { kind: 'token', source: 'operator', by: 'ann', rotationId: 'another' },
      { kind: 'credential', by: 'ann' },
      { kind: 'renew-prompt', by: 'ann' },
    ),
    preflight: maybe(fc.oneof(fc.constant('passed'), refusal)),
    obstacle: fc.option(refusal, { nil: undefined, freq: 9 }),
    lastPasswordChangeDate: maybe(fc.oneof(time, fc.constant(null))),
    draft: maybe(fc.constantFrom('empty', 'incomplete', 'complete', 'foreign')),
    offeredFingerprint: maybe(fc.constantFrom('f1', 'f2', '')),
    unchangedToken: maybe(fc.constantFrom('known', 'unknown')),
    drift: maybe(fc.constantFrom('none', 'told', 'unwritable', 'found', 'unproven')),
    edit: maybe(fc.constantFrom('none', 'edited', 'refused', 'same-login', 'checking', 'unusable')),
    pending: maybe(fc.constantFrom('none', 'empty', 'this-rotation', 'foreign')),
  })
  .map((record) => withoutUndefined(record) as unknown as Facts);

const forAll = (check: (state: CredentialState, facts: Facts, action: Action) => void) =>
  fc.assert(
    fc.property(state, facts, (s, f) => check(s, f, plan(s, f))),
    { numRuns: 1_500 },
  );

describe('whatever the state and the facts', () => {
  test('there is one next action, and it is the same when asked again', () => {
    forAll((s, f, action) => {
      expect(typeof action.do).toBe('string');
      expect(plan(s, f)).toEqual(action);
    });
  });

  test('planning changes neither state nor facts', () => {
    forAll((s, f) => {
      const before = JSON.stringify([s, f]);
      plan(s, f);
      expect(JSON.stringify([s, f])).toBe(before);
    });
  });

  test('a password is set only from a durable draft, with the date before it known', () => {
    forAll((s, f, action) => {
      if (action.do !== 'set-password') return;
      expect(f.draft).toBe('incomplete');
      expect(f.lastPasswordChangeDate).not.toBeUndefined();
      expect(['drafted', 'changing']).toContain(s.phase);
    });
  });

  test('no login is planned without an attempt in the budget, nor beside one in flight', () => {
    forAll((s, f, action) => {
      if (action.do !== 'verify' && action.do !== 'prove-token') return;
      expect(attemptsLeft(s, f)).toBeGreaterThanOrEqual(1);
      const lease = budgetOf(s, USERNAME).inFlight?.leaseUntil;
      if (lease !== undefined) expect(f.now.getTime()).toBeGreaterThanOrEqual(Date.parse(lease));
    });
  });

  test('a token that Salesforce refused twice is never tried again', () => {
    forAll((s, f, action) => {
      if (action.do !== 'verify' || (f.trigger.kind !== 'token' && f.trigger.kind !== 'credential')) return;
      const first = budgetOf(s, USERNAME).refused.find((entry) => entry.fingerprint === f.offeredFingerprint);
      expect(first?.times ?? 0).toBeLessThan(2);
    });
  });

  test('a blocked credential touches neither Salesforce nor a secret', () => {
    forAll((s, _f, action) => {
      // But for the old user's password, which ends in time also where no rotation can begin.
      if (s.phase !== 'blocked' || (action.do === 'retire' && s.rotation === undefined)) return;
      expect(TOUCHES_SALESFORCE.has(action.do)).toBe(false);
      expect(CHANGES_SECRETS.has(action.do)).toBe(false);
    });
  });

  test('a commit is asked for only after a verification, and swept only after the decision', () => {
    forAll((s, _f, action) => {
      if (action.do === 'request-commit' || action.do === 'remove-pending') expect(s.phase).toBe('verified');
      if (action.do === 'sweep') expect(s.phase).toBe('committing');
    });
  });

  test('nothing is drafted before the preflight passed', () => {
    forAll((_s, f, action) => {
      if (action.do === 'draft' || action.do === 'begin') expect(f.preflight).toBe('passed');
    });
  });

  test('what somebody brings is never tried for a rotation that it was not meant for', () => {
    forAll((_s, f, action) => {
      const isForAnother = f.trigger.kind === 'token' && f.trigger.rotationId === 'another';
      if (isForAnother && f.obstacle === undefined) expect(action.do).toBe('decline-token');
    });
  });

  test('after an outside change nothing is set or drafted, and nothing is tried that no person brought', () => {
    forAll((s, f, action) => {
      if (s.rotation?.cause !== 'outside-change' || s.phase !== 'awaiting-token') return;
      expect(['set-password', 'draft', 'request-commit']).not.toContain(action.do);
      if (action.do !== 'verify') return;
      expect(f.trigger.kind).toBe('credential');
      expect(f.preflight).toBe('passed');
    });
  });

  test('a user is unlocked only where it is allowed, while a token is waited for, and once', () => {
    forAll((s, f, action) => {
      if (action.do !== 'unlock-user') return;
      expect(f.credential.lockout.unlock).toBe(true);
      expect(s.blocked).toMatchObject({ from: 'awaiting-token', refusal: { code: 'user-locked' } });
      expect(s.rotation?.unlockTriedAt).toBeUndefined();
    });
  });

  test('a rollback sets no password, asks nobody for a token, and is refused rather than blocked', () => {
    forAll((s, f, action) => {
      if (s.rotation?.cause !== 'rollback' || f.obstacle !== undefined || s.phase !== 'awaiting-token')
        return;
      expect(['set-password', 'request-token', 'remind', 'block']).not.toContain(action.do);
    });
  });

  test('an old user retires only when it is time, with nothing under way, and once', () => {
    forAll((s, f, action) => {
      if (action.do !== 'retire') return;
      expect(f.now.getTime()).toBeGreaterThanOrEqual(Date.parse(s.predecessor?.retireAt ?? ''));
      expect(s.predecessor?.endedAt).toBeUndefined();
      expect(f.credential.strategy.kind).toBe('alternating-users');
      if (s.chore !== undefined)
        expect(f.now.getTime()).toBeGreaterThanOrEqual(Date.parse(s.chore.leaseUntil));
    });
  });

  test('no rotation begins beside other work on the secrets', () => {
    forAll((s, f, action) => {
      if (s.phase !== 'idle' || s.chore === undefined || f.now >= new Date(s.chore.leaseUntil)) return;
      expect(['begin', 'draft', 'retire', 'bring-forward']).not.toContain(action.do);
    });
  });

  test('integration secrets are brought forward only while no rotation is wanted, and where it is allowed', () => {
    forAll((s, f, action) => {
      if (action.do !== 'bring-forward' && action.do !== 'prove-current') return;
      expect(s.phase).toBe('idle');
      expect(s.request).toBeUndefined();
      expect(f.credential.drift.bringForward).toBe(true);
    });
  });

  test('a fact that is known is not looked up again', () => {
    forAll((_s, f, action) => {
      if (action.do !== 'look') return;
      const known = {
        preflight: f.preflight,
        user: f.lastPasswordChangeDate,
        draft: f.draft,
        offer: f.offeredFingerprint,
        pending: f.pending,
        'unchanged-token': f.unchangedToken,
        drift: f.drift,
        edit: f.edit,
      };
      expect(known[action.at]).toBeUndefined();
    });
  });
});
