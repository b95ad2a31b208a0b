import type { FleetRow } from '../../core/watch/fleet.ts';
import { type Html, html, jsonContent } from './html.ts';

/** Who asks, in the history; the trail of the account knows the person. */
const BY = 'CloudWatch dashboard';

/**
 * A button that calls the watch function with a command, after it asked. The
 * call is made by the person who looks at the dashboard, with that person's
 * rights, so the widget's own function needs none. Its answer is shown in a
 * pop-up, because it would otherwise take the place of the table.
 *
 * `cwdb-action` acts on the element right before it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export function rotateNowButton(row: FleetRow, watchFunctionArn: string): Html {
  if (row.kind === 'unreadable') return html`the ledger must be mended first`;
  const { credential, rotateNow } = row;
  if (rotateNow.kind === 'withheld') return html`${rotateNow.because}`;
  const confirmation = `Rotate "${credential}" now? ${rotateNow.consequence}`;
  const command = jsonContent({ action: 'rotate-now', credential, by: BY });
  return html`<button type="button" class="btn" aria-label="Rotate ${credential} now">Rotate now</button><cwdb-action action="call" display="popup" endpoint="${watchFunctionArn}" confirmation="${confirmation}">${command}</cwdb-action>`;
}
