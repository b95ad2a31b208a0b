import { describe, expect, test } from '@jest/globals';
import {
  type Refusal,
  refusals,
  rollbackRefusals,
  withoutDraftNote,
} from '../../../../lib/core/domain/refusal.ts';
import type { CredentialState, LiveUser, Phase, Rotation } from '../../../../lib/core/domain/state.ts';
import type { Action, Facts, Trigger } from '../../../../lib/core/reconcile/facts.ts';
import { plan } from '../../../../lib/core/reconcile/plan.ts';
import { dueAt, hasChore, wantedRotation } from '../../../../lib/core/reconcile/schedule.ts';
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
type Given = Partial<Omit<CredentialState, 'rotation'>> & { readonly rotation?: Partial<Rotation> | 'none' };

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
const brought: Trigger = { kind: 'credential', by: 'ann' };
const renew: Trigger = { kind: 'renew-prompt', by: 'ann' };
const forAnother = { rotationId: 'rotation-0' };
const resume: Trigger = { kind: 'resume', by: 'ann' };
const unchangedOnly = billingCredential({ token: { sources: ['unchanged'] } });
const mailboxOnly = billingCredential({ token: { sources: ['mailbox'] } });
const operatorOnly = billingCredential({ token: { sources: ['unchanged', 'operator'] } });
const bothNew = billingCredential({ token: { sources: ['mailbox', 'operator'] } });
const monthly = billingCredential({ schedule: { every: '30 days' } });
const proving = billingCredential({ token: { prove: true } });
const noReminders = billingCredential({ token: { remindAfter: [] } });
const pair = { kind: 'alternating-users' as const, usernames: [USERNAME, 'billing-b@acme.example'] };
const alternating = billingCredential({ strategy: pair });
const monthlyPair = billingCredential({
  strategy: pair,
  schedule: { every: '30 days', prepareAhead: '3 days' },
});
const provingPair = billingCredential({ strategy: pair, token: { prove: true } });
const integrated = billingCredential({ integrations: [{ secret: 'etl', format: 'json' }] });
const telling = billingCredential({
  integrations: [{ secret: 'etl', format: 'json' }],
  drift: { bringForward: false },
});
const both = billingCredential({ strategy: pair, integrations: [{ secret: 'etl', format: 'json' }] });

const escalating = billingCredential({ prompt: { escalate: { after: '2h' } } });
const unlocking = billingCredential({ lockout: { unlock: true } });
const check: Trigger = { kind: 'check', by: 'ann' };
const rollback = { cause: 'rollback', by: 'ann', at: iso(-60) } as const;
const changedOutside = { cause: 'outside-change', by: 'ann', at: iso(-60) } as const;
const backwards = { cause: 'rollback' } as const;
const outside = { cause: 'outside-change' } as const;
/** It was asked for the password that was set outside. */
const askedOutside = { ...outside, reminders: 0 } as const;
const tokenReset = { cause: 'token-reset' } as const;
const noDraft = { draft: 'empty' } as const;
const inHand = { ...noDraft, trigger: brought, preflight: 'passed' } as const;
const OUTSIDE = 'waiting for the password that was set outside, and its token';
const atWork = (leaseUntil: string): Given => ({ chore: { kind: 'retire', leaseUntil } });
const heartbeat: Action = { do: 'heartbeat' };
const beatless = billingCredential({ heartbeat: 0 });
const failed = { trouble: 'token-reset', at: iso(-60) } as const;
const before = { ...failed, at: iso(-90_000) } as const;
/** So many seconds ago a login proved the credential. */
const proven = (seconds: number, user: Partial<LiveUser> = {}): Given => ({
  user: { username: USERNAME, provenAt: iso(seconds), ...user },
  ...checkedAt(-10),
});
const checkedAt = (seconds: number): Given => ({ drift: { checkedAt: iso(seconds) } });
/** The user that the last swap left behind. */
const replaced = (changes: object): Given => ({
  predecessor: { username: USERNAME, versionId: 'v', replacedAt: iso(-90_000), ...changes },
});
const retireAt = (seconds: number) => replaced({ retireAt: iso(seconds) });
const drafted = { draft: 'incomplete' } as const;
const oldToken = { ...drafted, unchangedToken: 'known' } as const;
const offered = { draft: 'incomplete', trigger: token, offeredFingerprint: 'f1' } as const;
const orgSays = (lastPasswordChangeDate: string | null) => ({ ...drafted, lastPasswordChangeDate });

