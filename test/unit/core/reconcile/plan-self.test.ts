import { describe, expect, test } from '@jest/globals';
import type { Refusal } from '../../../../lib/core/domain/refusal.ts';
import type { CredentialState, Phase, Rotation } from '../../../../lib/core/domain/state.ts';
import type { Action, Facts, SessionFact } from '../../../../lib/core/reconcile/facts.ts';
import { plan } from '../../../../lib/core/reconcile/plan.ts';
import { billingBudget, billingCredential, billingState, ROTATION } from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const iso = (seconds: number) => at(seconds).toISOString();

const self = billingCredential({}, { kind: 'self' });
const asking = billingCredential({ token: { sources: ['operator'] } }, { kind: 'self' });
const byApp = billingCredential();

const REFUSED: Refusal = { code: 'current-credential-refused', message: 'Rejected.', remedy: 'Mend it.' };
const FROZEN: Refusal = { code: 'user-frozen', message: 'Frozen.', remedy: 'Unfreeze.' };
const open: SessionFact = { kind: 'open' };
const rejected: SessionFact = { kind: 'rejected', refusal: REFUSED };
const refused: SessionFact = { kind: 'refused', refusal: FROZEN };
const busy: SessionFact = { kind: 'busy', until: at(90) };

const request = { cause: 'requested', by: 'ann', at: iso(-60) } as const;
const passed = { preflight: 'passed' } as const;
const drafted = { draft: 'incomplete' } as const;
const OPEN: Action = { do: 'open-session' };
const BUSY: Action = { do: 'rest', because: 'another run is logging in as the user', until: at(90) };
const SETTING: Action = { do: 'rest', because: 'another run is setting the password', until: at(30) };
const block = (refusal: Refusal): Action => ({ do: 'block', refusal });

type Given = Partial<Omit<CredentialState, 'rotation'>> & { readonly rotation?: Partial<Rotation> | 'none' };
/** Nothing is due: neither a look at the integration secrets nor a heartbeat. */
const AT_REST: Given = {
  drift: { checkedAt: iso(0) },
  user: { username: ROTATION.username, triedAt: iso(0) },
};

type Case = readonly [name: string, phase: Phase, given: Given, facts: Partial<Facts>, action: Action];

const CASES: readonly Case[] = [
  ['a wish: what costs nothing is checked first', 'idle', { request }, {}, { do: 'look', at: 'preflight' }],
  ['and refused: no login is made', 'idle', { request }, { preflight: FROZEN }, block(FROZEN)],
  ['and passed: a session', 'idle', { request }, passed, OPEN],
  [
    'in the session it begins',
    'idle',
    { request },
    { ...passed, session: open },
    { do: 'begin', phase: 'idle' },
  ],
  [
    'a person is invited after the login, too',
    'idle',
    { request },
    { ...passed, session: open, credential: asking },
    { do: 'begin', phase: 'invited' },
  ],
  ['and not before', 'idle', { request }, { ...passed, credential: asking }, OPEN],
  ['the credential is rejected', 'idle', { request }, { ...passed, session: rejected }, block(REFUSED)],
  ['the login is refused', 'idle', { request }, { ...passed, session: refused }, block(FROZEN)],
  ['another run logs in', 'idle', { request }, { ...passed, session: busy }, BUSY],
  [
    'what somebody else set needs no session',
    'idle',
    { request: { ...request, cause: 'outside-change' } },
    passed,
    { do: 'begin', phase: 'awaiting-token' },
  ],
  [
    'by an app there is none',
    'idle',
    { request },
    { ...passed, credential: byApp },
    { do: 'begin', phase: 'idle' },
  ],
  [
    'nothing is wanted: no login',
    'idle',
    AT_REST,
    {},
    { do: 'rest', because: 'no rotation is due or requested' },
  ],
  ['Start was pressed', 'invited', { rotation: { startPressed: true } }, passed, OPEN],
  [
    'Start was pressed, in the session',
    'invited',
    { rotation: { startPressed: true } },
    { ...passed, session: open },
    { do: 'draft' },
  ],
  ['drafted by another run', 'drafted', {}, drafted, OPEN],
  ['drafted, in the session', 'drafted', {}, { ...drafted, session: open }, { do: 'look', at: 'user' }],
  [
    'drafted, and the record is known',
    'drafted',
    {},
    { ...drafted, session: open, lastPasswordChangeDate: null },
    { do: 'set-password' },
  ],
  [
    'drafted, and rejected: nothing was set',
    'drafted',
    {},
    { ...drafted, session: rejected },
    block(REFUSED),
  ],
  [
    'changing, and a run may yet set it',
    'changing',
    { rotation: { setLeaseUntil: iso(30) } },
    { ...drafted, session: rejected },
    SETTING,
  ],
  ['changing: the old credential tells', 'changing', { rotation: { setLeaseUntil: iso(0) } }, drafted, OPEN],
  [
    'changing, accepted: it did not land',
    'changing',
    {},
    { ...drafted, session: open },
    { do: 'set-password' },
  ],
  ['changing, rejected: it did', 'changing', {}, { ...drafted, session: rejected }, { do: 'conclude-set' }],
  ['changing, refused: nobody knows', 'changing', {}, { ...drafted, session: refused }, block(FROZEN)],
  ['changing, another run logs in', 'changing', {}, { ...drafted, session: busy }, BUSY],
  [
    'changing, and a token was accepted: no login',
    'changing',
    {},
    { draft: 'complete' },
    { do: 'conclude-set' },
  ],
  [
    'changing: the date of the record decides nothing',
    'changing',
    { rotation: { changedBefore: iso(-90) } },
    { ...drafted, session: open, lastPasswordChangeDate: iso(0) },
    { do: 'set-password' },
  ],
  [
    'a token is awaited: no session',
    'awaiting-token',
    { rotation: { triedUnchanged: true, reminders: 0 }, ...billingBudget({ spent: 1 }), since: iso(0) },
    drafted,
    { do: 'rest', because: 'waiting for the new security token', until: at(3_600) },
  ],
];

describe('the plan with a connection of kind "self"', () => {
  test.each(CASES)('%s (%s)', (_name, phase, { rotation = {}, ...given }, facts, action) => {
    const state = {
      ...billingState(phase, given),
      ...(phase === 'idle' || rotation === 'none' ? {} : { rotation: { ...ROTATION, ...rotation } }),
    };
    expect(plan(state, { now: NOW, credential: self, trigger: { kind: 'poke' }, ...facts })).toEqual(action);
  });
});
