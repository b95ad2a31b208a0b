import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { ProgressLine } from './progress.ts';
import type { DemoReport } from './report.ts';

/** A line of progress: seconds since the start, the phase, and what happened. */
export function progressText(line: ProgressLine, startedAt: number): string {
  const seconds = ((Date.parse(line.at) - startedAt) / 1_000).toFixed(1).padStart(6);
  return `${pc.dim(`${seconds} s`)}  ${pc.bold(line.phase.padEnd(14))}  ${line.message}`;
}

/** The proof as a table, the old credential, the outage, the reads, the calls, and a closing sentence. */
export function reportText(report: DemoReport): string {
  const rows = report.integrations.map((each) => [
    each.secret,
    each.user,
    `${short(each.versionBefore)} -> ${short(each.versionAfter)}`,
    each.labels.join(', '),
    each.fingerprint,
    each.loginAccepted ? pc.green('accepted') : pc.red('REFUSED'),
  ]);
  const { secretsManager, dynamodb, salesforce } = report.calls;
  return [
    '',
    ...table(['integration secret', 'user', 'version', 'labels', 'fingerprint', 'login'], rows),
    '',
    `Old credential:  ${oldCredential(report)}`,
    `Token source:    ${report.source}`,
    `Outage:          ${outage(report)}`,
    `Integrations:    ${reads(report)}`,
    `Calls:           ${secretsManager} Secrets Manager, ${dynamodb} DynamoDB, ${salesforce} Salesforce`,
    '',
    report.ok
      ? pc.green(
          `Rotation ${report.rotationId} is proven: every integration logs in with the new credential.`,
        )
      : pc.red(`The rotation is not proven. ${report.error ?? 'See the table above.'}`),
  ].join('\n');
}

function oldCredential({ strategy, oldCredentialAfterSwap, oldCredentialRefused }: DemoReport): string {
  const atEnd = oldCredentialRefused ? pc.green('refused by the org') : pc.red('STILL ACCEPTED');
  if (strategy === 'single-user') return atEnd;
  const afterSwap =
    oldCredentialAfterSwap === 'accepted'
      ? 'accepted after the swap, as it should be'
      : pc.red('REFUSED TOO EARLY');
  return `${afterSwap}; ${atEnd} since its user was retired`;
}

function outage({ strategy, outageSeconds }: DemoReport): string {
  if (outageSeconds === null) return 'unknown';
  const seconds = `${outageSeconds.toFixed(2)} s`;
  if (strategy === 'single-user') return `${seconds} from the password set to the last secret swapped`;
  return outageSeconds === 0 ? pc.green('none') : pc.red(`${seconds} of refused logins`);
}

function reads({ strategy, reads, refusedReads, refusedReadsOutsideOutage }: DemoReport): string {
  const logins = `${reads} logins with what a secret held, ${refusedReads} refused`;
  const faults = refusedReadsOutsideOutage === 0 ? pc.green : pc.red;
  if (strategy === 'alternating-users') return faults(logins);
  return `${logins}, ${faults(`${refusedReadsOutsideOutage} of them outside the outage`)}`;
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
