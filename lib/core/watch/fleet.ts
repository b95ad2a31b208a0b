import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Configuration, Credential } from '../config/load.ts';
import { compactRecord } from '../domain/records.ts';
import type { CredentialState } from '../domain/state.ts';
import type { Ports } from '../ports/ports.ts';
import { type PasswordAge, passwordAge } from './figures.ts';
import { type RotateNowOffer, rotateNowOffer } from './rotate-now-offer.ts';
import { type CredentialStatus, statusOf } from './status.ts';
import { type WaitingFor, waitsForSomebody } from './waiting-for.ts';

const PARALLEL_READS = 8;

export interface FleetPorts extends Pick<Ports, 'clock' | 'telemetry'> {
  readonly ledger: Pick<Ports['ledger'], 'load'>;
}

/** One credential of the fleet, as data: who draws or prints it finds the words. */
export type FleetRow = KnownRow | UnknownRow | UnreadableRow;

export interface KnownRow extends CredentialStatus {
  readonly kind: 'known';
  /** Seconds in the phase. */
  readonly phaseSeconds: number;
  readonly password?: PasswordAge;
  readonly schedule: RowSchedule;
  readonly rotateNow: RotateNowOffer;
  /** Seconds since the last login of the newest straggler, by the org's clock. */
  readonly stragglerSeconds?: number;
}

/** The ledger does not know the credential yet. */
interface UnknownRow {
  readonly kind: 'unknown';
  readonly credential: string;
  readonly org: string;
  readonly waitingFor: WaitingFor;
  readonly attemptsLeft: number;
  readonly schedule: RowSchedule;
  readonly rotateNow: RotateNowOffer;
}

/** The ledger's record cannot be read, or does not say what this version understands. */
interface UnreadableRow {
  readonly kind: 'unreadable';
  readonly credential: string;
  readonly org: string;
}

/** What begins rotations: the service at an interval, Secrets Manager's windows (in its cron fields), or people only. */
type RowSchedule =
  | { readonly kind: 'every' }
  | { readonly kind: 'cron'; readonly expression: string }
  | { readonly kind: 'none' };

/**
 * The whole fleet, worst first. It only reads the ledger. What cannot be read of
 * one credential is a row that says so, and spoils no other.
 */
export async function fleet(
  { ledger, clock, telemetry }: FleetPorts,
  { credentials }: Configuration,
): Promise<readonly FleetRow[]> {
  const now = clock.now();
  const rows = await mapConcurrently([...credentials.values()], PARALLEL_READS, async (credential) => {
    try {
      return fleetRow(credential, await ledger.load(credential.name), now);
    } catch (error) {
      telemetry.warn(`The ledger's record of "${credential.name}" cannot be read.`, error);
      return unreadable(credential);
    }
  });
  return rows.toSorted(worstFirst);
}

/**
 * @param state `undefined` where the ledger does not know the credential.
 * @throws Error for a state that no version of the service has written.
 */
export function fleetRow(credential: Credential, state: CredentialState | undefined, now: Date): FleetRow {
  const { name, org } = credential;
  const status = statusOf(credential, state, now);
  const schedule = scheduleOf(credential);
  const rotateNow = rotateNowOffer(credential, state, now);
  if (state === undefined) {
    const { waitingFor, attemptsLeft } = status;
    return { kind: 'unknown', credential: name, org, waitingFor, attemptsLeft, schedule, rotateNow };
  }
  const row: KnownRow = compactRecord({
    ...status,
    kind: 'known' as const,
    phaseSeconds: (now.getTime() - Date.parse(status.since)) / 1_000,
    password: passwordAge(credential, state, now),
    schedule,
    rotateNow,
    stragglerSeconds: secondsSinceStraggler(state, now),
  });
  refuseNonsense(row);
  return row;
}

function secondsSinceStraggler({ stragglers }: CredentialState, now: Date): number | undefined {
  const newest = stragglers?.seen[0];
  return newest && (now.getTime() - Date.parse(newest.lastAt)) / 1_000;
}

/** The ledger's items are taken as they are, so a damaged or foreign one shows here first. */
function refuseNonsense({ waitingFor, phaseSeconds, password, attemptsLeft }: KnownRow): void {
  const figures = [phaseSeconds, attemptsLeft, password?.seconds ?? 0];
  if (waitingFor === undefined || !figures.every(Number.isFinite))
    throw new Error('the record has an unknown phase, or a time or number that is none');
}

function unreadable({ name, org }: Credential): UnreadableRow {
  return { kind: 'unreadable', credential: name, org };
}

function scheduleOf({ schedule, cron }: Credential): RowSchedule {
  if (cron !== undefined) return { kind: 'cron', expression: cron };
  return schedule === undefined ? { kind: 'none' } : { kind: 'every' };
}

/** What most needs a person comes first: of those that wait, the longest; of those at rest, the next that is due. */
function worstFirst(a: FleetRow, b: FleetRow): number {
  return rank(a) - rank(b) || order(a) - order(b) || a.credential.localeCompare(b.credential, 'en');
}

function rank(row: FleetRow): number {
  if (row.kind === 'unreadable') return 0;
  if (row.kind === 'unknown') return 4;
  if (row.phase === 'blocked') return 1;
  if (waitsForSomebody(row.waitingFor)) return 2;
  return row.waitingFor.kind === 'nothing' ? 5 : 3;
}

function order(row: FleetRow): number {
  if (row.kind !== 'known') return 0;
  if (row.waitingFor.kind !== 'nothing') return -row.phaseSeconds;
  return row.nextRotationAt === undefined ? Number.MAX_VALUE : Date.parse(row.nextRotationAt);
}
