import { isStage, planStage, type StagePlan } from '../commit/stage.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import type { ParsedValue } from '../domain/secret-fields.ts';
import type { CredentialState } from '../domain/state.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import type { DriftFact } from './facts.ts';
import type { Workbench } from './workbench.ts';

/** What a look at the integration secrets found. */
export interface Drift {
  readonly fact: DriftFact;
  readonly current: CredentialValue | undefined;
  /** The credential secret, and its version that was compared with. */
  readonly secret: string;
  readonly versionId: string;
  /** Those that carry another credential, each with what would bring it forward. */
  readonly strays: readonly Extract<StagePlan, { kind: 'stage' }>[];
  /** Those that can be neither read nor written. */
  readonly problems: readonly string[];
  /** Why there is nothing to compare with. */
  readonly currentProblem: string | undefined;
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
  const found = {
    strays: [] as Drift['strays'][number][],
    problems: [] as string[],
    currentProblem: problemOf(current),
  };
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
    found.currentProblem ?? '',
  );
  const drift = {
    ...found,
    current: current.kind === 'value' ? current.value : undefined,
    secret: credential.secret,
    versionId,
    name,
  };
  return { ...drift, fact: factOf(state, credential.drift.bringForward, drift) };
}

function problemOf(current: ParsedValue<CredentialValue>): string | undefined {
  if (current.kind === 'value') return undefined;
  return current.kind === 'empty' ? 'it is empty' : current.problem;
}

/** What is told is not told again; what may be brought forward is tried again all the same. */
function factOf(
  { drift, last }: CredentialState,
  mayBringForward: boolean,
  { strays, problems, currentProblem, versionId, name }: Omit<Drift, 'fact'>,
): DriftFact {
  if (strays.length === 0 && problems.length === 0 && currentProblem === undefined) return 'none';
  const isProven = last?.versionId === versionId || drift?.provenVersion === versionId;
  if (strays.length > 0 && isProven && mayBringForward) return 'found';
  if (drift?.told === name) return 'told';
  if (strays.length === 0) return 'unwritable';
  return isProven ? 'found' : 'unproven';
}
