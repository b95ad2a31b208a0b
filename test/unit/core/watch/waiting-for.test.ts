import { describe, expect, test } from '@jest/globals';
import { refusals } from '../../../../lib/core/domain/refusal.ts';
import type { CredentialState, Rotation } from '../../../../lib/core/domain/state.ts';
import { block } from '../../../../lib/core/domain/transition.ts';
import { waitingFor, waitsForSomebody } from '../../../../lib/core/watch/waiting-for.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const BEFORE = '2026-11-01T11:59:00.000Z';
const LATER = '2026-11-01T12:01:00.000Z';
const request = (cause: 'requested' | 'rollback' | 'outside-change') => ({
  request: { cause, by: 'ann', at: BEFORE },
});
const rotation = (changes: Partial<Rotation>) => ({ rotation: { ...ROTATION, ...changes } });
const trying = (leaseUntil: string) =>
  billingBudget({ inFlight: { id: 'a', fingerprint: 'f', source: 'mailbox', leaseUntil } });
const ASKED = { reminders: 0 };

type Case = readonly [string, CredentialState | undefined, string, RegExp];

const CASES: readonly Case[] = [
  ['one that the ledger does not know', undefined, 'service', /^the first look/],
  ['one at rest', billingState('idle'), 'nothing', /^nothing$/],
  [
    'one that is due',
    billingState('idle', { passwordChangedAt: '2026-10-02T12:00:00.000Z' }),
    'service',
    /is due$/,
  ],
  [
    'one that is not due',
    billingState('idle', { passwordChangedAt: '2026-10-02T12:00:01.000Z' }),
    'nothing',
    /^nothing$/,
  ],
  [
    'one that was asked for',
    billingState('idle', request('requested')),
    'service',
    /begins the rotation that was requested by ann$/,
  ],
  [
    'a rollback that was asked for',
    billingState('idle', request('rollback')),
    'service',
    /begins the rollback that was requested by ann$/,
  ],
  [
    'a change by somebody else',
    billingState('idle', request('outside-change')),
    'service',
    /^the service, which begins to take over/,
  ],
  [
    'a password that somebody else set',
    billingState('awaiting-token', rotation({ ...ASKED, cause: 'outside-change' })),
    'operator',
    /^a person who brings the password that somebody else set/,
  ],
  [
    'an invitation',
    billingState('invited'),
    'start',
    new RegExp(`mailbox of "${USERNAME}" .*presses Start$`),
  ],
  [
    'an invitation that was answered',
    billingState('invited', rotation({ startPressed: true })),
    'service',
    /was started$/,
  ],
  ['a draft', billingState('drafted'), 'service', /sets the new password$/],
  ['a change', billingState('changing'), 'service', /makes sure that Salesforce has/],
  [
    'a token that nobody was asked for yet',
    billingState('awaiting-token'),
    'service',
    /^the service, which tries/,
  ],
  [
    'a token that is tried',
    billingState('awaiting-token', { ...rotation(ASKED), ...trying(LATER) }),
    'service',
    /answer of Salesforce/,
  ],
  [
    'a try whose run died',
    billingState('awaiting-token', { ...rotation(ASKED), ...trying(BEFORE) }),
    'token-mail',
    /^the mail/,
  ],
  [
    'a token',
    billingState('awaiting-token', rotation(ASKED)),
    'token-mail',
    new RegExp(`^the mail with the new token of "${USERNAME}"$`),
  ],
  [
    'a rollback under way',
    billingState('awaiting-token', rotation({ cause: 'rollback' })),
    'service',
    /tries the previous credential$/,
  ],
  [
    'a swap that is not due',
    billingState('verified', rotation({ commitAt: LATER })),
    'due-time',
    /^the due time/,
  ],
  [
    'a swap that is due',
    billingState('verified', rotation({ commitAt: NOW.toISOString() })),
    'service',
    /asks Secrets Manager/,
  ],
  [
    'a swap that was asked for',
    billingState('verified', rotation({ commitRequestedAt: BEFORE })),
    'secrets-manager',
    /^Secrets Manager/,
  ],
  ['a swap', billingState('committing'), 'secrets-manager', /^Secrets Manager/],
];

describe('what a credential waits for', () => {
  const MONTHLY = billingCredential({ schedule: { every: '30 days' } });

  test.each(CASES)('%s', (_name, state, kind, text) => {
    const waiting = waitingFor(MONTHLY, state, NOW);
    expect(waiting).toEqual({ kind, text: expect.stringMatching(text) });
  });

  test('one that is blocked: its remedy', () => {
    const refusal = refusals.userFrozen(USERNAME);
    const state = block(billingState('awaiting-token'), BEFORE, refusal);
    expect(waitingFor(MONTHLY, state, NOW)).toEqual({ kind: 'remedy', text: refusal.remedy });
  });

  test.each([
    [['unchanged', 'operator'], 'operator', /^a person who brings the new token/],
    [['mailbox', 'operator'], 'token-mail', /^the mail .*, or a person who brings the token$/],
    [['mailbox'], 'token-mail', /^the mail .*"$/],
  ] as const)('a token from %j', (sources, kind, text) => {
    const credential = billingCredential({ token: { sources: [...sources] } });
    const state = billingState('awaiting-token', rotation(ASKED));
    expect(waitingFor(credential, state, NOW)).toEqual({ kind, text: expect.stringMatching(text) });
  });

  test('is somebody for a mail, a token and Start, and for nothing else', () => {
    const kinds = CASES.map(([, state]) => waitingFor(MONTHLY, state, NOW)).filter(waitsForSomebody);
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['start', 'token-mail', 'operator']));
  });
});
