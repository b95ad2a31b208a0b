import type { Credential } from '../config/load.ts';
import { type CredentialValue, parseCredential } from '../domain/credential-value.ts';
import { CommitNotPossible } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { SecretDescription } from '../ports/secret-store.ts';
import type { StateKeeper } from '../reconcile/state-keeper.ts';
import type { RotationEvent, Step } from './guard.ts';

/** What a step works with. */
export interface StepContext {
  readonly ports: Ports;
  readonly keeper: StateKeeper;
  readonly event: RotationEvent;
  readonly step: Step;
  readonly credential: Credential;
  readonly description: SecretDescription;
}

/** The new credential as it stands under the request token; `undefined` while the placeholder is empty. */
export async function readPending(
  { ports, credential, event }: StepContext,
  options = { fresh: false },
): Promise<CredentialValue | undefined> {
  const read = await ports.secrets.readVersion(credential.secret, event.requestToken, options);
  if (read.kind === 'absent') return undefined;
  const value = parseCredential(read.text);
  if (value.kind === 'value') return value.value;
  const problem = value.kind === 'empty' ? 'it is empty' : value.problem;
  throw new CommitNotPossible(
    `The pending version of "${credential.secret}" cannot be used: ${problem}. Nothing is current.`,
  );
}

/** As `readPending`, where a step before this one must have filled it. */
export async function requirePending(
  context: StepContext,
  options = { fresh: false },
): Promise<CredentialValue> {
  const pending = await readPending(context, options);
  if (pending !== undefined) return pending;
  throw new CommitNotPossible(
    `The pending version of "${context.credential.secret}" has no value yet; createSecret comes first. Nothing is current.`,
  );
}
