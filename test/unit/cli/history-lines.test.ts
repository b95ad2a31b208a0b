import { expect, test } from '@jest/globals';
import { eventLines } from '../../../lib/cli/history-command.ts';
import type { PastEvent } from '../../../lib/core/watch/query.ts';

const EVENT: PastEvent = {
  at: '2026-11-02T08:00:12.345Z',
  type: 'Rotation Blocked',
  phase: 'blocked',
  message: 'It is stuck\u001b[2J.',
  reason: 'user-frozen',
  remedy: 'Free it, then resume.',
  by: 'ann\n(sfrotate)',
};

test('an event has its time, its reason, who caused it, and below what it says and what to do', () => {
  expect(eventLines(EVENT)).toEqual([
    '2026-11-02 08:00:12 UTC · Rotation Blocked (user-frozen) by ann (sfrotate)',
    '    It is stuck.',
    '    Free it, then resume.',
  ]);
});

test('an event without those has none of them', () => {
  const { reason: _reason, remedy: _remedy, by: _by, ...plain } = EVENT;
  expect(eventLines(plain)).toEqual(['2026-11-02 08:00:12 UTC · Rotation Blocked', '    It is stuck.']);
});

test('a narrow terminal gets it in more lines', () => {
  const lines = eventLines(EVENT, 24);
  expect(lines).toEqual([
    '2026-11-02 08:00:12 UTC',
    '· Rotation Blocked',
    '(user-frozen) by ann',
    '(sfrotate)',
    '    It is stuck.',
    '    Free it, then',
    '    resume.',
  ]);
});