// What is expected.
const look = (where: Extract<Action, { do: 'look' }>['at']): Action => ({ do: 'look', at: where });
const rest = (because: string, seconds?: number): Extract<Action, { do: 'rest' }> =>
  seconds === undefined ? { do: 'rest', because } : { do: 'rest', because, until: at(seconds) };
const restChecking = (seconds: number): Action => ({ ...rest(CHECKING, seconds), why: 'checking' });
const block = (refusal: Refusal): Action => ({ do: 'block', refusal });
const decline = (reason: Extract<Action, { do: 'decline-token' }>['reason']): Action => ({
  do: 'decline-token',
  reason,
});
const verify = (source: 'unchanged' | 'mailbox' | 'operator'): Action => ({ do: 'verify', source });
const draftLost = block(refusals.draftLost('salesforce/prod/billing/draft'));
const noneLeft = (user: string, seconds: number) => block(refusals.attemptsSpent(user, iso(seconds)));
const refuseRollback = (refusal: Refusal): Action => ({ do: 'refuse-rollback', refusal });
const dead = (problem: string) => refuseRollback(rollbackRefusals.toDeadCredential(USERNAME, problem));
const noneLeftForRollback = refuseRollback(rollbackRefusals.withoutAttempts(USERNAME, iso(3_000)));
const AT_WORK = 'another run is at work on the secrets';
const PREPARED = 'the idle user is prepared; the swap comes at its due time';
const LOCKED = refusals.userLocked(USERNAME);
const NO_LINK = rest('nobody is asked for anything now, so there is no link to renew');
const NOTHING_WANTED = rest('no rotation is due or requested');
const INVITED = 'an operator has been invited to start';
const CHECKING = 'a token is being checked';
const WAITING = 'waiting for the new security token';
const NOT_VISIBLE = 'the draft is not to be seen yet';

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
    ['changed outside: checks first', { request: changedOutside }, {}, look('preflight')],
    [
      'changed outside: asks at once, whatever the sources',
      { request: changedOutside },
      { preflight: 'passed', credential: operatorOnly },
      { do: 'begin', phase: 'awaiting-token' },
    ],
    [
      'changed outside, to be taken over: invites nobody, because the integrations are down',
      { request: { ...changedOutside, cause: 'take-over' } },
      { preflight: 'passed', credential: operatorOnly },
      { do: 'begin', phase: 'idle' },
    ],
    [
      'the token was reset: invites nobody, because the integrations are down',
      { request: { ...changedOutside, cause: 'token-reset' } },
      { preflight: 'passed', credential: operatorOnly },
      { do: 'begin', phase: 'idle' },
    ],
    [
      'the token was reset: drafts what is in force',
      { request: { ...changedOutside, cause: 'token-reset' }, rotation: tokenReset },
      { preflight: 'passed', credential: operatorOnly },
      { do: 'draft' },
    ],
    [
      'changed outside, and the preflight refuses',
      { request: changedOutside },
      { preflight: FROZEN },
      block(FROZEN),
    ],
    ['somebody brings a password', {}, { trigger: brought }, decline('not-waiting')],
    ['no link to renew', {}, { trigger: renew }, NO_LINK],
    [
      'a token for the rotation that has just ended',
      { last: { id: 'rotation-0', cause: 'due', completedAt: iso(-9), versionId: 'v', integrations: 1 } },
      { trigger: { ...token, ...forAnother } },
      decline('already-verified'),
    ],
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

    [
      'two users, not yet due ahead',
      { passwordChangedAt: iso(1 - 2_592_000 + 259_200) },
      { credential: monthlyPair },
      NOTHING_WANTED,
    ],
    [
      'two users, due ahead: prepares',
      { passwordChangedAt: iso(-2_592_000 + 259_200) },
      { credential: monthlyPair },
      look('preflight'),
    ],
    [
      'two users, an operator alone can bring the token: invites nobody, because nothing is down',
      { request },
      {
        preflight: 'passed',
        credential: billingCredential({ strategy: pair, token: { sources: ['operator'] } }),
      },
      { do: 'begin', phase: 'idle' },
    ],
    [
      'a rollback of long ago counts for the schedule',
      { passwordChangedAt: iso(-9_000_000), scheduledFrom: iso(-60) },
      { credential: monthly },
      NOTHING_WANTED,
    ],

    ['another run is at work', { request, ...atWork(iso(9)) }, {}, rest(AT_WORK, 9)],
    ['at work, and nothing wanted', atWork(iso(9)), { trigger: check }, rest(AT_WORK, 9)],
    ['the run that was at work is dead', { request, ...atWork(iso(0)) }, {}, look('preflight')],
    ['a token comes while another is at work', atWork(iso(9)), { trigger: token }, decline('not-waiting')],

    ['the secrets were never looked at', { drift: {} }, { credential: integrated }, look('drift')],
    ['the same without integrations', { drift: {} }, {}, look('drift')],
    ['its check is not due', checkedAt(1 - 3_600), { credential: integrated }, NOTHING_WANTED],
    ['its check is due', checkedAt(-3_600), { credential: integrated }, look('drift')],
    [
      'without integrations, too: somebody may have written the credential',
      checkedAt(-3_600),
      {},
      look('drift'),
    ],
    ['and no sooner', checkedAt(1 - 3_600), {}, NOTHING_WANTED],
    ['a person asks: at once', checkedAt(-1), { credential: integrated, trigger: check }, look('drift')],
    ['a person asks, without integrations', {}, { trigger: check }, look('drift')],
    [
      'a rotation that is wanted goes before a check',
      { request },
      { credential: integrated, trigger: check },
      look('preflight'),
    ],
    ...(
      [
        ['none', 'note-drift-checked', 'note-drift-checked'],
        ['told', 'note-drift-checked', 'note-drift-checked'],
        ['unwritable', 'report-drift', 'report-drift'],
        ['found', 'bring-forward', 'report-drift'],
        ['unproven', 'prove-current', 'report-drift'],
      ] as const
    ).flatMap(([drift, mending, reporting]): Case[] => [
      [`drift is ${drift}`, { drift: {} }, { credential: integrated, drift }, { do: mending }],
      [
        `drift is ${drift}, bringForward is off`,
        { drift: {} },
        { credential: telling, drift },
        { do: reporting },
      ],
    ]),
    ...(
      [
        ['edited', 'none', { do: 'prove-edit' }],
        ['edited', 'unproven', { do: 'prove-edit' }],
        ['same-login', 'unproven', { do: 'adopt-version' }],
        ['checking', 'unproven', { ...rest('another run is logging in'), why: 'checking' }],
        ['refused', 'unproven', { do: 'note-drift-checked' }],
        ['unusable', 'unwritable', { do: 'report-drift' }],
        ['none', 'found', { do: 'bring-forward' }],
      ] as const
    ).flatMap(([edit, drift, action]): Case[] => [
      [
        `the credential secret is ${edit}, drift ${drift}`,
        { drift: {} },
        { credential: integrated, drift, edit },
        action,
      ],
    ]),
    [
      'edited, bringForward is off: proved all the same',
      { drift: {} },
      { credential: telling, drift: 'unproven', edit: 'edited' },
      { do: 'prove-edit' },
    ],
    [
      'the edit was refused, and a person asks: what may have been in its way is looked at again',
      {},
      { trigger: check, drift: 'unproven', edit: 'refused' },
      { do: 'prove-edit' },
    ],
    [
      'edited, and a rotation is wanted: that one ends it',
      { request, drift: {} },
      { credential: integrated },
      look('preflight'),
    ],
    [
      'found, and nobody asked again',
      checkedAt(-1),
      { credential: integrated, drift: 'found' },
      NOTHING_WANTED,
    ],

    ['the old user retires', retireAt(0), { credential: alternating }, { do: 'retire' }],
    ['a heartbeat is due', proven(-86_400), {}, heartbeat],
    ['none a second before', proven(1 - 86_400), {}, NOTHING_WANTED],
    ['none where it is turned off', proven(-86_400), { credential: beatless }, NOTHING_WANTED],
    [
      'none while the last one has no answer',
      proven(-86_400, { triedAt: iso(1 - 3_600) }),
      {},
      NOTHING_WANTED,
    ],
    ['again an hour later', proven(-86_400, { triedAt: iso(-3_600) }), {}, heartbeat],
    ['none before what it met is mended', proven(-86_400, { failed }), {}, NOTHING_WANTED],
    ['records say that it is mended', proven(-86_400, { failed: before }), {}, heartbeat],
    ['a person says so', proven(-86_400, { failed: { ...failed, resumedAt: iso(0) } }), {}, heartbeat],
    ['a person asks again', proven(-10, { failed }), { trigger: resume }, heartbeat],
    [
      'after the look at the integration secrets',
      { ...proven(-86_400), drift: {} },
      { credential: integrated },
      look('drift'),
    ],
    [
      'after the retirement',
      { ...proven(-86_400), ...retireAt(0) },
      { credential: alternating },
      { do: 'retire' },
    ],
    ['a rotation goes first', { ...proven(-86_400), request }, {}, look('preflight')],
    ['not a second early', retireAt(1), { credential: alternating }, NOTHING_WANTED],
    ['not where it never retires', replaced({}), { credential: alternating }, NOTHING_WANTED],
    [
      'not twice',
      replaced({ retireAt: iso(-9), endedAt: iso(-5) }),
      { credential: alternating },
      NOTHING_WANTED,
    ],
    ['not where a single user is configured since', retireAt(-9), {}, NOTHING_WANTED],
    [
      'not before a look at the integration secrets',
      { ...retireAt(0), ...checkedAt(-300) },
      { credential: both },
      look('drift'),
    ],
    ['after that look', { ...retireAt(0), ...checkedAt(-299) }, { credential: both }, { do: 'retire' }],
    [
      'not before those that carry the old credential are brought forward',
      { ...retireAt(0), ...checkedAt(-300) },
      { credential: both, drift: 'found' },
      { do: 'bring-forward' },
    ],
    [
      'after a rotation that is wanted',
      { request, ...retireAt(0) },
      { credential: alternating },
      look('preflight'),
    ],
    [
      'not beside another run',
      { ...retireAt(0), ...atWork(iso(9)) },
      { credential: alternating },
      rest(AT_WORK, 9),
    ],

    ['a rollback', { request: rollback }, { credential: alternating }, look('preflight')],
    [
      'a rollback that the preflight refuses: given up, not blocked',
      { request: rollback },
      { credential: alternating, preflight: FROZEN },
      refuseRollback(FROZEN),
    ],
    [
      'the same once it was claimed',
      { request: rollback, rotation: backwards },
      { credential: alternating, preflight: FROZEN },
      refuseRollback(FROZEN),
    ],
    [
      'a rollback claims first',
      { request: rollback },
      { credential: alternating, preflight: 'passed' },
      { do: 'begin', phase: 'idle' },
    ],
    [
      'a rollback that was claimed: drafts',
      { request: rollback, rotation: backwards },
      { credential: alternating, preflight: 'passed' },
      { do: 'draft' },
    ],
    [
      'a rollback without an attempt left: given up',
      { request: rollback, rotation: backwards, ...spent(3) },
      { credential: alternating, preflight: 'passed' },
      noneLeftForRollback,
    ],
    [
      'a rotation goes on after a wish for a rollback came too late',
      { request: rollback, rotation: {} },
      { credential: alternating, preflight: FROZEN },
      block(FROZEN),
    ],
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
    ['a password before the change', {}, { trigger: brought }, decline('not-waiting')],
    ['Start on a page of another rotation', {}, { trigger: { ...start, ...forAnother } }, { do: 'remind' }],
    [
      'Start on the page of this one',
      {},
      { trigger: { ...start, rotationId: 'rotation-1' } },
      { do: 'accept-start', by: 'ann' },
    ],
    [
      'before the escalation',
      { since: iso(-7_199), rotation: { reminders: 1 } },
      { credential: escalating },
      rest(INVITED, 1),
    ],
    [
      'the escalation',
      { since: iso(-7_200), rotation: { reminders: 1 } },
      { credential: escalating },
      { do: 'escalate' },
    ],
    ['a new link', {}, { trigger: renew }, { do: 'renew-prompt', by: 'ann' }],
  ],
  drafted: [
    ['looks at the draft', {}, {}, look('draft')],
    ['then at the user', {}, drafted, look('user')],
    ['then sets the password', {}, orgSays(iso(-9)), { do: 'set-password' }],
    ['also where the org shows no date', {}, orgSays(null), { do: 'set-password' }],
    ['the draft is gone', {}, { draft: 'empty' }, draftLost],
    ['a read may be older than the draft', { since: iso(-59) }, { draft: 'empty' }, rest(NOT_VISIBLE, 1)],
    ['but not for longer than a minute', { since: iso(-60) }, { draft: 'foreign' }, draftLost],
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
      { ...rest('Salesforce refused this token a moment ago', 1), why: 'refused-a-moment-ago' },
    ],
    ['refused two minutes ago: once more', refused(1, -120), offered, verify('mailbox')],
    ['refused twice: never again', refused(2, -9_999), offered, decline('refused-before')],
    ['another was refused', refused(2, -9_999), { ...offered, offeredFingerprint: 'f2' }, verify('mailbox')],
    ['no attempt left', spent(3), offered, noneLeft(USERNAME, 3_000)],
    ['another run is checking one', checking(iso(9)), {}, restChecking(9)],
    ['the run that checked is dead', checking(iso(0)), {}, look('draft')],
    ['an earlier run was accepted', spent(3), { draft: 'complete' }, { do: 'conclude-verified' }],
    ['the draft is gone', {}, { draft: 'empty' }, draftLost],
    ['the draft is another’s', {}, { draft: 'foreign' }, draftLost],

    ['a password, which nobody asked for', {}, { ...drafted, trigger: brought }, decline('not-waiting')],
    [
      'a token for another rotation',
      {},
      { trigger: { ...token, ...forAnother } },
      decline('another-rotation'),
    ],
    [
      'a token for this one',
      {},
      { ...offered, trigger: { ...token, rotationId: 'rotation-1' } },
      verify('mailbox'),
    ],
    [
      'asked: escalates once',
      { since: iso(-7_200), rotation: asked },
      { ...drafted, credential: escalating },
      { do: 'escalate' },
    ],
    [
      'escalated: reminds as before',
      { since: iso(-7_200), rotation: { ...asked, escalatedAt: iso(-1) } },
      { ...drafted, credential: escalating },
      { do: 'remind' },
    ],
    [
      'the escalation is due before the next reminder',
      { since: iso(-7_190), rotation: { ...asked, reminders: 1 } },
      { ...drafted, credential: escalating },
      rest(WAITING, 10),
    ],
    ['a new link', {}, { trigger: renew }, { do: 'renew-prompt', by: 'ann' }],

    ['changed outside: looks at the draft', { rotation: outside }, {}, look('draft')],
    [
      'changed outside: a look at the credential secret is due',
      { rotation: askedOutside, drift: {} },
      noDraft,
      look('edit'),
    ],
    [
      'changed outside: a person asks for that look',
      { rotation: askedOutside },
      { ...noDraft, trigger: check },
      look('edit'),
    ],
    ...(
      [
        ['none', { do: 'note-edit-checked' }],
        ['refused', { do: 'note-edit-checked' }],
        ['edited', { do: 'prove-edit' }],
        ['unusable', { do: 'prove-edit' }],
        ['same-login', { do: 'adopt-version' }],
        ['checking', { ...rest('another run is logging in'), why: 'checking' }],
      ] as const
    ).flatMap(([edit, action]): Case[] => [
      [
        `changed outside: the credential secret is ${edit}`,
        { rotation: askedOutside, drift: {} },
        { ...noDraft, edit },
        action,
      ],
      [
        `token reset: the credential secret is ${edit}`,
        { rotation: { ...asked, cause: 'token-reset' }, drift: {} },
        { ...drafted, edit },
        action,
      ],
    ]),
    [
      'token reset: an edit that was accepted has emptied the draft, and the run died',
      { rotation: { ...asked, cause: 'token-reset' }, drift: {} },
      { ...noDraft, edit: 'edited' },
      { do: 'prove-edit' },
    ],
    [
      'a password of the service waits for its token: nothing else is tried',
      { rotation: asked, drift: {}, since: iso(-10) },
      drafted,
      rest(WAITING, 3_590),
    ],
    [
      'changed outside: what is brought goes before a look',
      { rotation: askedOutside, drift: {} },
      inHand,
      look('offer'),
    ],
    ['changed outside: waits', { since: iso(-10), rotation: askedOutside }, noDraft, rest(OUTSIDE, 3_590)],
    ['changed outside: reminds', { since: iso(-3_600), rotation: askedOutside }, noDraft, { do: 'remind' }],
    [
      'changed outside: a token alone',
      { rotation: askedOutside },
      { ...noDraft, trigger: token },
      decline('password-needed'),
    ],
    [
      'changed outside: brought, checks again what a swap needs',
      { rotation: askedOutside },
      { ...noDraft, trigger: brought },
      look('preflight'),
    ],
    [
      'changed outside: the check refuses',
      { rotation: askedOutside },
      { ...inHand, preflight: FROZEN },
      block(FROZEN),
    ],
    ['changed outside: names it first', { rotation: askedOutside }, inHand, look('offer')],
    [
      'changed outside: tries it',
      { rotation: askedOutside },
      { ...inHand, offeredFingerprint: 'f1' },
      verify('operator'),
    ],
    [
      'changed outside: a draft that was reopened stands in nobody’s way',
      { rotation: askedOutside },
      { ...inHand, draft: 'incomplete', offeredFingerprint: 'f1' },
      verify('operator'),
    ],
    [
      'changed outside: refused twice, never again',
      { rotation: askedOutside, ...refused(2, -9_999) },
      { ...inHand, offeredFingerprint: 'f1' },
      decline('refused-before'),
    ],
    [
      'changed outside: no attempt left',
      { rotation: askedOutside, ...spent(3) },
      inHand,
      block(withoutDraftNote(refusals.attemptsSpent(USERNAME, iso(3_000)))),
    ],
    [
      'changed outside: another run is trying',
      { rotation: outside, ...checking(iso(9)) },
      inHand,
      restChecking(9),
    ],
    [
      'the token was reset: the old one is not tried',
      { rotation: tokenReset },
      oldToken,
      { do: 'request-token' },
    ],
    [
      'the token was reset, and nobody is there to bring one',
      { rotation: tokenReset },
      { ...drafted, credential: unchangedOnly },
      block(withoutDraftNote(refusals.noTokenSource(USERNAME))),
    ],
    [
      'the token was reset: a new one is named first',
      { rotation: { ...tokenReset, reminders: 0 } },
      { ...drafted, trigger: token },
      look('offer'),
    ],
    [
      'the token was reset: before one is tried, the date of the password is looked at',
      { rotation: { ...tokenReset, reminders: 0, changedBefore: iso(-900) } },
      { ...drafted, trigger: token },
      look('user'),
    ],
    [
      'the token was reset: the password is the drafted one',
      { rotation: { ...tokenReset, reminders: 0, changedBefore: iso(-900) } },
      { ...offered, lastPasswordChangeDate: iso(-900) },
      verify('mailbox'),
    ],
    [
      'the token was reset, and the password was changed, too: no attempt is spent',
      { rotation: { ...tokenReset, reminders: 0, changedBefore: iso(-900) } },
      { ...offered, lastPasswordChangeDate: iso(-30) },
      rest('the password was changed by somebody else, too'),
    ],
    [
      'changed outside: it was accepted',
      { rotation: outside },
      { draft: 'complete' },
      { do: 'conclude-verified' },
    ],

    ['a rollback looks at the draft', { rotation: backwards }, {}, look('draft')],
    ['a password for a rollback', { rotation: backwards }, { trigger: brought }, decline('not-waiting')],
    ['no link for a rollback', { rotation: backwards }, { trigger: renew }, NO_LINK],
    [
      'and tries it, whatever the sources',
      { rotation: backwards },
      { ...drafted, credential: mailboxOnly },
      verify('unchanged'),
    ],
    ['also with the last attempt', { rotation: backwards, ...spent(2) }, drafted, verify('unchanged')],
    ['no attempt left: given up', { rotation: backwards, ...spent(3) }, drafted, noneLeftForRollback],
    ['it was accepted', { rotation: backwards }, { draft: 'complete' }, { do: 'conclude-verified' }],
    [
      'it was refused: given up',
      { rotation: { ...backwards, triedUnchanged: true } },
      drafted,
      dead('Salesforce does not accept it any more'),
    ],
    ...(['empty', 'foreign'] as const).map(
      (draft): Case => [
        `a rollback whose draft is ${draft}`,
        { rotation: backwards },
        { draft },
        dead('the draft no longer holds it'),
      ],
    ),
    ['another run is trying it', { rotation: backwards, ...checking(iso(9)) }, drafted, restChecking(9)],
    ['a rollback waits for no token', { rotation: backwards }, { trigger: token }, decline('not-waiting')],
  ],
  verified: [
    [
      'prepared ahead: waits',
      { rotation: { commitAt: iso(1) } },
      { credential: alternating },
      rest(PREPARED, 1),
    ],
    [
      'its time has come',
      { rotation: { commitAt: iso(0) } },
      { credential: alternating },
      { do: 'request-commit' },
    ],
    [
      'prepared ahead: proves the token while there is time',
      { rotation: { commitAt: iso(9) } },
      { credential: provingPair },
      { do: 'prove-token' },
    ],
    [
      'prepared ahead, and Secrets Manager was asked before: looks why it does not come',
      { rotation: { commitAt: iso(-200), commitRequestedAt: iso(-120) } },
      { credential: alternating },
      look('pending'),
    ],
    ['is to be proved first', {}, { credential: proving }, { do: 'prove-token' }],
    ['another run is proving it', checking(iso(9)), { credential: proving }, restChecking(9)],
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
    ['a password comes', blockedBy(FROZEN), { trigger: brought }, decline('blocked')],
    ['a new link', blockedBy(FROZEN), { trigger: renew }, { do: 'renew-prompt', by: 'ann' }],
    ['before any rotation: no link', { ...blockedBy(FROZEN), rotation: 'none' }, { trigger: renew }, NO_LINK],
    ['locked out', blockedBy(LOCKED), {}, rest(LOCKED.message)],
    ['locked out, and may unlock', blockedBy(LOCKED), { credential: unlocking }, { do: 'unlock-user' }],
    [
      'before it declines a token',
      blockedBy(LOCKED),
      { credential: unlocking, trigger: token },
      { do: 'unlock-user' },
    ],
    [
      'not twice in a rotation',
      { ...blockedBy(LOCKED), rotation: { unlockTriedAt: iso(-9_999) } },
      { credential: unlocking },
      rest(LOCKED.message),
    ],
    [
      'not before a rotation has begun',
      { blocked: { from: 'idle', refusal: LOCKED, at: iso(-60) } },
      { credential: unlocking },
      rest(LOCKED.message),
    ],
    ['not for another refusal', blockedBy(FROZEN), { credential: unlocking }, rest('Frozen.')],
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
    ['a check, too', blockedBy(FROZEN), { credential: both, trigger: check }, rest('Frozen.')],
    [
      'before any rotation: the old user retires all the same',
      { ...blockedBy(FROZEN), ...retireAt(0), rotation: 'none' },
      { credential: alternating },
      { do: 'retire' },
    ],
    [
      'not beside another run',
      { ...blockedBy(FROZEN), ...retireAt(0), ...atWork(iso(9)), rotation: 'none' },
      { credential: alternating },
      rest(AT_WORK, 9),
    ],
    [
      'not while a rotation is at stake, which may be about that very user',
      { ...blockedBy(FROZEN), ...retireAt(0) },
      { credential: alternating },
      rest('Frozen.'),
    ],
    [
      'retired already: stays blocked',
      { ...blockedBy(FROZEN), ...replaced({ retireAt: iso(-9), endedAt: iso(-5) }), rotation: 'none' },
      { credential: alternating },
      rest('Frozen.'),
    ],
  ],
};

