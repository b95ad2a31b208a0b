import { describe, expect, test } from '@jest/globals';
import { answerTo } from '../../../lib/cli/answer.ts';
import type { RejectionCause } from '../../../lib/core/domain/rejection-cause.ts';
import type { SubmissionOutcome, SubmissionProblem } from '../../../lib/core/intake/submission.ts';
import { en } from '../../../lib/page/wording/en.ts';

const answer = (outcome: SubmissionOutcome) => answerTo(outcome, 'billing');

const LIKE_THE_PAGE: readonly SubmissionProblem[] = [
  'wrong-length',
  'wrong-characters',
  'looks-like-words',
  'whole-mail-without-token',
  'whole-mail-with-two-tokens',
  'is-password',
  'is-previous-token',
  'no-password',
];

const REJECTIONS: readonly RejectionCause[] = [
  'wrong-password-or-token',
  'token-missing',
  'locked',
  'ip-restricted',
  'time-restricted',
  'password-expired',
  'inactive',
  'frozen',
  'rate-exceeded',
  'password-flow-disabled',
  'api-disabled',
  'unknown',
];

describe('what the page says, too', () => {
  test.each(LIKE_THE_PAGE)('%s', (problem) => {
    expect(answer({ kind: 'unusable', problem })).toEqual({ exitCode: 2, text: en[`problem.${problem}`] });
  });

  test.each(REJECTIONS)('refused: %s', (because) => {
    expect(answer({ kind: 'rejected', because, attemptsLeft: 1 })).toEqual({
      exitCode: 1,
      text: `${en[`problem.rejected.${because}`]} (1 attempt left.)`,
    });
  });

  test.each(['not-waiting', 'refused-before', 'already-verified'] as const)('declined: %s', (reason) => {
    expect(answer({ kind: 'declined', reason })).toEqual({
      exitCode: 3,
      text: en[`problem.declined.${reason}`],
    });
  });

  test('no clear answer', () => {
    expect(answer({ kind: 'unanswered', attemptsLeft: 2 })).toEqual({
      exitCode: 4,
      text: `${en['problem.unanswered']} (2 attempts left.)`,
    });
  });
});

const OWN: readonly (readonly [SubmissionOutcome, number, string])[] = [
  [{ kind: 'accepted' }, 0, 'accepted'],
  [{ kind: 'unusable', problem: 'empty' }, 2, 'Nothing came in'],
  [{ kind: 'unusable', problem: 'other-user' }, 2, 'another Salesforce user than the one of "billing"'],
  [{ kind: 'declined', reason: 'blocked' }, 3, 'stopped'],
  [{ kind: 'declined', reason: 'another-rotation' }, 3, 'earlier rotation'],
  [{ kind: 'declined', reason: 'password-needed' }, 3, 'sfrotate token billing --with-password'],
  [{ kind: 'busy', sameToken: true }, 3, 'This very token'],
  [{ kind: 'busy', sameToken: false }, 3, 'Another token'],
  [{ kind: 'too-soon', tryAgainAt: '2026-11-02T08:02:00.000Z' }, 3, 'after 2026-11-02 08:02:00 UTC'],
  [
    {
      kind: 'blocked',
      message: 'It is locked.',
      remedy: 'Unlock it.',
      tryAgainAt: '2026-11-02T09:00:00.000Z',
    },
    3,
    'It is locked. Unlock it. Not before 2026-11-02 09:00:00 UTC.',
  ],
];

test.each(OWN)('%j', (outcome, exitCode, text) => {
  const { exitCode: code, text: said } = answer(outcome);
  expect(code).toBe(exitCode);
  expect(said).toContain(text);
  expect(said).not.toMatch(/[{}]/);
});
