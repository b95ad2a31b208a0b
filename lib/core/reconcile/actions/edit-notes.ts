import { compactRecord } from '../../domain/records.ts';
import type { ActContext, Done } from '../act-context.ts';
import { type Edit, isProven, withFoundVersion } from '../edit.ts';
import { done } from './done.ts';

/** Looked at while people are asked for what somebody else set: there is nothing new to try. */
export async function noteEditChecked({ keeper, facts, findings }: ActContext): Promise<Done> {
  const { state } = keeper;
  const checked = { ...state, drift: { ...state.drift, checkedAt: facts.now.toISOString() } };
  const found =
    facts.edit === 'refused'
      ? 'Salesforce has refused what is current in the credential secret.'
      : 'Nobody has put another credential into the credential secret.';
  return done(await keeper.save(withFoundVersion(checked, findings.edit)), { answeredTrigger: true, found });
}

/** The login is the one that was there before, so what is known of that one is true of the new version. */
export async function adoptVersion(context: ActContext): Promise<Done> {
  const { keeper } = context;
  const { versionId, known } = editOf(context);
  const { refusedVersion: _before, ...drift } = keeper.state.drift ?? {};
  const adopted = isProven(keeper.state, known ?? '')
    ? { provenVersion: versionId }
    : { foundVersion: versionId };
  return done(await keeper.save({ ...keeper.state, drift: compactRecord({ ...drift, ...adopted }) }));
}

export function editOf({ findings }: ActContext): Edit {
  if (findings.edit === undefined) throw new Error('an edit is proved after a look only');
  return findings.edit;
}
