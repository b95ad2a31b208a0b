import { describe, expect, test } from '@jest/globals';
import { refusals } from '../../../../lib/core/domain/refusal.ts';
import type {
  CompletedRotation,
  CredentialState,
  Phase,
  Rotation,
} from '../../../../lib/core/domain/state.ts';
import type { PromptLink } from '../../../../lib/core/prompt/prompt-link.ts';
import type { PromptView } from '../../../../lib/core/prompt/prompt-view.ts';
import { viewPrompt } from '../../../../lib/core/prompt/view-prompt.ts';
import {
  billingBudget,
  billingCredential,
  billingState,
  LOGIN_URL,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const iso = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000).toISOString();
const SINCE = '2026-11-01T11:00:00.000Z';
const CREDENTIAL = billingCredential({
  token: { sources: ['unchanged', 'mailbox', 'operator'] },
  integrations: [
    { secret: 'etl', format: 'json' },
    { secret: 'crm', format: 'json' },
  ],
});
const LINK: PromptLink = {
  hash: 'h',
  credential: 'billing',
  rotationId: ROTATION.id,
  promptId: 'prompt-1',
  createdAt: iso(-60),
  expiresAt: iso(60),
};
const GONE: PromptView = { kind: 'gone' };
const SUBJECT = {
  credential: 'billing',
  org: 'prod',
  loginUrl: LOGIN_URL,
  username: USERNAME,
  strategy: 'single-user',
  integrations: 2,
  expiresAt: LINK.expiresAt,
} as const;
const mailbox = { masked: 'b•••@acme.example', reachable: true };

const stateIn = (
  phase: Phase,
  rotation: Partial<Rotation> = {},
  changes: Partial<CredentialState> = {},
): CredentialState =>
  billingState(phase, { rotation: { ...ROTATION, promptId: 'prompt-1', ...rotation }, ...changes });
const view = (state: CredentialState | undefined, link: Partial<PromptLink> = {}, now = NOW) =>
  viewPrompt({ ...LINK, ...link }, state, CREDENTIAL, now);
const inFlight = (leaseUntil: string) =>
  billingBudget({ spent: 1, inFlight: { id: 'x', fingerprint: 'f', source: 'operator', leaseUntil } });
const waits = { since: SINCE, attemptsLeft: 3, isChecking: false };
const token = { kind: 'token', ...waits, readsMailbox: true } as const;
const last = (changes: Partial<CompletedRotation> = {}): CredentialState => {
  const { rotation: _over, ...idle } = billingState('idle', {
    last: {
      id: ROTATION.id,
      cause: 'requested',
      completedAt: iso(-3_599),
      versionId: 'v',
      integrations: 2,
      promptId: 'prompt-1',
      username: USERNAME,
      source: 'operator',
      ...changes,
    },
  });
  return idle;
};

type Case = readonly [name: string, state: CredentialState, situation: object];

const CASES: readonly Case[] = [
  ['invited', stateIn('invited'), { kind: 'invitation', invitedAt: SINCE }],
  ['invited, Start was pressed', stateIn('invited', { startPressed: true }), { kind: 'changing' }],
  ['claimed', stateIn('idle'), { kind: 'changing' }],
  ['drafted', stateIn('drafted'), { kind: 'changing' }],
  ['changing', stateIn('changing'), { kind: 'changing' }],
  ['awaiting the token', stateIn('awaiting-token'), token],
  ['with the mailbox', stateIn('awaiting-token', { mailbox }), { ...token, mailbox }],
  [
    'a token is being checked',
    stateIn('awaiting-token', {}, inFlight(iso(1))),
    { ...token, attemptsLeft: 2, isChecking: true },
  ],
  ['the check is dead', stateIn('awaiting-token', {}, inFlight(iso(0))), { ...token, attemptsLeft: 2 }],
  [
    'no attempt left',
    stateIn('awaiting-token', {}, billingBudget({ spent: 4 })),
    { ...token, attemptsLeft: 0 },
  ],
  [
    'changed outside',
    stateIn('awaiting-token', { cause: 'outside-change', mailbox }),
    { kind: 'credential', ...waits },
  ],
  ['verified', stateIn('verified', { verifiedAt: iso(-5) }), { kind: 'verified', verifiedAt: iso(-5) }],
  [
    'verified, with a time for the swap',
    stateIn('verified', { verifiedAt: iso(-5), commitAt: iso(500) }),
    { kind: 'verified', verifiedAt: iso(-5), commitAt: iso(500) },
  ],
  ['staged', stateIn('verified', { verifiedAt: iso(-5), pairs: [] }), { kind: 'staged' }],
  ['committing', stateIn('committing', { pairs: [] }), { kind: 'swapping' }],
  [
    'blocked',
    stateIn(
      'blocked',
      {},
      { blocked: { from: 'awaiting-token', refusal: refusals.userLocked(USERNAME), at: iso(-9) } },
    ),
    { kind: 'blocked', refusal: refusals.userLocked(USERNAME), at: iso(-9) },
  ],
  [
    'over, not an hour ago',
    last(),
    { kind: 'done', completedAt: iso(-3_599), swapped: 2, source: 'operator' },
  ],
];

describe('what a person sees', () => {
  test.each(CASES)('%s', (_name, state, situation) => {
    expect(view(state)).toEqual({ ...SUBJECT, ...situation });
  });

  test('where the mailbox is no source, it is not said to be read', () => {
    const credential = billingCredential({ token: { sources: ['operator'] } });
    expect(viewPrompt(LINK, stateIn('awaiting-token'), credential, NOW)).toMatchObject({
      readsMailbox: false,
    });
  });

  test('holds nothing that the link could be made of', () => {
    for (const [, state] of CASES) expect(JSON.stringify(view(state))).not.toContain('prompt-1');
  });
});

describe('a link is gone', () => {
  const open = stateIn('awaiting-token');

  test.each<[string, PromptView]>([
    ['at the moment it expires', view(open, { expiresAt: NOW.toISOString() })],
    ['when the prompt was renewed', view(open, { promptId: 'prompt-0' })],
    ['when another rotation is under way', view(open, { rotationId: 'rotation-0' })],
    ['when the rotation asks nobody', view(billingState('awaiting-token'))],
    ['for another credential’s state', view({ ...open, credential: 'crm' })],
    ['when the ledger has no state', view(undefined)],
    ['an hour after the end', view(last({ completedAt: iso(-3_600) }))],
    ['after the end of a rotation whose prompt was renewed', view(last({ promptId: 'prompt-2' }))],
    ['after the end of another rotation', view(last({ id: 'rotation-0' }))],
    ['when it expires, also after the end', view(last(), { expiresAt: NOW.toISOString() })],
    ['that never was', viewPrompt(undefined, open, CREDENTIAL, NOW)],
    ['for a credential that is no longer configured', viewPrompt(LINK, open, undefined, NOW)],
  ])('%s', (_name, seen) => {
    expect(seen).toEqual(GONE);
  });
});
