import type { Credential } from '../config/load.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import { compactRecord } from '../domain/records.ts';
import type { CompletedRotation, CredentialState, Predecessor, Rotation } from '../domain/state.ts';
import { enter, rotationOf } from '../domain/transition.ts';
import { otherUser } from '../reconcile/predecessor.ts';

/** How a commit ended. */
export interface Ending {
  readonly at: string;
  readonly value: CredentialValue;
  /** The version of the credential secret that became current, and the one that it replaced. */
  readonly versionId: string;
  readonly replaced: string | undefined;
}

/** The state after a completed commit: idle, with what the rotation leaves behind. */
export function closed(state: CredentialState, credential: Credential, ending: Ending): CredentialState {
  const rotation = rotationOf(state);
  const { at, value, versionId } = ending;
  const last: CompletedRotation = compactRecord({
    id: rotation.id,
    cause: rotation.cause,
    completedAt: at,
    versionId,
    source: rotation.source,
    passwordSetAt: rotation.passwordSetAt,
    lastFlipAt: rotation.lastFlipAt,
    integrations: credential.integrations.length,
    promptId: rotation.promptId,
    username: rotation.username,
  });
  const { scheduledFrom: _earlier, predecessor: _gone, drift, ...rest } = state;
  const next: CredentialState = compactRecord({
    ...rest,
    last,
    drift: drift && withoutVersions(drift),
    passwordChangedAt: value.passwordChangedAt ?? state.passwordChangedAt,
    user: compactRecord({
      username: value.username,
      changedAt: rotation.changedAfter,
      provenAt: rotation.verifiedAt,
    }),
    scheduledFrom: scheduledFrom(state, rotation, at),
    stragglers: { from: at, seen: [] },
    // What replaces the live user's own credential leaves the other user's as it was.
    predecessor: isOfLiveUser(rotation) ? state.predecessor : predecessorAfter(credential, ending),
  });
  const message = sentenceOf(rotation, credential);
  const { rotation: _closed, ...idle } = enter(next, 'idle', at, { type: 'Rotation Completed', message });
  return idle;
}

/** The password that goes on after a token reset is as old as it was. */
function scheduledFrom(
  state: CredentialState,
  { cause }: Rotation,
  at: string,
): CredentialState['scheduledFrom'] {
  if (cause === 'token-reset') return state.scheduledFrom;
  return cause === 'rollback' ? at : undefined;
}

function isOfLiveUser({ cause }: Rotation): boolean {
  return cause === 'outside-change' || cause === 'token-reset';
}

/** What was known of earlier versions ends with the rotation that replaced them. */
function withoutVersions({
  provenVersion: _proven,
  foundVersion: _found,
  refusedVersion: _refused,
  ...drift
}: NonNullable<CredentialState['drift']>): NonNullable<CredentialState['drift']> {
  return drift;
}

function sentenceOf({ cause }: Rotation, { integrations }: Credential): string {
  const which =
    cause === 'rollback' ? 'The previous credential is current again' : 'The new credential is current';
  return `${which} in the credential secret and in all ${integrations.length} integration secrets.`;
}

/** With two users, the replaced one can come back until its password is replaced, too. */
function predecessorAfter(credential: Credential, { at, value, replaced }: Ending): Predecessor | undefined {
  const username = otherUser(credential, value.username);
  if (credential.strategy.kind === 'single-user' || username === undefined || replaced === undefined)
    return undefined;
  const { retireAfter } = credential.strategy;
  return compactRecord({
    username,
    versionId: replaced,
    replacedAt: at,
    retireAt: retireAfter === 0 ? undefined : new Date(Date.parse(at) + retireAfter * 1_000).toISOString(),
  });
}
