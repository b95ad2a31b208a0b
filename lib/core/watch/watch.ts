import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Configuration, Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import { note, rotationOf } from '../domain/transition.ts';
import { type MailboxAccess, pollMailboxes } from '../intake/poll-mailboxes.ts';
import type { Ports } from '../ports/ports.ts';
import { advance, credentialNamed } from '../reconcile/advance.ts';
import { openState } from '../reconcile/rebuild.ts';
import { hasChore, wantedRotation } from '../reconcile/schedule.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { fleetFigures } from './figures.ts';
import { lookIntoOrgs } from './look-into-orgs.ts';
import { withoutOutsideChange } from './outside-change.ts';
import { mayBegin } from './rotate-now-offer.ts';
import { type CredentialStatus, statusOf } from './status.ts';
import { tellRetirements } from './tell-retirement.ts';

const PARALLEL_READS = 8;

export interface WatchReport {
  readonly looked: number;
  readonly poked: readonly string[];
  /** Orgs whose records could not be read this time. */
  readonly unanswered: readonly string[];
}

/**
 * The scheduled look: reads the ledger and pokes the credentials that need
 * something. Then it looks into the mailboxes of which a token is waited for, and
 * into the records of the orgs, for what changed without the service. It notes
 * what it finds and pokes; it sets and tries nothing itself.
 *
 * @param mailboxes Absent where mailboxes cannot be read.
 */
export async function watch(
  ports: Ports,
  configuration: Configuration,
  mailboxes?: MailboxAccess,
): Promise<WatchReport> {
  const names = [...configuration.credentials.keys()];
  const fleet = await mapConcurrently(names, PARALLEL_READS, async (name) => ({
    name,
    credential: credentialNamed(configuration, name),
    state: await ports.ledger.load(name),
  }));
  ports.telemetry.figures(fleetFigures(fleet, ports.clock.now()));
  const poked = fleet.flatMap(({ name, credential, state }) =>
    needsSomething(credential, state, ports.clock.now()) ? [name] : [],
  );
  await mapConcurrently(poked, PARALLEL_READS, (name) => ports.queue.poke(name));
  const [{ poked: foundInOrgs, unanswered }] = await Promise.all([
    lookIntoOrgs(ports, fleet),
    mailboxes === undefined ? undefined : pollMailboxes(ports, configuration, mailboxes, fleet),
  ]);
  await tellRetirements(ports, fleet);
  return { looked: names.length, poked: [...new Set([...poked, ...foundInOrgs])], unanswered };
}

function needsSomething(credential: Credential, state: CredentialState | undefined, now: Date): boolean {
  if (state === undefined || state.outbox.length > 0) return true;
  const facts = { now, credential };
  switch (state.phase) {
    case 'blocked':
      return state.rotation === undefined && hasChore(state, facts);
    case 'idle':
      return wantedRotation(state, facts) !== undefined || hasChore(state, facts);
    case 'verified':
      return state.rotation?.commitAt === undefined || now >= new Date(state.rotation.commitAt);
    default:
      return true;
  }
}

export type RotateNowOutcome =
  | { readonly kind: 'requested'; readonly state: CredentialState }
  | { readonly kind: 'in-progress'; readonly state: CredentialState };

/**
 * Puts the wish for a rotation into the ledger and pokes. A rotation that is
 * under way already answers the wish; one that waits for its due time no longer
 * waits, and one that only asks for what was set outside makes room.
 */
export async function rotateNow(
  ports: Ports,
  configuration: Configuration,
  name: string,
  by: string,
): Promise<RotateNowOutcome> {
  const keeper = await openState(new Workbench(ports, credentialNamed(configuration, name)));
  const at = ports.clock.now().toISOString();
  let requested = false;
  await keeper.update((found) => {
    const state = withoutOutsideChange(found, ports.clock.now());
    requested = mayBegin(state);
    if (state.rotation?.commitAt !== undefined) return hurried(state, by, at);
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

function hurried(state: CredentialState, by: string, at: string): CredentialState {
  const { commitAt: _waitedFor, ...rotation } = rotationOf(state);
  const message = `The swap that waited for its due time was requested now by ${by}.`;
  return note({ ...state, rotation }, at, { type: 'Rotation Requested', message, by });
}

export type RollbackOutcome =
  | { readonly kind: 'begun'; readonly state: CredentialState; readonly because: string }
  /** Nothing was changed. */
  | { readonly kind: 'refused'; readonly message: string; readonly remedy: string };

/**
 * Goes back to the credential that the last swap replaced, in all integration
 * secrets or in none. It is refused at once where that credential is dead.
 */
export async function rollback(
  ports: Ports,
  configuration: Configuration,
  name: string,
  by: string,
): Promise<RollbackOutcome> {
  const keeper = await openState(new Workbench(ports, credentialNamed(configuration, name)));
  const at = ports.clock.now().toISOString();
  await keeper.update((state) => {
    // What was asked for before comes first, and is not forgotten.
    if (state.phase !== 'idle' || state.rotation !== undefined || state.request !== undefined)
      return undefined;
    const message = `A rollback to the previous credential was requested by ${by}.`;
    const request = { cause: 'rollback', by, at } as const;
    return note({ ...state, request }, at, { type: 'Rotation Requested', message, by });
  });
  await keeper.settle();
  const { phase, request } = keeper.state;
  if (request?.cause !== 'rollback') {
    const what =
      phase === 'idle' ? 'A rotation is about to begin' : `A rotation is under way (phase "${phase}")`;
    const remedy = phase === 'blocked' ? 'Resume it first' : 'Wait for its end';
    return {
      kind: 'refused',
      message: `${what}, so nothing was rolled back.`,
      remedy: `${remedy}, then ask again.`,
    };
  }
  const { state, because, refusal } = await advance(ports, configuration, name, { kind: 'poke' });
  return refusal === undefined
    ? { kind: 'begun', state, because }
    : { kind: 'refused', message: refusal.message, remedy: refusal.remedy };
}

/** @throws UnknownCredential */
export async function status(
  ports: Pick<Ports, 'ledger' | 'clock'>,
  configuration: Configuration,
  name: string,
): Promise<CredentialStatus> {
  const credential = credentialNamed(configuration, name);
  return statusOf(credential, await ports.ledger.load(name), ports.clock.now());
}
