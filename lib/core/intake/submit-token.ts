import type { Configuration } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import { credentialNamed } from '../reconcile/advance.ts';
import type { Redacted } from '../redacted.ts';
import { readPastedToken } from '../token-mail/paste.ts';
import { startsWithPassword } from './pasted-secrets.ts';
import type { SubmissionOutcome } from './submission.ts';
import { isForAnother, isPrevious, type Known, lookUp, offer, type Submission, unusable } from './submit.ts';

/**
 * A person brings a token: the bare one, or the mail that it came in. What
 * cannot be the new token of the user costs no login attempt; everything else
 * goes the way that a token from the mailbox goes.
 *
 * @throws UnknownCredential, SalesforceOutcomeUnknown, SecretStoreFault, LedgerContention
 */
export async function submitToken(
  ports: Ports,
  configuration: Configuration,
  submission: Submission & { readonly pasted: Redacted },
): Promise<SubmissionOutcome> {
  const { pasted, rotationId, by } = submission;
  const credential = credentialNamed(configuration, submission.credential);
  const known = await lookUp(ports, credential);
  const passwords = [known.drafted?.password, known.current?.password];
  if (passwords.some((password) => startsWithPassword(pasted, password))) return unusable('is-password');
  const read = readPastedToken(pasted);
  if (read.kind === 'problem') return unusable(read.problem);
  if (isForAnother(known.state, read.usernames)) return unusable('other-user');
  if (isPrevious(known, read.token) && !mayStillWork(known)) return unusable('is-previous-token');
  const trigger = { kind: 'token', source: 'operator', by, rotationId } as const;
  return offer(ports, configuration, known, trigger, { token: read.token });
}

/** An org may keep tokens: until the old one was tried, nobody knows. */
function mayStillWork({ bench, state }: Known): boolean {
  return bench.credential.token.sources.includes('unchanged') && state.rotation?.triedUnchanged !== true;
}
