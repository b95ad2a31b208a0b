import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { ProgressLine } from './progress.ts';
import type { DemoReport } from './run-demo.ts';

/** A line of progress: seconds since the start, the phase, and what happened. */
export function progressText(line: ProgressLine, startedAt: number): string {
  const seconds = ((Date.parse(line.at) - startedAt) / 1_000).toFixed(1).padStart(6);
  return `${pc.dim(`${seconds} s`)}  ${pc.bold(line.phase.padEnd(14))}  ${line.message}`;
}

/** The proof as a table, the outage, the calls, and a closing sentence. */
export function reportText(report: DemoReport): string {
  const rows = report.integrations.map((each) => [
    each.secret,
    `${short(each.versionBefore)} -> ${short(each.versionAfter)}`,
    each.labels.join(', '),
    each.fingerprint,
    each.loginAccepted ? pc.green('accepted') : pc.red('REFUSED'),
  ]);
  const { secretsManager, dynamodb, salesforce } = report.calls;
  return [
    '',
    ...table(['integration secret', 'version', 'labels', 'fingerprint', 'login'], rows),
    '',
    `Old credential:  ${report.oldCredentialRefused ? pc.green('refused by the org') : pc.red('STILL ACCEPTED')}`,
    `Token source:    ${report.source}`,
    `Outage:          ${report.outageSeconds === null ? 'unknown' : `${report.outageSeconds.toFixed(2)} s from the password set to the last secret swapped`}`,
    `Calls:           ${secretsManager} Secrets Manager, ${dynamodb} DynamoDB, ${salesforce} Salesforce`,
    '',
    report.ok
      ? pc.green(
          `Rotation ${report.rotationId} is proven: every integration logs in with the new credential.`,
        )
      : pc.red(`The rotation is not proven. ${report.error ?? 'See the table above.'}`),
  ].join('\n');
}

function short(versionId: string): string {
  return versionId.slice(0, 8);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visible(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visible(cell)))
      .join('  ')
      .trimEnd();
  return [pc.bold(line(head)), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

/** Width on the screen, without the colour codes. */
function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}
