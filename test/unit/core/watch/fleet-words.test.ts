import { describe, expect, test } from '@jest/globals';
import type { StragglerWatch } from '../../../../lib/core/domain/state.ts';
import { type FleetRow, fleetRow } from '../../../../lib/core/watch/fleet.ts';
import {
  durationText,
  nextRotationText,
  passwordText,
  phaseText,
  stragglersText,
  waitingText,
} from '../../../../lib/core/watch/fleet-words.ts';
import { billingCredential, billingState, ROTATION } from '../../../support/billing.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const DAY = 86_400;
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const MONTHLY = billingCredential({ schedule: { every: '30 days' } });
const UNREADABLE: FleetRow = { kind: 'unreadable', credential: 'billing', org: 'prod' };
const UNKNOWN = fleetRow(MONTHLY, undefined, NOW);
const idle = (age: number, credential = MONTHLY) =>
  fleetRow(credential, billingState('idle', { passwordChangedAt: ago(age), since: ago(7_300) }), NOW);

test.each([
  [0, '0 s'],
  [119.9, '119 s'],
  [120, '2 min'],
  [7_199, '119 min'],
  [7_200, '2 h'],
  [2 * DAY - 1, '47 h'],
  [2 * DAY, '2 d'],
  [30 * DAY, '30 d'],
  [-5, '0 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

describe('the phase', () => {
  test('in words, with how long it lasts', () => {
    expect(phaseText(idle(DAY))).toBe('at rest for 2 h');
    const state = billingState('awaiting-token', { since: ago(61 * 60) });
    expect(phaseText(fleetRow(MONTHLY, state, NOW))).toBe('awaiting the token for 61 min');
  });

  test('of what is not known', () => {
    expect(phaseText(UNKNOWN)).toBe('never seen by the service');
    expect(phaseText(UNREADABLE)).toMatch(/^unreadable: /);
  });
});

describe('the password', () => {
  test('its age beside its limit, and when it is too old', () => {
    expect(passwordText(idle(12 * DAY))).toBe('12 d of 30 d');
    expect(passwordText(idle(30 * DAY))).toBe('30 d of 30 d');
    expect(passwordText(idle(31 * DAY))).toBe('31 d of 30 d, too old');
  });

  test.each([[UNKNOWN], [UNREADABLE], [fleetRow(MONTHLY, billingState('idle'), NOW)]])(
    'whose age is not known: %#',
    (row) => {
      expect(passwordText(row)).toBe('not known');
    },
  );
});

describe('the next rotation', () => {
  test.each([
    [idle(12 * DAY), 'in 18 d'],
    [idle(33 * DAY), 'due for 3 d'],
    [idle(DAY, billingCredential()), 'when somebody asks for it'],
    [
      idle(DAY, billingCredential({ schedule: { cron: '0 8 1 * ? *' } })),
      'by Secrets Manager, cron(0 8 1 * ? *) in UTC',
    ],
    [fleetRow(MONTHLY, billingState('idle'), NOW), 'not known'],
    [UNKNOWN, 'not known'],
    [UNREADABLE, 'not known'],
  ])('%#', (row, text) => {
    expect(nextRotationText(row, NOW)).toBe(text);
  });
});

describe('who still uses an old credential', () => {
  const from = ago(DAY);
  const seen = (lastAgo: number, application = 'DataLoader') => ({
    username: 'billing@acme.example',
    sourceIp: '203.0.113.7',
    application,
    firstAt: ago(7_200),
    lastAt: ago(lastAgo),
    logins: 4,
  });
  const row = (stragglers: Partial<StragglerWatch>) =>
    fleetRow(
      MONTHLY,
      billingState('idle', { stragglers: { from, lookedAt: from, seen: [], ...stragglers } }),
      NOW,
    );
  test.each([
    ['before the first swap', idle(DAY), 'no swap yet'],
    [
      'before the first look',
      fleetRow(MONTHLY, billingState('idle', { stragglers: { from, seen: [] } }), NOW),
      'not known',
    ],
    ['nobody was seen', row({}), 'none yet'],
    ['one client', row({ seen: [seen(180)] }), '1 client, last 3 min ago from 203.0.113.7 (DataLoader)'],
    [
      'several, of which the newest has no name',
      row({ seen: [seen(180, 'N/A'), seen(600)] }),
      '2 clients, last 3 min ago from 203.0.113.7',
    ],
    ['they are gone', row({ seen: [seen(90_000)], convergedAt: ago(60) }), 'converged'],
    ['the org does not show it', row({ unseen: true }), 'not known'],
    ['the org did not show it to the end', row({ unseen: true, convergedAt: ago(60) }), 'not known'],
    ['a credential that the ledger does not know', UNKNOWN, 'not known'],
    ['one that cannot be read', UNREADABLE, 'not known'],
  ])('%s', (_case, shown, text) => {
    expect(stragglersText(shown)).toBe(text);
  });
});

test('what it waits for', () => {
  const state = billingState('awaiting-token', { rotation: { ...ROTATION, reminders: 0 } });
  expect(waitingText(fleetRow(MONTHLY, state, NOW))).toMatch(/^the mail with the new token/);
  expect(waitingText(UNKNOWN)).toBe('the first look of the service');
  expect(waitingText(UNREADABLE)).toBe("a person who reads the function's log");
});
