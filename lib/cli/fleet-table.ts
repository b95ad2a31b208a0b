import type { FleetRow, KnownRow } from '../core/watch/fleet.ts';
import {
  durationText,
  nextRotationText,
  passwordText,
  phaseName,
  phaseText,
  stragglersText,
  waitingText,
} from '../core/watch/fleet-words.ts';
import { clientText } from '../core/watch/straggler-events.ts';
import { waitsForSomebody } from '../core/watch/waiting-for.ts';
import { type Cell, drawFields, drawTable, type Field } from './table.ts';
import { timeText } from './text.ts';

const COLUMNS: readonly string[] = [
  'Credential',
  'Phase',
  'Since',
  'Password',
  'Next rotation',
  'Waiting for',
  'Stragglers',
];

/** The rows as a table, in the order in which they come. */
export function drawFleet(rows: readonly FleetRow[], now: Date, width?: number): readonly string[] {
  return drawTable(
    COLUMNS,
    rows.map((row) => cellsOf(row, now)),
    { width, expendable: ['Since', 'Password'] },
  );
}

function cellsOf(row: FleetRow, now: Date): readonly Cell[] {
  return [
    { text: row.credential },
    { text: row.kind === 'known' ? phaseName(row.phase) : phaseText(row), tone: toneOf(row) },
    { text: row.kind === 'known' ? `${durationText(row.phaseSeconds)} ago` : '' },
    { text: passwordText(row) },
    { text: nextRotationText(row, now) },
    { text: waitingText(row) },
    { text: stragglersText(row) },
  ];
}

function toneOf(row: FleetRow): Cell['tone'] {
  if (row.kind === 'unreadable' || (row.kind === 'known' && row.phase === 'blocked')) return 'trouble';
  return row.kind === 'known' && waitsForSomebody(row.waitingFor) ? 'waiting' : undefined;
}

/** What the table has no room for, of one credential. */
export function drawDetails(row: FleetRow, width?: number): readonly string[] {
  const fields = row.kind === 'known' ? fieldsOf(row) : [];
  return drawFields(
    fields.flatMap(([label, text]): Field[] => (text === undefined ? [] : [[label, { text }]])),
    width,
  );
}

function fieldsOf(row: KnownRow): readonly (readonly [label: string, text: string | undefined])[] {
  const { org, username, since, message, remedy, attemptsLeft, retirement } = row;
  return [
    ['Message', message],
    ['Remedy', remedy],
    ['Org', org],
    ['User', username],
    ['Phase since', timeText(since)],
    ['Login attempts left', String(attemptsLeft)],
    ['Last rotation', lastRotationText(row)],
    ...stragglerFields(row),
    ['Login', `${retirement.text} ${retirement.remedy}`],
  ];
}

function lastRotationText({ lastRotation }: KnownRow): string | undefined {
  if (lastRotation === undefined) return undefined;
  const { completedAt, cause, source, integrations } = lastRotation;
  const token = source === undefined ? [] : [`token: ${source}`];
  return [timeText(completedAt), `cause: ${cause}`, ...token, `integrations: ${integrations}`].join(', ');
}

function stragglerFields({ stragglers }: KnownRow): readonly (readonly [label: string, text: string])[] {
  return (stragglers?.seen ?? []).map((straggler) => {
    const { username, logins, firstAt, lastAt } = straggler;
    const count = logins === 1 ? '1 login' : `${logins} logins`;
    const when = `from ${timeText(firstAt)} to ${timeText(lastAt)}`;
    return ['Straggler', `${clientText(straggler)} as ${username}: ${count}, ${when}`];
  });
}
