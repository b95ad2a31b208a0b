import { styleText } from 'node:util';
import type { Finding, Severity } from '../core/watch/doctor/finding.ts';
import type { Patient } from './patient.ts';
import { printable, wrap } from './text.ts';

const INDENT = '  ';
const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

/**
 * One credential: a heading, what was done, and each finding with its remedy.
 * Colour only repeats what the words say.
 *
 * @param width of the terminal in cells; without one, every text is one line.
 */
export function drawPatient(patient: Patient, width?: number): readonly string[] {
  const { credential, findings = [], done = [], course, unanswered } = patient;
  const went = course === undefined ? [] : [course];
  return [
    styleText('bold', printable(`${credential}: ${summaryOf(patient)}`)),
    ...(unanswered === undefined ? [] : indented(unanswered, 1, width)),
    ...[...done, ...went].flatMap((text) => indented(`repaired: ${text}`, 1, width)),
    ...findings.flatMap((finding) => drawFinding(finding, width)),
    '',
  ];
}

function summaryOf({ findings = [], unanswered }: Patient): string {
  if (unanswered !== undefined) return 'no answer';
  const problems = countOf(findings, 'problem');
  const warnings = countOf(findings, 'warning');
  if (problems + warnings === 0) return 'ok';
  return [
    ...(problems === 0 ? [] : [problems === 1 ? '1 problem' : `${problems} problems`]),
    ...(warnings === 0 ? [] : [warnings === 1 ? '1 warning' : `${warnings} warnings`]),
  ].join(', ');
}

function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function drawFinding({ code, severity, where, message, remedy }: Finding, width?: number): readonly string[] {
  const mark = styleText(COLOURS[severity], severity);
  return [
    `${INDENT}${mark} ${printable(`${code} (${where})`)}`,
    ...indented(message, 2, width),
    ...(remedy === undefined ? [] : indented(`→ ${remedy}`, 2, width)),
  ];
}

function indented(text: string, depth: number, width?: number): readonly string[] {
  const lead = INDENT.repeat(depth);
  const shown = printable(text);
  const lines = width === undefined ? [shown] : wrap(shown, Math.max(1, width - lead.length));
  return lines.map((line) => lead + line);
}
