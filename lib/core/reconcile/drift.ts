import { isStage, planStage, type StagePlan } from '../commit/stage.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import type { CredentialState } from '../domain/state.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import { type Edit, isProven, lookAtEdit } from './edit.ts';
import type { DriftFact } from './facts.ts';
import type { Workbench } from './workbench.ts';

/** What a look at the integration secrets found. */
export interface Drift {
  readonly fact: DriftFact;
  /** The credential secret, and its version that was compared with. */
  readonly secret: string;
  readonly versionId: string;
  readonly current: CredentialValue | undefined;
  /** Who made that version, as far as known. */
  readonly edit: Edit;
  /** Those that carry another credential, each with what would bring it forward. */
  readonly strays: readonly Extract<StagePlan, { kind: 'stage' }>[];
  /** Those that can be neither read nor written. */
  readonly problems: readonly string[];
  /** Names the finding, so that it is told once. */
  readonly name: string;
}

/**
 * Compares every integration secret with the current credential. The integration
 * secrets are read first: a swap that begins after that moves them off the
 * versions that were seen, so that nothing here can undo it.
 */
export async function lookAtDrift(bench: Workbench, state: CredentialState): Promise<Drift> {
  const { credential } = bench;
  bench.forget();
  await bench.fetch(credential.integrations.map(({ secret }) => secret));
  const edit = await lookAtEdit(bench, state);
  const { current, problem, versionId } = edit;
  const found = { strays: [] as Drift['strays'][number][], problems: [] as string[] };
  if (current !== undefined) {
    for (const integration of credential.integrations) {
      try {
        const base = await bench.read(integration.secret);
        const plan = planStage(integration, base, current, derivedVersionId('drift', versionId));
        if (isStage(plan)) found.strays.push(plan);
      } catch (error) {
        if (!(error instanceof CommitNotPossible)) throw error;
        found.problems.push(integration.secret);
      }
    }
  }
  const name = derivedVersionId(
    versionId,
    ...found.strays.map(({ pair }) => `${pair.secret} ${pair.base}`),
    ...found.problems,
    problem ?? '',
  );
  const drift = { ...found, secret: credential.secret, versionId, current, edit, name };
  return { ...drift, fact: factOf(state, credential.drift.bringForward, drift) };
}

/** What is told is not told again; what may be brought forward is tried again all the same. */
function factOf(
  state: CredentialState,
  mayBringForward: boolean,
  { strays, problems, edit, versionId, name }: Omit<Drift, 'fact'>,
): DriftFact {
  if (strays.length === 0 && problems.length === 0 && edit.problem === undefined) return 'none';
  const mayBeGiven = isProven(state, versionId);
  if (strays.length > 0 && mayBeGiven && mayBringForward) return 'found';
  if (state.drift?.told === name) return 'told';
  if (strays.length === 0) return 'unwritable';
  return mayBeGiven ? 'found' : 'unproven';
}
