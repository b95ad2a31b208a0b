import { describe, expect, test } from '@jest/globals';
import { drawStatus, fingerprintOf, statusEnding } from '../../../lib/cli/status.ts';
import type { FleetRow } from '../../../lib/core/watch/fleet.ts';
import { knownRow, NOW } from '../../support/fleet-rows.ts';

const REPORT = { message: '', now: NOW };
const waiting = (kind: 'operator' | 'start' | 'token-mail' | 'service' | 'due-time') =>
  knownRow({ phase: 'awaiting-token', waitingFor: { kind, text: 'somebody' } });
const BLOCKED = knownRow({
  phase: 'blocked',
  waitingFor: { kind: 'remedy', text: 'Free it, then resume.' },
  message: 'It is stuck.',
  remedy: 'Free it, then resume.',
});
const UNREADABLE: FleetRow = { kind: 'unreadable', credential: 'crm', org: 'prod' };
const UNKNOWN: FleetRow = {
  kind: 'unknown',
  credential: 'new',
  org: 'prod',
  waitingFor: { kind: 'service', text: 'the first look of the service' },
  attemptsLeft: 3,
  schedule: { kind: 'none' },
  rotateNow: { kind: 'offered', consequence: 'x' },
};

const STRAGGLER = {
  username: 'billing@acme.example',
  sourceIp: '192.0.2.7',
  application: 'Nightly\u001b[2J job',
  firstAt: '2026-11-02T08:10:00.000Z',
  lastAt: '2026-11-02T09:10:00.000Z',
  logins: 4,
};
const stragglers = { from: '2026-11-02T08:00:00.000Z', seen: [STRAGGLER] };

describe('how status ends', () => {
  test.each<[string, FleetRow, number]>([
    ['at rest', knownRow(), 0],
    ['waiting for a person with the token', waiting('operator'), 5],
    ['waiting for Start', waiting('start'), 5],
    ['waiting for a mail, which comes by itself', waiting('token-mail'), 0],
    ['going on by itself', waiting('service'), 0],
    ['waiting for its time', waiting('due-time'), 0],
    ['blocked', BLOCKED, 5],
    ['unreadable', UNREADABLE, 5],
    ['never seen', UNKNOWN, 0],
  ])('with a credential that is %s', (_what, row, exitCode) => {
    expect(statusEnding({ ...REPORT, rows: [row] }).exitCode).toBe(exitCode);
    expect(statusEnding({ ...REPORT, rows: [knownRow(), row] }).exitCode).toBe(exitCode);
  });

  test.each([
    [[knownRow()], 'Nothing waits for a person.'],
    [[BLOCKED], '1 of 1 credential waits for a person.'],
    [[BLOCKED, UNREADABLE, knownRow()], '2 of 3 credentials wait for a person.'],
    [[], 'No credential is configured, so there is nothing to rotate.'],
  ])('is said in one sentence', (rows, text) => {
    expect(statusEnding({ ...REPORT, rows }).text).toBe(text);
  });

  test('gives scripts the rows as the service has them', () => {
    expect(statusEnding({ ...REPORT, rows: [BLOCKED] }).details).toEqual({
      now: NOW,
      credentials: [BLOCKED],
    });
  });
});

describe('what is shown', () => {
  test('is a line for each credential', () => {
    const none = { from: NOW, lookedAt: NOW, seen: [] };
    const rows = [BLOCKED, knownRow({ credential: 'crm', stragglers: none }), UNREADABLE];
    const lines = drawStatus({ ...REPORT, rows }, { inFull: false });
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['Credential', 'Phase', 'Since', 'Password', 'Next rotation', 'Waiting for', 'Stragglers'],
      ['billing', 'blocked', '2 h ago', '12 d of 30 d', 'in 17 d', 'Free it, then resume.', 'no swap yet'],
      ['crm', 'at rest', '2 h ago', '12 d of 30 d', 'in 17 d', 'nothing', 'none yet'],
      [
        'crm',
        'unreadable: the record in the ledger cannot be read',
        'not known',
        'not known',
        "a person who reads the function's log",
        'not known',
      ],
    ]);
  });

  test('has of one credential everything, and nothing that a terminal would obey', () => {
    const row = {
      ...BLOCKED,
      username: 'billing@acme.example',
      stragglers,
      lastRotation: {
        id: 'r',
        cause: 'due',
        completedAt: '2026-11-01T08:00:00.000Z',
        source: 'mailbox',
        integrations: 3,
      },
    } as const;
    const text = drawStatus({ ...REPORT, rows: [row] }, { inFull: true }).join('\n');
    for (const part of [
      'It is stuck.',
      'Free it, then resume.',
      'billing@acme.example',
      '2026-11-02 08:00:00 UTC',
      'attempts left  3',
      '2026-11-01 08:00:00 UTC, cause: due, token: mailbox, integrations: 3',
      '192.0.2.7 (Nightly job) as billing@acme.example: 4 logins, from 2026-11-02 08:10:00 UTC to 2026-11-02 09:10:00 UTC',
      'SOAP login() ends. Move away.',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('\u001b');
  });

  test('is nothing but the sentence where there is no credential', () => {
    expect(drawStatus({ ...REPORT, rows: [] }, { inFull: false })).toEqual([]);
  });
});

describe('what counts as a change', () => {
  test('is no age', () => {
    const older = knownRow({ phaseSeconds: 7_205, password: { seconds: 86_400 * 13, limitSeconds: 1 } });
    expect(fingerprintOf([older])).toBe(fingerprintOf([knownRow()]));
  });

  test('is no other look for stragglers that found the same', () => {
    const looked = (lookedAt: string, stragglerSeconds: number) =>
      knownRow({ stragglers: { ...stragglers, lookedAt }, stragglerSeconds });
    expect(fingerprintOf([looked('2026-11-02T09:00:00.000Z', 1)])).toBe(fingerprintOf([looked(NOW, 2)]));
    expect(fingerprintOf([looked(NOW, 1)])).not.toBe(fingerprintOf([knownRow()]));
  });

  test.each([
    ['phase', waiting('service')],
    ['time of the phase', knownRow({ since: NOW })],
    ['attempts', knownRow({ attemptsLeft: 2 })],
    ['credential', knownRow({ credential: 'crm' })],
  ])('is another %s', (_what, row) => {
    expect(fingerprintOf([row])).not.toBe(fingerprintOf([knownRow()]));
  });
});
