import { describe, expect, test } from '@jest/globals';
import { type Refusal, refusals } from '../../../../lib/core/domain/refusal.ts';
import type { CredentialState, Phase, Rotation } from '../../../../lib/core/domain/state.ts';
import type { Action, Facts, Trigger } from '../../../../lib/core/reconcile/facts.ts';
import { plan } from '../../../../lib/core/reconcile/plan.ts';
import { dueAt, wantedRotation } from '../../../../lib/core/reconcile/schedule.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
/** The time so many seconds from now. */
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const iso = (seconds: number) => at(seconds).toISOString();

// What is given: parts of the state, of its rotation, and facts.
type Given = Partial<Omit<CredentialState, 'rotation'>> & { readonly rotation?: Partial<Rotation> };

const FROZEN: Refusal = { code: 'user-frozen', message: 'Frozen.', remedy: 'Unfreeze.' };
const request = { cause: 'requested', by: 'ann', at: iso(-60) } as const;
const spent = (attempts: number) => billingBudget({ spent: attempts, lastAt: iso(-600) });
const checking = (leaseUntil: string): Given =>
  billingBudget({ spent: 1, inFlight: { id: 'x', fingerprint: 'f', source: 'mailbox', leaseUntil } });
const refused = (times: number, seconds: number) =>
  billingBudget({ spent: times, refused: [{ fingerprint: 'f1', at: iso(seconds), times }] });
const blockedBy = (refusal: Refusal): Given => ({
  blocked: { from: 'awaiting-token', refusal, at: iso(-60) },
});
/** The old token failed, and the new one was asked for. */
const asked = { triedUnchanged: true, reminders: 0 };

const token: Trigger = { kind: 'token', source: 'mailbox' };
const start: Trigger = { kind: 'start', by: 'ann' };
const resume: Trigger = { kind: 'resume', by: 'ann' };
const unchangedOnly = billingCredential({ token: { sources: ['unchanged'] } });
const mailboxOnly = billingCredential({ token: { sources: ['mailbox'] } });
const operatorOnly = billingCredential({ token: { sources: ['unchanged', 'operator'] } });
const bothNew = billingCredential({ token: { sources: ['mailbox', 'operator'] } });
const monthly = billingCredential({ schedule: { every: '30 days' } });
const proving = billingCredential({ token: { prove: true } });
const noReminders = billingCredential({ token: { remindAfter: [] } });
const drafted = { draft: 'incomplete' } as const;
const oldToken = { ...drafted, unchangedToken: 'known' } as const;
const offered = { draft: 'incomplete', trigger: token, offeredFingerprint: 'f1' } as const;
const orgSays = (lastPasswordChangeDate: string | null) => ({ ...drafted, lastPasswordChangeDate });

// What is expected.
const look = (where: Extract<Action, { do: 'look' }>['at']): Action => ({ do: 'look', at: where });
const rest = (because: string, seconds?: number): Action =>
  seconds === undefined ? { do: 'rest', because } : { do: 'rest', because, until: at(seconds) };
const block = (refusal: Refusal): Action => ({ do: 'block', refusal });
const decline = (reason: Extract<Action, { do: 'decline-token' }>['reason']): Action => ({
  do: 'decline-token',
  reason,
});
const verify = (source: 'unchanged' | 'mailbox'): Action => ({ do: 'verify', source });
const draftLost = block(refusals.draftLost('salesforce/prod/billing/draft'));
const noneLeft = (user: string, seconds: number) => block(refusals.attemptsSpent(user, iso(seconds)));
const NOTHING_WANTED = rest('no rotation is due or requested');
const INVITED = 'an operator has been invited to start';
const CHECKING = 'a token is being checked';
const WAITING = 'waiting for the new security token';

type Case = readonly [name: string, given: Given, facts: Partial<Facts>, action: Action];

