import type { SubmissionOutcome, SubmissionProblem } from '../core/intake/submission.ts';
import type { PromptView } from '../core/prompt/prompt-view.ts';
import type { FieldName, Notice } from './view/situation.ts';
import type { Words } from './wording/words.ts';

/** What a person is told of what they brought, and with which HTTP status. */
export interface Answer {
  readonly status: 409 | 413 | 422 | 429 | 502 | 503;
  readonly notice: Notice;
  /** ISO 8601: when another try makes sense. */
  readonly tryAgainAt?: string;
}

/** What became of a form: of what it brought, or that it could not be read or passed on. */
export type FormOutcome =
  | SubmissionOutcome
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'no-answer' };

type NotAccepted = Exclude<FormOutcome, { readonly kind: 'accepted' }>;
type Blocked = Extract<SubmissionOutcome, { readonly kind: 'blocked' }>;

/** What was brought, and where the rotation stands after it. */
export interface Brought {
  /** Whose mail is expected. */
  readonly username: string;
  /** What the form asked for. */
  readonly fields: readonly FieldName[];
  readonly after: PromptView;
}

export function answerTo(words: Words, outcome: NotAccepted, brought: Brought): Answer {
  switch (outcome.kind) {
    case 'unusable':
      return answer(
        422,
        `unusable-${outcome.problem}`,
        problemText(words, outcome.problem, brought.username),
        [outcome.problem === 'no-password' ? 'password' : 'token'],
      );
    case 'declined':
      return answer(409, `declined-${outcome.reason}`, words.text(`problem.declined.${outcome.reason}`));
    case 'busy':
      return answer(409, 'busy', words.text(outcome.sameToken ? 'problem.busy.same' : 'problem.busy.other'));
    case 'too-soon':
      return {
        ...answer(429, 'too-soon', words.rich('problem.too-soon', { time: words.time(outcome.tryAgainAt) })),
        tryAgainAt: outcome.tryAgainAt,
      };
    case 'rejected':
      return answer(
        422,
        `rejected-${outcome.because}`,
        withAttempts(words, words.text(`problem.rejected.${outcome.because}`), outcome.attemptsLeft),
        brought.fields,
      );
    case 'unanswered':
      return answer(
        502,
        'unanswered',
        withAttempts(words, words.text('problem.unanswered'), outcome.attemptsLeft),
      );
    case 'blocked':
      return blockedAnswer(words, outcome, brought.after);
    case 'unreadable':
      return answer(422, 'unreadable-form', words.text('problem.unreadable-form'));
    case 'too-long':
      return answer(413, 'too-long', words.text('problem.too-long'), ['token']);
    case 'no-answer':
      return answer(503, 'no-answer', words.text('problem.no-answer'));
  }
}

function answer(
  status: Answer['status'],
  code: string,
  text: Notice['text'],
  fields: readonly FieldName[] = [],
): Answer {
  return { status, notice: { code, text, fields } };
}

function problemText(words: Words, problem: SubmissionProblem, username: string): string {
  return problem === 'other-user'
    ? words.text('problem.other-user', { username })
    : words.text(`problem.${problem}`);
}

function withAttempts(words: Words, sentence: string, attemptsLeft: number): string {
  const left = words.text('problem.attempts', { attempts: words.count('attempt', attemptsLeft) });
  return `${sentence} ${left}`;
}

/** The page below shows the refusal in the reader's language, unless it was lifted in the meantime. */
function blockedAnswer(words: Words, { message, remedy }: Blocked, after: PromptView): Answer {
  const what = after.kind === 'blocked' ? words.text('problem.blocked.below') : `${message} ${remedy}`;
  return answer(409, 'blocked', words.text('problem.blocked', { what }));
}
