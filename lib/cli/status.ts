import type { FleetRow } from '../core/watch/fleet.ts';
import type { FleetReport } from '../core/watch/query.ts';
import { waitsForAPerson } from '../core/watch/waiting-for.ts';
import { EXIT } from './exit-codes.ts';
import { drawDetails, drawFleet } from './fleet-table.ts';
import type { Ending } from './run.ts';

/** Whether nothing happens to it before a person does something. */
function needsAPerson(row: FleetRow): boolean {
  return row.kind === 'unreadable' || (row.kind === 'known' && waitsForAPerson(row.waitingFor));
}

/** How `sfrotate status` ends with what it saw. */
export function statusEnding({ now, rows }: FleetReport): Ending {
  const waiting = rows.filter(needsAPerson).length;
  const details = { now, credentials: rows };
  if (rows.length === 0)
    return {
      exitCode: EXIT.done,
      text: 'No credential is configured, so there is nothing to rotate.',
      details,
    };
  if (waiting === 0) return { exitCode: EXIT.done, text: 'Nothing waits for a person.', details };
  const text = `${waiting} of ${rows.length} ${rows.length === 1 ? 'credential' : 'credentials'} ${waiting === 1 ? 'waits' : 'wait'} for a person.`;
  return { exitCode: EXIT.waits, text, details };
}

/** What a person sees: the table, and of a single credential that was asked for everything below it. */
export function drawStatus(
  { now, rows }: FleetReport,
  { inFull, width }: { readonly inFull: boolean; readonly width?: number | undefined },
): readonly string[] {
  if (rows.length === 0) return [];
  const table = drawFleet(rows, new Date(now), width);
  const details = inFull ? rows.flatMap((row) => drawDetails(row, width)) : [];
  return details.length === 0 ? table : [...table, '', ...details];
}

/**
 * What tells one state of the fleet from another. Ages and the times of looks,
 * which change by themselves, are left out.
 */
export function fingerprintOf(rows: readonly FleetRow[]): string {
  return JSON.stringify(rows.map(withoutAges));
}

function withoutAges(row: FleetRow): unknown {
  if (row.kind !== 'known') return row;
  const {
    phaseSeconds: _older,
    password: _aged,
    retirement: _nearer,
    stragglerSeconds: _passed,
    stragglers,
    ...rest
  } = row;
  const { lookedAt: _again, ...seen } = stragglers ?? {};
  return { ...rest, stragglers: seen };
}
