import type { RejectionCause } from '../domain/rejection-cause.ts';
import type { DeclineReason } from '../reconcile/facts.ts';
import type { PastedTokenProblem } from '../token-mail/paste.ts';

/**
 * What became of a token, or of a password with its token, that a person
 * brought. The same answers on the page and on the command line. Plain data:
 * it travels as JSON from the function that tried it.
 */
export type SubmissionOutcome =
  /** Salesforce accepted it; the swap follows. */
  | { readonly kind: 'accepted' }
  /** It was not tried: what was brought cannot be a token of this user. */
  | { readonly kind: 'unusable'; readonly problem: SubmissionProblem }
  /** It was not tried: the rotation does not wait for it. */
  | { readonly kind: 'declined'; readonly reason: DeclineReason | 'another-rotation' }
  /** It was not tried: another token is being tried at this moment, or this very one. */
  | { readonly kind: 'busy'; readonly sameToken: boolean }
  /** It was not tried: Salesforce refused it a moment ago, and a new token can take minutes to work. */
  | { readonly kind: 'too-soon'; readonly tryAgainAt: string }
  /** Salesforce refused it. */
  | { readonly kind: 'rejected'; readonly because: RejectionCause; readonly attemptsLeft: number }
  /** It was tried, and no definite answer came; the attempt counts as spent. */
  | { readonly kind: 'unanswered'; readonly attemptsLeft: number }
  /** Something other than the token stands in the way; the state says what and the remedy. */
  | {
      readonly kind: 'blocked';
      readonly message: string;
      readonly remedy: string;
      readonly tryAgainAt?: string;
    };

export type SubmissionProblem =
  | PastedTokenProblem
  /** It is the password, or the password and the token in one. */
  | 'is-password'
  /** It is the token that went with the password before. */
  | 'is-previous-token'
  /** The mail that was pasted is another user's. */
  | 'other-user'
  /** The form for an outside change was sent without a password. */
  | 'no-password';
