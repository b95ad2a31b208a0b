import type { SubmissionOutcome } from '../core/intake/submission.ts';
import { submissionWords } from '../core/intake/submission-words.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { timeText } from './text.ts';

/** What a person is told of what they brought, and how the command ends. */
export interface Answer {
  readonly exitCode: ExitCode;
  readonly text: string;
}

export function answerTo(outcome: SubmissionOutcome, credential: string): Answer {
  switch (outcome.kind) {
    case 'accepted':
      return { exitCode: EXIT.done, text: 'Salesforce accepted it.' };
    case 'unusable':
      return { exitCode: EXIT.badInput, text: problemText(outcome.problem, credential) };
    case 'declined':
      return { exitCode: EXIT.declined, text: declinedText(outcome.reason, credential) };
    case 'busy':
      return {
        exitCode: EXIT.declined,
        text: outcome.sameToken
          ? 'This very token is being tried at the moment; somebody else brought it, too. Yours was not tried again.'
          : 'Another token is being tried at the moment, so yours was not. If that one is refused, try yours then.',
      };
    case 'too-soon':
      return {
        exitCode: EXIT.declined,
        text: submissionWords['problem.too-soon'].replace('{time}', timeText(outcome.tryAgainAt)),
      };
    case 'rejected':
      return {
        exitCode: EXIT.refused,
        text: withAttempts(submissionWords[`problem.rejected.${outcome.because}`], outcome.attemptsLeft),
      };
    case 'unanswered':
      return {
        exitCode: EXIT.noAnswer,
        text: withAttempts(submissionWords['problem.unanswered'], outcome.attemptsLeft),
      };
    case 'blocked':
      return { exitCode: EXIT.declined, text: blockedText(outcome) };
  }
}

type Unusable = Extract<SubmissionOutcome, { readonly kind: 'unusable' }>['problem'];
type Declined = Extract<SubmissionOutcome, { readonly kind: 'declined' }>['reason'];
type Blocked = Extract<SubmissionOutcome, { readonly kind: 'blocked' }>;

function problemText(problem: Unusable, credential: string): string {
  switch (problem) {
    case 'empty':
      return 'Nothing came in. Bring the token, or the whole mail. Nothing was tried.';
    case 'other-user':
      return `This mail is for another Salesforce user than the one of "${credential}". It was not tried, and no attempt was spent.`;
    default:
      return submissionWords[`problem.${problem}`];
  }
}

function declinedText(reason: Declined, credential: string): string {
  switch (reason) {
    case 'blocked':
      return 'The rotation is stopped, so nothing was tried.';
    case 'another-rotation':
      return 'That belongs to an earlier rotation. Nothing was tried.';
    case 'password-needed':
      return `The password was changed outside of this service, so a token alone is not enough. Nothing was tried. Run "sfrotate token ${credential} --with-password".`;
    default:
      return submissionWords[`problem.declined.${reason}`];
  }
}

function blockedText({ message, remedy, tryAgainAt }: Blocked): string {
  const later = tryAgainAt === undefined ? [] : [`Not before ${timeText(tryAgainAt)}.`];
  return ['The rotation has stopped.', message, remedy, ...later].join(' ');
}

function withAttempts(sentence: string, count: number): string {
  const attempts = submissionWords[count === 1 ? 'count.attempt.one' : 'count.attempt.other'];
  const left = attempts.replace('{count}', String(count));
  return `${sentence} ${submissionWords['problem.attempts'].replace('{attempts}', left)}`;
}
