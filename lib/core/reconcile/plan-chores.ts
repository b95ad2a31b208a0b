import type { CredentialState } from '../domain/state.ts';
import type { Action, Facts } from './facts.ts';
import { isDriftCheckDue, isHeartbeatDue, isRetirementDue } from './schedule.ts';

/**
 * What is done while no rotation is wanted: integration secrets are kept
 * together, and the old user retires. In that order, so that no integration
 * that went astray to the old user is left without a credential. At last a login
 * shows whether the credential still works.
 */
export function planChores(state: CredentialState, facts: Facts): Action {
  if (isAskedAgain(state, facts)) return { do: 'heartbeat' };
  if (facts.trigger.kind !== 'check' && !isDriftCheckDue(state, facts)) {
    if (isRetirementDue(state, facts)) return { do: 'retire' };
    if (isHeartbeatDue(state, facts)) return { do: 'heartbeat' };
    return { do: 'rest', because: 'no rotation is due or requested' };
  }
  if (facts.drift === undefined) return { do: 'look', at: 'drift' };
  const edit = planEdit(facts);
  if (edit !== undefined) return edit;
  // What Salesforce refuses is nothing that the integrations could be compared with.
  if (facts.edit === 'refused') return { do: 'note-drift-checked' };
  switch (facts.drift) {
    case 'none':
    case 'told':
      return { do: 'note-drift-checked' };
    case 'unwritable':
      return { do: 'report-drift' };
    case 'unproven':
      return facts.credential.drift.bringForward ? { do: 'prove-current' } : { do: 'report-drift' };
    case 'found':
      return facts.credential.drift.bringForward ? { do: 'bring-forward' } : { do: 'report-drift' };
  }
}

/**
 * What somebody else than a rotation wrote is tried once; who asks has what may
 * have been in its way looked at again. `undefined` where there is nothing to do.
 */
function planEdit({ edit = 'none', trigger }: Facts): Action | undefined {
  switch (edit) {
    case 'edited':
      return { do: 'prove-edit' };
    case 'refused':
      return trigger.kind === 'check' ? { do: 'prove-edit' } : undefined;
    case 'same-login':
      return { do: 'adopt-version' };
    case 'checking':
      return { do: 'rest', because: 'another run is logging in', why: 'checking' };
    case 'unusable':
    case 'none':
      return undefined;
  }
}

/** What people are asked for may come by the credential secret instead. */
export function planEditInstead(state: CredentialState, facts: Facts): Action | undefined {
  if (facts.trigger.kind !== 'check' && !isDriftCheckDue(state, facts)) return undefined;
  if (facts.edit === undefined) return { do: 'look', at: 'edit' };
  if (facts.edit === 'unusable') return { do: 'prove-edit' };
  return planEdit(facts) ?? { do: 'note-edit-checked' };
}

/** A person says that what the last heartbeat met is mended. */
function isAskedAgain({ user }: CredentialState, { trigger }: Facts): boolean {
  return trigger.kind === 'resume' && user?.failed !== undefined;
}