const SPECIFICATION: Readonly<Record<Phase, readonly Case[]>> = {
  idle: [
    ['nothing is wanted', {}, {}, NOTHING_WANTED],
    ['no schedule, an old password', { passwordChangedAt: '2020-01-01T00:00:00Z' }, {}, NOTHING_WANTED],
    ['a schedule, password age unknown', {}, { credential: monthly }, NOTHING_WANTED],
    ['not due', { passwordChangedAt: iso(1 - 2_592_000) }, { credential: monthly }, NOTHING_WANTED],
    ['due', { passwordChangedAt: iso(-2_592_000) }, { credential: monthly }, look('preflight')],
    ['requested', { request }, {}, look('preflight')],
    ['the preflight refuses', { request }, { preflight: FROZEN }, block(FROZEN)],
    ['a look met an obstacle', { request }, { obstacle: FROZEN }, block(FROZEN)],
    ['it passed: claims first', { request }, { preflight: 'passed' }, { do: 'begin', phase: 'idle' }],
    ['claimed: drafts', { request, rotation: {} }, { preflight: 'passed' }, { do: 'draft' }],
    [
      'an operator alone can bring the token: invites',
      { request },
      { preflight: 'passed', credential: operatorOnly },
      { do: 'begin', phase: 'invited' },
    ],
    [
      'a mailbox too: does not invite',
      { request },
      { preflight: 'passed', credential: bothNew },
      { do: 'begin', phase: 'idle' },
    ],
    [
      'no attempt left: refuses before anything is irreversible',
      { request, rotation: {}, ...spent(3) },
      { preflight: 'passed' },
      noneLeft(USERNAME, 3_000),
    ],
    [
      'no attempt left, and no time of the last',
      { request, rotation: {}, ...billingBudget({ spent: 3 }) },
      { preflight: 'passed' },
      noneLeft(USERNAME, 3_600),
    ],
    ['no attempt left, nothing wanted', spent(3), {}, NOTHING_WANTED],
    ['a token comes', {}, { trigger: token }, decline('not-waiting')],
    ['Start, nothing wanted', {}, { trigger: start }, NOTHING_WANTED],
  ],
  invited: [
    ['before the first reminder', { since: iso(-60) }, {}, rest(INVITED, 3_540)],
    ['the first reminder', { since: iso(-3_600) }, {}, { do: 'remind' }],
    ['before the second', { since: iso(-3_601), rotation: { reminders: 1 } }, {}, rest(INVITED, 10_799)],
    ['no more reminders', { since: iso(-90_000), rotation: { reminders: 3 } }, {}, rest(INVITED)],
    ['Start is pressed', {}, { trigger: start }, { do: 'accept-start', by: 'ann' }],
    ['started: checks again', { rotation: { startPressed: true } }, {}, look('preflight')],
    ['it passed', { rotation: { startPressed: true } }, { preflight: 'passed' }, { do: 'draft' }],
    ['it refuses', { rotation: { startPressed: true } }, { preflight: FROZEN }, block(FROZEN)],
    ['a token before the change', {}, { trigger: token }, decline('not-waiting')],
  ],
  drafted: [
    ['looks at the draft', {}, {}, look('draft')],
    ['then at the user', {}, drafted, look('user')],
    ['then sets the password', {}, orgSays(iso(-9)), { do: 'set-password' }],
    ['also where the org shows no date', {}, orgSays(null), { do: 'set-password' }],
    ['the draft is gone', {}, { draft: 'empty' }, draftLost],
    ['the draft is another’s', {}, { draft: 'foreign' }, draftLost],
    ['the draft is complete, which cannot be', {}, { draft: 'complete' }, draftLost],
    ['the user cannot be read', {}, { ...drafted, obstacle: FROZEN }, block(FROZEN)],
    ['a token comes', {}, { trigger: token }, decline('not-waiting')],
  ],
  changing: [
    ['looks at the draft', {}, {}, look('draft')],
    ['then asks the org', {}, drafted, look('user')],
    ['the date moved', { rotation: { changedBefore: iso(-9) } }, orgSays(iso(-8)), { do: 'conclude-set' }],
    ['a date where there was none', {}, orgSays(iso(-8)), { do: 'conclude-set' }],
    [
      'not moved, lease over: the same password again',
      { rotation: { changedBefore: iso(-9), setLeaseUntil: iso(0) } },
      orgSays(iso(-9)),
      { do: 'set-password' },
    ],
    [
      'not moved, another run holds the lease',
      { rotation: { changedBefore: iso(-9), setLeaseUntil: iso(5) } },
      orgSays(iso(-9)),
      rest('another run is setting the password', 5),
    ],
    ['not moved', { rotation: { changedBefore: iso(-9) } }, orgSays(iso(-9)), { do: 'set-password' }],
    ['no date any more', { rotation: { changedBefore: iso(-9) } }, orgSays(null), { do: 'set-password' }],
    ['complete: accepted already', {}, { draft: 'complete' }, { do: 'conclude-set' }],
    ['the draft is gone', {}, { draft: 'empty' }, draftLost],
    ['a token comes early: finds out first', {}, { trigger: token }, look('draft')],
    ['the org refuses the connection', {}, { obstacle: FROZEN }, block(FROZEN)],
  ],
  'awaiting-token': [
    ['looks at the draft', {}, {}, look('draft')],
    ['looks whether the old token is known', {}, drafted, look('unchanged-token')],
    ['tries the old token first', {}, oldToken, verify('unchanged')],
    ['not one that nobody knows', {}, { ...drafted, unchangedToken: 'unknown' }, { do: 'request-token' }],
    ['not with the last attempt', spent(2), drafted, { do: 'request-token' }],
    ['unless it is all there is', spent(2), { ...oldToken, credential: unchangedOnly }, verify('unchanged')],
    ['not where it is no source', {}, { ...drafted, credential: mailboxOnly }, { do: 'request-token' }],
    ['not twice', { rotation: { triedUnchanged: true } }, drafted, { do: 'request-token' }],
    [
      'it failed and nothing else is configured',
      { rotation: { triedUnchanged: true } },
      { ...drafted, credential: unchangedOnly },
      block(refusals.noTokenSource(USERNAME)),
    ],
    ['asked: waits', { since: iso(-10), rotation: asked }, drafted, rest(WAITING, 3_590)],
    ['asked: reminds', { since: iso(-3_600), rotation: asked }, drafted, { do: 'remind' }],
    ['no reminders wanted', { rotation: asked }, { ...drafted, credential: noReminders }, rest(WAITING)],
    ['a token comes: names it first', {}, { ...drafted, trigger: token }, look('offer')],
    ['never tried', {}, offered, verify('mailbox')],
    ['also with the last attempt', spent(2), offered, verify('mailbox')],
    [
      'refused a moment ago: it may not be active yet',
      refused(1, -119),
      offered,
      rest('Salesforce refused this token a moment ago', 1),
    ],
    ['refused two minutes ago: once more', refused(1, -120), offered, verify('mailbox')],
    ['refused twice: never again', refused(2, -9_999), offered, decline('refused-before')],
    ['another was refused', refused(2, -9_999), { ...offered, offeredFingerprint: 'f2' }, verify('mailbox')],
    ['no attempt left', spent(3), offered, noneLeft(USERNAME, 3_000)],
    ['another run is checking one', checking(iso(9)), {}, rest(CHECKING, 9)],
    ['the run that checked is dead', checking(iso(0)), {}, look('draft')],
    ['an earlier run was accepted', spent(3), { draft: 'complete' }, { do: 'conclude-verified' }],
    ['the draft is gone', {}, { draft: 'empty' }, draftLost],
    ['the draft is another’s', {}, { draft: 'foreign' }, draftLost],
  ],
  verified: [
    ['is to be proved first', {}, { credential: proving }, { do: 'prove-token' }],
    ['another run is proving it', checking(iso(9)), { credential: proving }, rest(CHECKING, 9)],
    [
      'was proved',
      { rotation: { triedWithoutToken: true } },
      { credential: proving },
      { do: 'request-commit' },
    ],
    ['not with the last attempt', spent(2), { credential: proving }, { do: 'request-commit' }],
    ['asks for the commit', {}, {}, { do: 'request-commit' }],
    [
      'asked: waits',
      { rotation: { commitRequestedAt: iso(-119) } },
      {},
      rest('Secrets Manager is running the commit', 1),
    ],
    ['it does not come: looks why', { rotation: { commitRequestedAt: iso(-120) } }, {}, look('pending')],
    ...(['none', 'this-rotation', 'empty', 'foreign'] as const).map(
      (pending): Case => [
        `pending is ${pending}`,
        { rotation: { commitRequestedAt: iso(-120) } },
        { pending },
        { do: pending === 'this-rotation' ? 'request-commit' : 'remove-pending' },
      ],
    ),
    ['a token comes', {}, { trigger: token }, decline('already-verified')],
  ],
  committing: [
    ['the swap is young', { rotation: { decidedAt: iso(-119) } }, {}, rest('the swap is under way', 1)],
    ['the swap died half-way', { rotation: { decidedAt: iso(-120) } }, {}, { do: 'sweep' }],
    ['the decision has no time of its own', { since: iso(-120) }, {}, { do: 'sweep' }],
    ['a person resumes: at once', { rotation: { decidedAt: iso(-1) } }, { trigger: resume }, { do: 'sweep' }],
    ['a token comes', {}, { trigger: token }, decline('already-verified')],
  ],
  blocked: [
    ['stays so', blockedBy(FROZEN), {}, rest('Frozen.')],
    ['whatever a look met', blockedBy(FROZEN), { obstacle: FROZEN }, rest('Frozen.')],
    ['on Start, too', blockedBy(FROZEN), { trigger: start }, rest('Frozen.')],
    ['without a record of why', {}, {}, rest('the rotation is blocked')],
    ['a token comes', blockedBy(FROZEN), { trigger: token }, decline('blocked')],
    ['resumed', blockedBy(FROZEN), { trigger: resume }, { do: 'unblock', by: 'ann', forgetAttempts: false }],
    [
      'resumed before Salesforce has forgotten',
      blockedBy(refusals.attemptsSpent('u', iso(1))),
      { trigger: resume },
      rest(refusals.attemptsSpent('u', iso(1)).remedy, 1),
    ],
    [
      'resumed after that: the budget is new',
      blockedBy(refusals.attemptsSpent('u', iso(0))),
      { trigger: resume },
      { do: 'unblock', by: 'ann', forgetAttempts: true },
    ],
  ],
};

