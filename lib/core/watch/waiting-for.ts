import type { Credential } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import type { CredentialState, Rotation, RotationRequest } from '../domain/state.ts';
import { rotationOf } from '../domain/transition.ts';
import { wantedRotation } from '../reconcile/schedule.ts';

/** For whom or what a credential waits. Pure: the time is a fact. */
export interface WaitingFor {
  readonly kind: WaitingKind;
  /** A phrase that goes on from "waiting for", without a full stop; a remedy is a sentence. */
  readonly text: string;
}

type WaitingKind =
  | 'nothing'
  /** The mail with the new token, to the user's mailbox. */
  | 'token-mail'
  /** A person who brings the token. */
  | 'operator'
  /** A person who presses Start; the password is not changed before. */
  | 'start'
  /** A person who applies the remedy of a refusal. */
  | 'remedy'
  /** The verified credential is swapped in when it is due. */
  | 'due-time'
  | 'secrets-manager'
  /** The service itself, which goes on by its own. */
  | 'service';

/** Whether a rotation stands still until a person or a mail comes. */
export function waitsForSomebody({ kind }: WaitingFor): boolean {
  return kind === 'token-mail' || kind === 'operator' || kind === 'start';
}

/** Whether only a person can let it go on; a mail comes by itself. */
export function waitsForAPerson({ kind }: WaitingFor): boolean {
  return kind === 'operator' || kind === 'start' || kind === 'remedy';
}

/** @param state `undefined` where the ledger does not know the credential. */
export function waitingFor(
  credential: Credential,
  state: CredentialState | undefined,
  now: Date,
): WaitingFor {
  if (state === undefined) return service('the first look of the service');
  switch (state.phase) {
    case 'idle':
      return whileIdle(credential, state, now);
    case 'invited':
      return whileInvited(rotationOf(state));
    case 'drafted':
      return service('the service, which sets the new password');
    case 'changing':
      return service('the service, which makes sure that Salesforce has the new password');
    case 'awaiting-token':
      return whileAwaitingToken(credential, state, now);
    case 'verified':
      return whileVerified(rotationOf(state), now);
    case 'committing':
      return { kind: 'secrets-manager', text: 'Secrets Manager, which runs the last step of the swap' };
    case 'blocked':
      return { kind: 'remedy', text: state.blocked?.refusal.remedy ?? 'a person who resumes it' };
  }
}

function whileIdle(credential: Credential, state: CredentialState, now: Date): WaitingFor {
  const wanted = wantedRotation(state, { credential, now });
  if (wanted === undefined) return { kind: 'nothing', text: 'nothing' };
  return service(`the service, which begins ${wantedText(wanted)}`);
}

function wantedText({ cause, by }: RotationRequest): string {
  switch (cause) {
    case 'due':
      return 'the rotation that is due';
    case 'rollback':
      return `the rollback that was requested by ${by}`;
    case 'take-over':
      return 'to set a password of its own in place of one that no longer works for the integrations';
    case 'outside-change':
      return 'to take over the password that somebody else set';
    case 'token-reset':
      return 'to ask for the security token that was reset';
    case 'requested':
    case 'secrets-manager':
      return `the rotation that was requested by ${by}`;
  }
}

function whileInvited({ username, startPressed }: Rotation): WaitingFor {
  if (startPressed === true) return service('the service, which begins the rotation that was started');
  return { kind: 'start', text: `a person with the mailbox of "${username}" at hand, who presses Start` };
}

function whileAwaitingToken(credential: Credential, state: CredentialState, now: Date): WaitingFor {
  const { username, reminders, cause } = rotationOf(state);
  const { inFlight } = budgetOf(state, username);
  if (inFlight !== undefined && now < new Date(inFlight.leaseUntil))
    return service('the answer of Salesforce to a login');
  if (cause === 'rollback') return service('the service, which tries the previous credential');
  // A person is asked when the tries that need nobody are over.
  if (reminders === undefined) return service('the service, which tries what it has or asks for a token');
  if (cause === 'outside-change') {
    const text = `a person who brings the password that somebody else set for "${username}", and its token`;
    return { kind: 'operator', text };
  }
  const { sources } = credential.token;
  if (!sources.includes('mailbox'))
    return { kind: 'operator', text: `a person who brings the new token of "${username}"` };
  const orBrought = sources.includes('operator') ? ', or a person who brings the token' : '';
  return { kind: 'token-mail', text: `the mail with the new token of "${username}"${orBrought}` };
}

function whileVerified({ commitAt, commitRequestedAt }: Rotation, now: Date): WaitingFor {
  if (commitAt !== undefined && now < new Date(commitAt))
    return { kind: 'due-time', text: 'the due time of the swap; the new credential is verified' };
  if (commitRequestedAt === undefined) return service('the service, which asks Secrets Manager for the swap');
  return { kind: 'secrets-manager', text: 'Secrets Manager, which runs the rotation' };
}

function service(text: string): WaitingFor {
  return { kind: 'service', text };
}
