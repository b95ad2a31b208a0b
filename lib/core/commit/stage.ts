import type { IntegrationConfig } from '../config/schema.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import type { StagedPair } from '../domain/state.ts';
import { derivedVersionId } from '../domain/version-ids.ts';
import { CommitNotPossible } from '../errors.ts';
import { carries, formatOf } from '../formats/registry.ts';
import type { Ports } from '../ports/ports.ts';
import type { SecretRead, SecretStore } from '../ports/secret-store.ts';
import type { Redacted } from '../redacted.ts';
import { mapConcurrently } from './map-concurrently.ts';

export const STAGED_LABEL = 'ROTATION_STAGED';
/** Calls under way at once: enough to use the service's 50 writes a second, and no burst. */
export const PARALLEL_CALLS = 16;

/** What is to be done to one integration secret. */
export type StagePlan =
  /** It logs in with the new credential already. */
  | { readonly kind: 'carries'; readonly base: string }
  | { readonly kind: 'stage'; readonly pair: StagedPair; readonly text: Redacted };

export function isStage(plan: StagePlan): plan is Extract<StagePlan, { kind: 'stage' }> {
  return plan.kind === 'stage';
}

/**
 * Renders the credential into what an integration secret holds now. The version
 * id is derived from the rotation, the secret and the base version: the same
 * rendering staged twice is one version, and a rendering on another base is
 * another.
 *
 * @throws CommitNotPossible naming the secret, where it is gone or not what its format says.
 */
export function planStage(
  integration: IntegrationConfig,
  read: SecretRead | undefined,
  value: CredentialValue,
  requestToken: string,
): StagePlan {
  if (read === undefined || read.kind === 'absent') {
    throw notPossible(integration.secret, read?.problem ?? 'it was not returned');
  }
  if (carries(integration, read.text, value)) return { kind: 'carries', base: read.versionId };
  const rendering = formatOf(integration).render(read.text, value);
  if (rendering.kind === 'unusable') throw notPossible(integration.secret, rendering.problem);
  if (!carries(integration, rendering.text, value)) {
    throw notPossible(integration.secret, 'what would be written does not read back as the new credential');
  }
  const staged = derivedVersionId('stage', requestToken, read.arn, read.versionId);
  return {
    kind: 'stage',
    pair: { secret: integration.secret, base: read.versionId, staged },
    text: rendering.text,
  };
}

/** Writes a rendering under the staged label. */
export async function writeStage(
  secrets: SecretStore,
  plan: Extract<StagePlan, { kind: 'stage' }>,
): Promise<StagedPair> {
  const written = await secrets.write(plan.pair.secret, {
    versionId: plan.pair.staged,
    text: plan.text,
    labels: [STAGED_LABEL],
  });
  if (written === 'written') return plan.pair;
  throw notPossible(
    plan.pair.secret,
    'another rendering is stored under the version that this one would have',
  );
}

/**
 * Takes the staged label off versions: those that became current, or those that
 * are given up. A label that could not be removed is harmless and only logged,
 * because the next staging moves it.
 */
export async function removeStagedLabels(
  ports: Pick<Ports, 'secrets' | 'telemetry'>,
  pairs: readonly Pick<StagedPair, 'secret' | 'staged'>[],
): Promise<void> {
  await mapConcurrently(pairs, PARALLEL_CALLS, async ({ secret, staged }) => {
    try {
      await ports.secrets.moveLabel(secret, { label: STAGED_LABEL, from: staged, to: undefined });
    } catch (error) {
      ports.telemetry.warn(`the staged label of "${secret}" could not be removed; it is harmless`, error);
    }
  });
}

function notPossible(secret: string, problem: string): CommitNotPossible {
  return new CommitNotPossible(
    `The integration secret "${secret}" cannot be staged: ${problem}. Nothing is current; mend it, and the rotation goes on.`,
  );
}
