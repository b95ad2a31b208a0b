import { refusals } from '../../domain/refusal.ts';
import type { CredentialState } from '../../domain/state.ts';
import { VISIBLE_AFTER_SECONDS } from '../../reconcile/plan-parts.ts';
import type { Workbench } from '../../reconcile/workbench.ts';
import type { Finding } from './finding.ts';
import { phaseOf } from './preflight-findings.ts';
import { refusalFinding } from './refusal-findings.ts';

/** Whether the draft holds what the rotation under way has put there. Reads only. */
export async function draftFindings(bench: Workbench, state: CredentialState): Promise<Finding[]> {
  const { rotation } = state;
  if (rotation === undefined || !mustHoldDraft(state)) return [];
  const draft = await bench.draft();
  const isOurs = draft.kind === 'value' && draft.value.rotationId === rotation.id;
  if (isOurs || isTooEarly(state, bench.ports.clock.now())) return [];
  const { draftSecret, name } = bench.credential;
  const about = { credential: name, isBlocked: state.phase === 'blocked' };
  return [refusalFinding(refusals.draftLost(draftSecret), draftSecret, about)];
}

/** A read right after the write may be older than it. What blocks was written by nobody right before. */
function isTooEarly({ phase, since }: CredentialState, now: Date): boolean {
  return phase !== 'blocked' && now.getTime() - Date.parse(since) < VISIBLE_AFTER_SECONDS * 1_000;
}

/** After an outside change nothing is drafted before somebody brings it. */
function mustHoldDraft(state: CredentialState): boolean {
  switch (phaseOf(state)) {
    case 'drafted':
    case 'changing':
    case 'verified':
      return true;
    case 'awaiting-token':
      return state.rotation?.cause !== 'outside-change';
    default:
      return false;
  }
}
