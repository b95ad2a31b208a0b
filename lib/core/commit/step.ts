import type { Credential } from '../config/load.ts';
import { type CredentialValue, parseCredential } from '../domain/credential-value.ts';
import type { CredentialState } from '../domain/state.ts';
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

/**
 * The new credential as it stands under the request token.
 *
 * @throws CommitNotPossible while the placeholder is empty, or where it is no credential.
 */
export async function requirePending(
  { ports, credential, event }: StepContext,
  options = { fresh: false },
): Promise<CredentialValue> {
  const read = await ports.secrets.readVersion(credential.secret, event.requestToken, options);
  const value = read.kind === 'found' ? parseCredential(read.text) : undefined;
  if (value?.kind === 'value') return value.value;
  const problem =
    value?.kind === 'unusable' ? value.problem : 'it has no value yet; createSecret comes first';
  throw new CommitNotPossible(
    `The pending version of "${credential.secret}" cannot be used: ${problem}. Nothing is current.`,
  );
}

/** Whether this very commit was decided; a late call of an earlier one has nothing to finish. */
export function isFinishing({ phase, rotation }: CredentialState, requestToken: string): boolean {
  return phase === 'committing' && (rotation?.requestToken ?? requestToken) === requestToken;
}
