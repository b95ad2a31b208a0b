import type { Refusal } from '../../domain/refusal.ts';
import type { Phase } from '../../domain/state.ts';

/** One thing that a diagnosis found. Plain data, as it travels; it never holds a secret value. */
export interface Finding {
  /** Stable, and documented in docs/operations.md; a check that failed has the code of its refusal. */
  readonly code: FindingCode;
  /** `problem`: it stands still, or a person is needed. `warning`: worth knowing, and nobody needs to come at once. */
  readonly severity: Severity;
  /** The secret, user or org; the credential where it is about none of these. */
  readonly where: string;
  /** What is so: whole sentences. */
  readonly message: string;
  /** What to do, with the command to type where there is one; absent where nothing is to be done. */
  readonly remedy?: string;
  /** Whether a repair may deal with it. */
  readonly fixable: boolean;
}

export type Severity = 'ok' | 'warning' | 'problem';

export type FindingCode =
  | Refusal['code']
  | 'preflight-passes'
  | 'not-checked'
  | 'no-answer'
  | 'never-seen'
  | 'at-rest'
  | 'rotation-under-way'
  | 'rotation-stands-still'
  | 'commit-missing'
  | 'swap-unfinished'
  | 'blocked'
  | 'waits-for-start'
  | 'waits-for-token'
  | 'pending-left-over'
  | 'pending-fresh'
  | 'pending-unknown'
  | 'staged-left-over'
  | 'draft-left-over'
  | 'integrations-astray'
  | 'credential-edited'
  | 'chore-unfinished'
  | 'events-untold'
  | 'attempt-unfinished'
  | 'attempts-low'
  | 'password-too-old'
  | 'outside-change-unrepaired'
  | 'heartbeat-failed';

/** All that was found of one credential, in the order in which it was looked at. */
export interface Diagnosis {
  readonly credential: string;
  /** Absent where the ledger does not know the credential. */
  readonly phase?: Phase;
  readonly findings: readonly Finding[];
}

/** Nothing is to be done about it. */
export function ok(code: FindingCode, where: string, message: string): Finding {
  return { code, severity: 'ok', where, message, fixable: false };
}

/** The worst of all. */
export function severityOf(findings: readonly Finding[]): Severity {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has('problem')) return 'problem';
  return has('warning') ? 'warning' : 'ok';
}
