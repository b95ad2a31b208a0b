import type { CompletedRotation } from '../../core/domain/state.ts';
import type { BackgroundReader, RefusedRead } from '../reader.ts';
import type { DemoOptions } from './options.ts';
import { refusedSeconds } from './outage.ts';
import type { Proof } from './proof.ts';
import type { Calls, RotationRun } from './rotate.ts';

export type OldCredential = 'accepted' | 'refused';

/** What `--json` prints. */
export interface DemoReport {
  readonly ok: boolean;
  readonly rotationId: string;
  readonly strategy: string;
  readonly source: string;
  readonly delivery: string;
  readonly integrations: Proof['integrations'];
  /** With alternating users it works on, until it is retired. */
  readonly oldCredentialAfterSwap: OldCredential;
  /** In the end: with alternating users, after the old user was retired. */
  readonly oldCredentialRefused: boolean;
  /**
   * With a single user from the password set at Salesforce to the last
   * integration secret swapped; `null` where the swap did not happen. With
   * alternating users for how long integrations were refused.
   */
  readonly outageSeconds: number | null;
  /** How often an integration read its secret and logged in, all through the demo. */
  readonly reads: number;
  readonly refusedReads: number;
  /** Those that no declared outage explains; only a single user has one. */
  readonly refusedReadsOutsideOutage: number;
  /** Of the rotation alone. */
  readonly calls: Calls;
  /** Why it is not ok. */
  readonly error?: string;
}

/** What the demo saw. */
export interface Evidence {
  readonly run: RotationRun;
  readonly proof: Proof;
  readonly oldCredential: { readonly afterSwap: OldCredential; readonly atEnd: OldCredential };
  readonly done: CompletedRotation | undefined;
  readonly reader: Pick<BackgroundReader, 'reads' | 'refused'>;
  readonly outsideOutage: readonly RefusedRead[];
}

export function reportOf(options: DemoOptions, evidence: Evidence): DemoReport {
  const { run, proof, oldCredential, done, reader, outsideOutage } = evidence;
  const single = options.strategy === 'single-user';
  const ended =
    oldCredential.afterSwap === (single ? 'refused' : 'accepted') && oldCredential.atEnd === 'refused';
  const error = run.completed ? faultIn(outsideOutage) : run.last.message;
  return {
    ok: run.completed && proof.holds && ended && outsideOutage.length === 0,
    rotationId: done?.id ?? '',
    strategy: options.strategy,
    source: done?.source ?? options.source,
    delivery: options.delivery,
    integrations: proof.integrations,
    oldCredentialAfterSwap: oldCredential.afterSwap,
    oldCredentialRefused: oldCredential.atEnd === 'refused',
    outageSeconds: single
      ? secondsBetween(done?.passwordSetAt, done?.lastFlipAt ?? done?.completedAt)
      : refusedSeconds(reader.refused),
    reads: reader.reads,
    refusedReads: reader.refused.length,
    refusedReadsOutsideOutage: outsideOutage.length,
    calls: run.calls,
    ...(error === undefined ? {} : { error }),
  };
}

function faultIn([first]: readonly RefusedRead[]): string | undefined {
  if (first === undefined) return undefined;
  return `At ${first.answeredAt.toISOString()} "${first.consumer}" gave its integration a login that was refused (${first.code}).`;
}

function secondsBetween(from: string | undefined, to: string | undefined): number | null {
  if (from === undefined || to === undefined) return null;
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}
