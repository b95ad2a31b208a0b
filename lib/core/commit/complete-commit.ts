import type { Credential } from '../config/load.ts';
import { type CredentialValue, EMPTY_DRAFT, parseCredential, sameLogin } from '../domain/credential-value.ts';
import { compactRecord } from '../domain/records.ts';
import { refusals } from '../domain/refusal.ts';
import type { CredentialState, Rotation, StagedPair } from '../domain/state.ts';
import { block, rotationOf, withRotation } from '../domain/transition.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { labelled, type SecretDescription } from '../ports/secret-store.ts';
import type { StateKeeper } from '../reconcile/state-keeper.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { closed } from './closed.ts';
import { removeStagedLabels } from './stage.ts';
import { type SweepResult, sweep } from './sweep.ts';

/**
 * Everything after the decision: sweep the integration secrets, promote the
 * credential secret last, take the labels away, empty the draft, and close the
 * rotation. Each part can be repeated; called by `finishSecret`, which knows the
 * secret's description already, and by the reconciler where that died half-way.
 */
export async function completeCommit(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
  known?: SecretDescription,
): Promise<void> {
  const rotation = rotationOf(keeper.state);
  const description = known ?? (await ports.secrets.describe(credential.secret));
  if (description === undefined)
    throw new CommitNotPossible(
      `The credential secret "${credential.secret}" is gone. Restore it; the swap goes on.`,
    );
  const value = await decidedValue(ports, credential, rotation, description);
  const token = rotation.requestToken ?? labelled(description, 'AWSPENDING') ?? rotation.id;

  const isOurs = async () => isCommitting(await keeper.refresh(), rotation.id);
  const flips = await sweep(ports, credential, value, token, rotation.pairs ?? [], isOurs);
  // Others have completed this commit while this run stood still.
  if (flips === 'superseded') return;
  await keeper.updateRotation(rotation.id, (state) =>
    state.phase === 'committing'
      ? withRotation(state, earliestAndLatest(rotationOf(state), flips))
      : undefined,
  );
  const replaced = rotation.replaces ?? replacedVersion(description, token);
  const promoted = await promote(ports, credential, description, token, value, replaced);
  if (promoted === 'edited') {
    const at = ports.clock.now().toISOString();
    await keeper.updateRotation(rotation.id, (state) =>
      state.phase === 'committing'
        ? block(withoutBase(state), at, refusals.credentialEditedDuringCommit(credential.secret))
        : undefined,
    );
    return;
  }
  await removeStagedLabels(ports, stagedVersions(flips.current, rotation));
  await ports.secrets.moveLabel(credential.secret, { label: 'AWSPENDING', from: token, to: undefined });
  await emptyDraft(ports, credential, rotation);
  const at = ports.clock.now().toISOString();
  await keeper.updateRotation(rotation.id, (state) =>
    state.phase === 'committing'
      ? closed(state, credential, { at, value, versionId: token, replaced })
      : undefined,
  );
}

/** The version that the new one takes the place of; a repeated run finds it as the previous one. */
function replacedVersion(description: SecretDescription, token: string): string | undefined {
  const current = labelled(description, 'AWSCURRENT');
  return current === token ? labelled(description, 'AWSPREVIOUS') : current;
}

/** Whoever resumes has seen the edit, so the promotion may take its place. */
function withoutBase(state: CredentialState): CredentialState {
  const { replaces: _edited, ...rotation } = rotationOf(state);
  return { ...state, rotation };
}

function isCommitting(state: CredentialState, rotationId: string): boolean {
  return state.phase === 'committing' && state.rotation?.id === rotationId;
}

/** The credential that was decided on: the pending version, or where that is gone the completed draft. */
async function decidedValue(
  ports: Ports,
  credential: Credential,
  rotation: Rotation,
  description: SecretDescription,
): Promise<CredentialValue> {
  const token = rotation.requestToken ?? labelled(description, 'AWSPENDING');
  if (token !== undefined) {
    const read = await ports.secrets.readVersion(credential.secret, token);
    const pending = read.kind === 'found' ? parseCredential(read.text) : undefined;
    if (pending?.kind === 'value') return pending.value;
  }
  const draft = await new Workbench(ports, credential).draft();
  if (
    draft.kind === 'value' &&
    draft.value.rotationId === rotation.id &&
    draft.value.verifiedAt !== undefined
  )
    return draft.value;
  throw new CommitNotPossible(
    `Neither the pending version of "${credential.secret}" nor its draft holds the credential that was decided on. Restore one of them from its version history; the swap goes on.`,
  );
}

/** Makes the new version current, last of all, if nobody wrote the secret meanwhile. */
async function promote(
  ports: Ports,
  credential: Credential,
  description: SecretDescription,
  token: string,
  value: CredentialValue,
  from: string | undefined,
): Promise<'promoted' | 'edited'> {
  if (labelled(description, 'AWSCURRENT') === token) return 'promoted';
  const moved = await ports.secrets.moveLabel(credential.secret, { label: 'AWSCURRENT', from, to: token });
  if (moved === 'moved') return 'promoted';
  const now = await new Workbench(ports, credential).current();
  return now.kind === 'value' && sameLogin(now.value, value) ? 'promoted' : 'edited';
}

/** What carries the credential, and what was staged for it where somebody has written the secret since. */
function stagedVersions(
  current: SweepResult['current'],
  { pairs = [] }: Rotation,
): readonly Pick<StagedPair, 'secret' | 'staged'>[] {
  const versions = new Map(current.map(({ secret, staged }) => [secret, staged]));
  return [...current, ...pairs.filter(({ secret, staged }) => versions.get(secret) !== staged)];
}

async function emptyDraft(ports: Ports, credential: Credential, rotation: Rotation): Promise<void> {
  await ports.secrets.write(credential.draftSecret, {
    versionId: derivedVersionId('emptied', rotation.id),
    text: EMPTY_DRAFT,
  });
}

function earliestAndLatest(
  rotation: Rotation,
  flips: { readonly firstFlipAt: string | undefined; readonly lastFlipAt: string | undefined },
): Partial<Rotation> {
  return compactRecord({
    firstFlipAt: rotation.firstFlipAt ?? flips.firstFlipAt,
    lastFlipAt: flips.lastFlipAt ?? rotation.lastFlipAt,
  });
}