/** Every phase but `idle` has a rotation, unless it was blocked before any; `idle` has one where a run has claimed it. */
function stateOf(phase: Phase, { rotation, ...changes }: Given): CredentialState {
  const { rotation: _usual, ...state } = billingState(phase, { drift: { checkedAt: iso(0) }, ...changes });
  if (rotation === 'none' || (phase === 'idle' && rotation === undefined)) return state;
  return { ...state, rotation: { ...ROTATION, ...rotation } };
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

describe('work beside rotations, for the watch', () => {
  const chore = (phase: Phase, given: Given, credential: Facts['credential']) =>
    hasChore(stateOf(phase, given), { now: NOW, credential });

  test('a check is due in idle only', () => {
    expect(chore('idle', { drift: {} }, integrated)).toBe(true);
    expect(chore('idle', { drift: {} }, alternating)).toBe(true);
    expect(chore('idle', checkedAt(-10), integrated)).toBe(false);
    expect(chore('blocked', { rotation: 'none' }, integrated)).toBe(false);
  });

  test('a heartbeat is due in idle only', () => {
    expect(chore('idle', proven(-86_400), alternating)).toBe(true);
    expect(chore('idle', proven(-86_399), alternating)).toBe(false);
    expect(chore('blocked', { ...proven(-86_400), rotation: 'none' }, alternating)).toBe(false);
  });

  test('the first heartbeats of a fleet are spread over the first interval', () => {
    const user = { username: USERNAME };
    const since = iso(-43_200);
    const due = Array.from({ length: 200 }, (_, index) =>
      chore(
        'idle',
        { user, since, ...checkedAt(-10) },
        { ...billingCredential(), name: `credential-${index}` },
      ),
    ).filter((isDue) => isDue);
    expect(due.length).toBeGreaterThan(70);
    expect(due.length).toBeLessThan(130);
    expect(chore('idle', { user, since: iso(-86_400), ...checkedAt(-10) }, billingCredential())).toBe(true);
  });

  test('a retirement is due whatever the phase', () => {
    expect(chore('idle', { ...retireAt(0), ...checkedAt(0) }, both)).toBe(true);
    expect(chore('blocked', { ...retireAt(0), rotation: 'none' }, both)).toBe(true);
    expect(chore('idle', retireAt(1), alternating)).toBe(false);
  });
});

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

  test('what is prepared ahead carries the time it is due, not the time it was begun', () => {
    const wish = wantedRotation(
      { passwordChangedAt: iso(-2_592_000 + 200_000) },
      { now: NOW, credential: monthlyPair },
    );
    expect(wish?.at).toBe(iso(200_000));
  });

  test('the schedule counts from a rollback where that is later', () => {
    const every = { every: 60 };
    expect(dueAt({ passwordChangedAt: iso(-999), scheduledFrom: iso(-10) }, every)).toEqual(at(50));
    expect(dueAt({ passwordChangedAt: iso(-5), scheduledFrom: iso(-10) }, every)).toEqual(at(55));
  });

  test('no schedule or no known age, no due date', () => {
    expect(dueAt({ passwordChangedAt: '2026-10-01T00:00:00Z' }, undefined)).toBeUndefined();
    expect(dueAt({}, { every: 60 })).toBeUndefined();
  });
});