/** Every phase but `idle` has a rotation; `idle` has one where a run has claimed it. */
function stateOf(phase: Phase, { rotation, ...changes }: Given): CredentialState {
  const claimed =
    phase !== 'idle' || rotation !== undefined ? { rotation: { ...ROTATION, ...rotation } } : {};
  return billingState(phase, { ...claimed, ...changes });
}

for (const [phase, cases] of Object.entries(SPECIFICATION) as [Phase, readonly Case[]][]) {
  describe(`phase ${phase}`, () => {
    test.each(cases)('%s', (_name, given, facts, action) => {
      const known = {
        now: NOW,
        credential: billingCredential(),
        trigger: { kind: 'poke' },
        ...facts,
      } as const;
      expect(plan(stateOf(phase, given), known)).toEqual(action);
    });
  });
}

describe('the wish for a rotation', () => {
  test('a request goes before the schedule', () => {
    const state = { request, passwordChangedAt: '2020-01-01T00:00:00Z' };
    expect(wantedRotation(state, { now: NOW, credential: monthly })).toBe(request);
  });

  test('the schedule’s wish carries the time it was due', () => {
    const state = { passwordChangedAt: '2026-10-01T00:00:00Z' };
    const wish = wantedRotation(state, { now: NOW, credential: monthly });
    expect(wish).toEqual({ cause: 'due', by: 'schedule', at: '2026-10-31T00:00:00.000Z' });
  });

  test('no schedule or no known age, no due date', () => {
    expect(dueAt({ passwordChangedAt: '2026-10-01T00:00:00Z' }, undefined)).toBeUndefined();
    expect(dueAt({}, { every: 60 })).toBeUndefined();
  });
});
