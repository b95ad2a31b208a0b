import type { Configuration } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import { credentialNamed } from '../reconcile/advance.ts';
import type { Redacted } from '../redacted.ts';
import { readPastedToken } from '../token-mail/paste.ts';
import { endsWith, isEmpty, isSameText, startsWithPassword, withoutLineBreak } from './pasted-secrets.ts';
import type { SubmissionOutcome, SubmissionProblem } from './submission.ts';
import { isForAnother, isPrevious, type Known, lookUp, offer, type Submission, unusable } from './submit.ts';

/**
 * After an outside change a person brings the password that was set, and its
 * token. Nothing is stored before Salesforce has accepted both together.
 *
 * @throws UnknownCredential, SalesforceOutcomeUnknown, SecretStoreFault, LedgerContention
 */
export async function submitCredential(
  ports: Ports,
  configuration: Configuration,
  submission: Submission & { readonly password: Redacted; readonly pasted: Redacted },
): Promise<SubmissionOutcome> {
  const { pasted, rotationId, by } = submission;
  const credential = credentialNamed(configuration, submission.credential);
  const password = withoutLineBreak(submission.password);
  const known = await lookUp(ports, credential);
  const token = readToken(known, password, pasted);
  if (token.kind === 'problem') return unusable(token.problem);
  const trigger = { kind: 'credential', by, rotationId } as const;
  return offer(ports, configuration, known, trigger, { password, token: token.token });
}

type ReadToken =
  | { readonly kind: 'token'; readonly token: Redacted | undefined }
  | { readonly kind: 'problem'; readonly problem: SubmissionProblem };

function readToken(known: Known, password: Redacted, pasted: Redacted): ReadToken {
  if (isEmpty(password)) return problem('no-password');
  if (startsWithPassword(pasted, password)) return problem('is-password');
  const read = readPastedToken(pasted);
  if (read.kind === 'problem')
    return read.problem === 'empty' && needsNoToken(known)
      ? { kind: 'token', token: undefined }
      : problem(read.problem);
  if (isForAnother(known.state, read.usernames)) return problem('other-user');
  if (endsWith(password, read.token)) return problem('is-password');
  const isWhatWeHave = isSameText(known.current?.password, password) && isPrevious(known, read.token);
  return isWhatWeHave ? problem('is-previous-token') : { kind: 'token', token: read.token };
}

/** A user who logged in without a token until now, from trusted addresses. */
function needsNoToken({ current }: Known): boolean {
  return current !== undefined && current.securityToken === undefined;
}

function problem(reason: SubmissionProblem): ReadToken {
  return { kind: 'problem', problem: reason };
}
