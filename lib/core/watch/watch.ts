import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Configuration } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import { note } from '../domain/transition.ts';
import type { Ports } from '../ports/ports.ts';
import { advance, credentialNamed } from '../reconcile/advance.ts';
import { dueAt, wantedRotation } from '../reconcile/plan.ts';
import { openState } from '../reconcile/rebuild.ts';
import { Workbench } from '../reconcile/workbench.ts';

const PARALLEL_READS = 8;

export interface WatchReport {
  readonly looked: number;
  readonly poked: readonly string[];
}

/**
 * The scheduled look: reads the ledger and pokes the credentials that need
 * something. It changes nothing itself, so that a slow org delays only itself.
 */
export async function watch(ports: Ports, configuration: Configuration): Promise<WatchReport> {
  const names = [...configuration.credentials.keys()];
  const needy = await mapConcurrently(names, PARALLEL_READS, async (name) => {
    const state = await ports.ledger.load(name);
    return needsSomething(ports, configuration, name, state) ? [name] : [];
  });
  const poked = needy.flat();
  await mapConcurrently(poked, PARALLEL_READS, (name) => ports.queue.poke(name));
  return { looked: names.length, poked };
}

function needsSomething(
  ports: Ports,
  configuration: Configuration,
  name: string,
  state: CredentialState | undefined,
): boolean {
  if (state === undefined || state.outbox.length > 0) return true;
  if (state.phase === 'blocked') return false;
  if (state.phase !== 'idle') return true;
  return (
    wantedRotation(state, { now: ports.clock.now(), credential: credentialNamed(configuration, name) }) !==
    undefined
  );
}

export type RotateNowOutcome =
  | { readonly kind: 'requested'; readonly state: CredentialState }
  | { readonly kind: 'in-progress'; readonly state: CredentialState };

/** Puts the wish for a rotation into the ledger and pokes. A rotation that is under way already answers the wish. */
export async function rotateNow(
  ports: Ports,
  configuration: Configuration,
  name: string,
  by: string,
): Promise<RotateNowOutcome> {
  const keeper = await openState(new Workbench(ports, credentialNamed(configuration, name)));
  const at = ports.clock.now().toISOString();
  let requested = false;
  await keeper.update((state) => {
    requested = state.phase === 'idle' || (state.phase === 'blocked' && state.blocked?.from === 'idle');
    if (!requested || state.request !== undefined) return undefined;
    return note({ ...state, request: { cause: 'requested', by, at } }, at, {
      type: 'Rotation Requested',
      message: `A rotation was requested by ${by}.`,
      by,
    });
  });
  await keeper.settle();
  if (requested && keeper.state.phase === 'blocked')
    await advance(ports, configuration, name, { kind: 'resume', by });
  await ports.queue.poke(name);
  return { kind: requested ? 'requested' : 'in-progress', state: keeper.state };
}

/** What an operator is shown of one credential. */
export interface CredentialStatus {
  readonly credential: string;
  readonly phase: CredentialState['phase'];
  readonly since: string;
  readonly passwordChangedAt?: string;
  readonly nextRotationAt?: string;
  readonly attemptsSpent: number;
  readonly message?: string;
  readonly remedy?: string;
}

export async function status(
  ports: Ports,
  configuration: Configuration,
  name: string,
): Promise<CredentialStatus> {
  const credential = credentialNamed(configuration, name);
  const state = await ports.ledger.load(name);
  const next = dueAt(state?.passwordChangedAt, credential.schedule);
  return {
    credential: name,
    phase: state?.phase ?? 'idle',
    since: state?.since ?? ports.clock.now().toISOString(),
    attemptsSpent: state?.attempts.spent ?? 0,
    ...(state?.passwordChangedAt === undefined ? {} : { passwordChangedAt: state.passwordChangedAt }),
    ...(next === undefined ? {} : { nextRotationAt: next.toISOString() }),
    ...(state?.blocked === undefined
      ? {}
      : { message: state.blocked.refusal.message, remedy: state.blocked.refusal.remedy }),
  };
}
