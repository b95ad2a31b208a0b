import type { Credential } from '../config/load.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import type { StagedPair } from '../domain/state.ts';
import { CommitNotPossible } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { PARALLEL_CALLS, planStage, type StagePlan, writeStage } from './stage.ts';

/** How often a secret that others keep editing is rendered anew before the run gives up; the next run goes on. */
const MAX_ROUNDS = 5;

type ToStage = Extract<StagePlan, { kind: 'stage' }>;
type CarryingVersion = Pick<StagedPair, 'secret' | 'staged'>;

export interface SweepResult {
  /** ISO 8601; `undefined` where no label had to move. */
  readonly firstFlipAt: string | undefined;
  readonly lastFlipAt: string | undefined;
  /** What every integration secret was found to carry in the end, whoever flipped it. */
  readonly current: readonly CarryingVersion[];
}

/**
 * Moves `AWSCURRENT` of every integration secret to its staged rendering, each
 * by a compare-and-swap, and reads all of them back. One that somebody edited
 * meanwhile is rendered on the edit and staged anew, so that the edit survives.
 * There is no way back from here, only forward; running it again is safe, and
 * so is a run that stood still while others completed the commit (`superseded`).
 *
 * @throws CommitNotPossible where a secret still does not carry the credential.
 */
export async function sweep(
  ports: Ports,
  credential: Credential,
  value: CredentialValue,
  requestToken: string,
  pairs: readonly StagedPair[],
  isOurs: () => Promise<boolean>,
): Promise<SweepResult | 'superseded'> {
  const flips: string[] = [];
  const flip = async (pair: StagedPair): Promise<void> => {
    if (await compareAndSwap(ports, pair)) flips.push(ports.clock.now().toISOString());
  };
  await mapConcurrently(pairs, PARALLEL_CALLS, flip);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { left, current } = await readBack(ports, credential, value, requestToken);
    if (left.length === 0) return { firstFlipAt: flips[0], lastFlipAt: flips.at(-1), current };
    // Asked after the reading: what was read before the commit was over, no later commit has swapped.
    if (!(await isOurs())) return 'superseded';
    await mapConcurrently(left, PARALLEL_CALLS, async (plan) => flip(await writeStage(ports.secrets, plan)));
  }
  throw new CommitNotPossible(
    `Integration secrets of "${credential.name}" keep being edited during the swap. No edit was overwritten; the next run goes on.`,
  );
}

/** A swap that was made already, by a run that died, counts as made. */
export async function compareAndSwap(
  ports: Pick<Ports, 'secrets'>,
  { secret, base, staged }: StagedPair,
): Promise<boolean> {
  const moved = await ports.secrets.moveLabel(secret, { label: 'AWSCURRENT', from: base, to: staged });
  return moved === 'moved';
}

/** Reads every integration secret back; those that do not carry the credential are planned on what they hold. */
async function readBack(
  ports: Ports,
  credential: Credential,
  value: CredentialValue,
  requestToken: string,
): Promise<{ readonly left: readonly ToStage[]; readonly current: readonly CarryingVersion[] }> {
  const reads = await ports.secrets.readCurrent(
    credential.integrations.map((integration) => integration.secret),
  );
  const left: ToStage[] = [];
  const current: CarryingVersion[] = [];
  for (const integration of credential.integrations) {
    const plan = planStage(integration, reads.get(integration.secret), value, requestToken);
    if (plan.kind === 'stage') left.push(plan);
    else current.push({ secret: integration.secret, staged: plan.base });
  }
  return { left, current };
}
