import type { CredentialState } from '../../domain/state.ts';
import { sentenceOf } from '../../reconcile/actions/drift.ts';
import { lookAtDrift } from '../../reconcile/drift.ts';
import type { Edit } from '../../reconcile/edit.ts';
import type { Workbench } from '../../reconcile/workbench.ts';
import type { Finding } from './finding.ts';

/** Whether what is current was made by a rotation or proved by a login, and whether all integrations have it. Reads only. */
export async function secretFindings(bench: Workbench, state: CredentialState): Promise<Finding[]> {
  const { credential } = bench;
  const { name } = credential;
  const drift = await lookAtDrift(bench, state);
  const found = editFindings(bench, drift.edit);
  if (drift.strays.length > 0) {
    const fixable = drift.fact === 'found' && credential.drift.bringForward;
    found.push({
      code: 'integrations-astray',
      severity: 'problem',
      where: name,
      message: sentenceOf({ ...drift, problems: [] }),
      remedy: fixable
        ? `sfrotate doctor ${name} --fix`
        : `${whyLeft(credential.drift.bringForward)} A rotation brings them forward: sfrotate rotate ${name}`,
      fixable,
    });
  }
  return found;
}

function editFindings({ credential }: Workbench, { fact, versionId, known }: Edit): Finding[] {
  const { secret } = credential;
  if (fact !== 'edited' && fact !== 'refused') return [];
  const isRefused = fact === 'refused';
  const back = `aws secretsmanager update-secret-version-stage --secret-id ${secret} --version-stage AWSCURRENT --move-to-version-id ${known} --remove-from-version-id ${versionId}`;
  return [
    {
      code: 'credential-edited',
      severity: isRefused ? 'problem' : 'warning',
      where: secret,
      message: isRefused
        ? `Somebody wrote its current version ${versionId}, and Salesforce does not accept it. No integration got it.`
        : `Somebody wrote its current version ${versionId}, and no login has proved it yet.`,
      remedy: `${isRefused ? '' : 'The service proves it within the budget of logins. '}If the edit was a mistake: ${back}`,
      fixable: false,
    },
  ];
}

function whyLeft(mayBringForward: boolean): string {
  return mayBringForward
    ? 'They are left as they are until a login has proved what is current.'
    : 'They are left as they are, because drift.bringForward is off.';
}
