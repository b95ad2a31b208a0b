import type { Phase } from '../domain/state.ts';
import type { FleetRow, KnownRow } from './fleet.ts';
import { clientText } from './straggler-events.ts';

/** The words for a row of the fleet, the same wherever it is shown. Plain text, not escaped for anything. */

const PHASES: Readonly<Record<Phase, string>> = {
  idle: 'at rest',
  invited: 'invited',
  drafted: 'drafted',
  changing: 'changing the password',
  'awaiting-token': 'awaiting the token',
  verified: 'verified',
  committing: 'swapping',
  blocked: 'blocked',
};

/** @example 'awaiting the token for 2 h' */
export function phaseText(row: FleetRow): string {
  switch (row.kind) {
    case 'unreadable':
      return 'unreadable: the record in the ledger cannot be read';
    case 'unknown':
      return 'never seen by the service';
    case 'known':
      return `${phaseName(row.phase)} for ${durationText(row.phaseSeconds)}`;
  }
}

/** @example 'awaiting the token' */
export function phaseName(phase: Phase): string {
  return PHASES[phase];
}

/** @example '2 clients, last 3 min ago from 203.0.113.7 (DataLoader)' */
export function stragglersText(row: FleetRow): string {
  if (row.kind !== 'known') return 'not known';
  const { stragglers, stragglerSeconds } = row;
  if (stragglers === undefined) return 'no swap yet';
  const [newest] = stragglers.seen;
  if (stragglers.unseen || stragglers.lookedAt === undefined) return 'not known';
  if (stragglers.convergedAt !== undefined) return 'converged';
  if (newest === undefined || stragglerSeconds === undefined) return 'none yet';
  const count = stragglers.seen.length;
  const who = count === 1 ? '1 client' : `${count} clients`;
  return `${who}, last ${durationText(stragglerSeconds)} ago from ${clientText(newest)}`;
}

/** @example '12 d of 30 d' */
export function passwordText(row: FleetRow): string {
  if (row.kind !== 'known' || row.password === undefined) return 'not known';
  const { seconds, limitSeconds } = row.password;
  const over = seconds > limitSeconds ? ', too old' : '';
  return `${durationText(seconds)} of ${durationText(limitSeconds)}${over}`;
}

/** @example 'in 18 d' */
export function nextRotationText(row: FleetRow, now: Date): string {
  if (row.kind === 'unreadable') return 'not known';
  if (row.schedule.kind === 'none') return 'when somebody asks for it';
  if (row.schedule.kind === 'cron') return `by Secrets Manager, cron(${row.schedule.expression}) in UTC`;
  return row.kind === 'known' ? dueText(row, now) : 'not known';
}

function dueText({ nextRotationAt }: KnownRow, now: Date): string {
  if (nextRotationAt === undefined) return 'not known';
  const seconds = (Date.parse(nextRotationAt) - now.getTime()) / 1_000;
  return seconds > 0 ? `in ${durationText(seconds)}` : `due for ${durationText(-seconds)}`;
}

/** Goes on from "waiting for". */
export function waitingText(row: FleetRow): string {
  return row.kind === 'unreadable' ? "a person who reads the function's log" : row.waitingFor.text;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** In one unit, rounded down; from two days on in days, from two hours on in hours. */
export function durationText(seconds: number): string {
  const whole = (unit: number) => Math.floor(Math.max(0, seconds) / unit);
  if (seconds >= 2 * DAY) return `${whole(DAY)} d`;
  if (seconds >= 2 * HOUR) return `${whole(HOUR)} h`;
  if (seconds >= 2 * MINUTE) return `${whole(MINUTE)} min`;
  return `${whole(1)} s`;
}
