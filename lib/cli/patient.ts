import type { Diagnosis } from '../core/watch/doctor/finding.ts';
import type { RepairReport } from '../core/watch/doctor/repair.ts';

/** What was found of one credential, and what was done about it. */
export interface Patient extends Partial<Diagnosis> {
  readonly credential: string;
  readonly done?: RepairReport['done'];
  readonly left?: RepairReport['left'];
  /** Where it went after a repair. */
  readonly course?: string;
  /** Why nothing is known of it. */
  readonly unanswered?: string;
}
