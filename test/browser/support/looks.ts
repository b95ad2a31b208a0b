import type { SubmissionOutcome } from '../../../lib/core/intake/submission.ts';
import type { ValidView } from '../../../lib/page/services.ts';
import { VIEWS } from '../../support/page-bench.ts';

/** One look of the page: a state, and what was answered where something was sent. */
export interface Look {
  readonly name: string;
  readonly view: ValidView | 'gone';
  readonly refusal?: SubmissionOutcome;
}

export const REFUSED: SubmissionOutcome = {
  kind: 'rejected',
  because: 'wrong-password-or-token',
  attemptsLeft: 1,
};

/** Every state; each form also with a refusal. */
export const LOOKS: readonly Look[] = [
  ...Object.entries(VIEWS).map(([name, view]) => ({ name, view })),
  { name: 'gone', view: 'gone' },
  { name: 'token refused', view: VIEWS.token, refusal: REFUSED },
  { name: 'credential refused', view: VIEWS.credential, refusal: REFUSED },
];
