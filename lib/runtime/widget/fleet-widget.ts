import type { FleetRow } from '../../core/watch/fleet.ts';
import {
  nextRotationText,
  passwordText,
  phaseText,
  stragglersText,
  waitingText,
} from '../../core/watch/fleet-words.ts';
import { waitsForSomebody } from '../../core/watch/waiting-for.ts';
import { type Html, html } from './html.ts';
import { rotateNowButton } from './rotate-now-button.ts';

export interface FleetWidget {
  readonly rows: readonly FleetRow[];
  readonly now: Date;
  readonly theme: Theme;
  /** What the buttons call. */
  readonly watchFunctionArn: string;
}

type Theme = 'light' | 'dark';

/**
 * The fleet as CloudWatch shows it in a custom widget: a table, which the console
 * styles by its theme, with inline styles for the little that it does not know.
 * Colour only repeats what the words say.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export function drawFleet(widget: FleetWidget): string {
  const { rows, now } = widget;
  if (rows.length === 0)
    return String(html`<p>No credential is configured, so there is nothing to rotate.</p>`);
  return String(
    html`<table style="width: 100%"><thead><tr>${COLUMNS}</tr></thead><tbody>${rows.map((row) => rowOf(row, widget))}</tbody></table><p>As the ledger had it at ${now.toISOString()}.</p>`,
  );
}

const COLUMNS = [
  'Credential',
  'Phase',
  'Waiting for',
  'Password, of its limit',
  'Next rotation',
  'Login attempts left',
  'Old credential in use',
  'Rotate',
].map((title) => html`<th scope="col">${title}</th>`);

function rowOf(row: FleetRow, { now, theme, watchFunctionArn }: FleetWidget): Html {
  const attempts = row.kind === 'unreadable' ? 'not known' : row.attemptsLeft;
  return html`<tr><th scope="row">${row.credential}<br/><small>org ${row.org}</small></th>${phaseCell(row, theme)}<td>${waiting(row)}</td><td>${passwordText(row)}</td><td>${nextRotationText(row, now)}</td><td>${attempts}</td><td>${stragglersText(row)}</td><td>${rotateNowButton(row, watchFunctionArn)}</td></tr>`;
}

/** The reason of a refusal stands above its remedy. */
function waiting(row: FleetRow): Html {
  const text = waitingText(row);
  return row.kind === 'known' && row.message !== undefined
    ? html`<p>${row.message}</p><p>${text}</p>`
    : html`${text}`;
}

/** Both colours of a theme are readable on its background: at least 4.5 to 1. */
const COLOURS = {
  light: { trouble: '#b0140c', waiting: '#7a5200' },
  dark: { trouble: '#ff8a80', waiting: '#f2b84b' },
} as const;

function phaseCell(row: FleetRow, theme: Theme): Html {
  const colour = colourOf(row, theme);
  const text = phaseText(row);
  return colour === undefined
    ? html`<td>${text}</td>`
    : html`<td style="color: ${colour}; font-weight: bold">${text}</td>`;
}

function colourOf(row: FleetRow, theme: Theme): string | undefined {
  const { trouble, waiting } = COLOURS[theme];
  if (row.kind === 'unreadable' || (row.kind === 'known' && row.phase === 'blocked')) return trouble;
  return row.kind === 'known' && waitsForSomebody(row.waitingFor) ? waiting : undefined;
}
