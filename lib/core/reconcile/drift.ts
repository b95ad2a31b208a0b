import { isStage, planStage, type StagePlan } from '../commit/stage.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import type { CredentialState } from '../domain/state.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import type { DriftFact } from './facts.ts';
import type { Workbench } from './workbench.ts';

/** What a look at the integration secrets found. */
export interface Drift {
  readonly fact: DriftFact;
  readonly current: CredentialValue | undefined;
  /** The version of the credential secret that was compared with. */
  readonly versionId: string;
  /** Those that carry another credential, each with what would bring it forward. */
  readonly strays: readonly Extract<StagePlan, { kind: 'stage' }>[];
  /** Sentences on those that can be neither read nor written. */
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
  const read = await bench.read(credential.secret);
  const current = await bench.current();
  const versionId = read.kind === 'found' ? read.versionId : '';
  const found = { strays: [] as Drift['strays'][number][], problems: [] as string[] };
  if (current.kind === 'value') {
    for (const integration of credential.integrations) {
      try {
        const base = await bench.read(integration.secret);
        const plan = planStage(integration, base, current.value, derivedVersionId('drift', versionId));
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
  );
  return {
    ...found,
    fact: factOf(state, versionId, found, name),
    current: current.kind === 'value' ? current.value : undefined,
    versionId,
    name,
  };
}

function factOf(
  state: CredentialState,
  versionId: string,
  { strays, problems }: Pick<Drift, 'strays' | 'problems'>,
  name: string,
): DriftFact {
  if (strays.length === 0 && problems.length === 0) return 'none';
  if (state.drift?.told === name) return 'told';
  if (strays.length === 0) return 'unwritable';
  const isProven = state.last?.versionId === versionId || state.drift?.provenVersion === versionId;
  return isProven ? 'found' : 'unproven';
}
