import { logInAsIntegration } from './integration-login.ts';
import { DRAFT, type RotationBench, SECRET, USERNAME } from './rotation-bench.ts';
import type { Login } from './secrets-probe.ts';

/**
 * Where the password in force can be found in Secrets Manager, as labels of the
 * credential secret, its draft and the integration secrets. A version without a
 * label does not count, because Secrets Manager may delete it.
 */
export function placesOfPasswordInForce(bench: RotationBench): readonly string[] {
  const { password } = bench.sandbox.salesforce.inspect(USERNAME);
  const needle = JSON.stringify(password);
  return [SECRET, DRAFT, ...bench.integrations].flatMap((secret) =>
    [...bench.secrets.versions(secret).values()]
      .filter(({ labels, text }) => labels.length > 0 && (text ?? '').includes(needle))
      .map(({ labels }) => `${secret} ${labels.join('+')}`),
  );
}

/** Who the credential secret ran ahead of: it becomes current last of all. */
export function secretsLeftBehind({ secrets, integrations }: RotationBench, old: Login): readonly string[] {
  const { password } = secrets.login(SECRET);
  if (password === old.password) return [];
  return integrations.filter((secret) => secrets.login(secret).password !== password);
}

/** How many logins of the user the org refused from this row of its history on. */
export function failedLogins(bench: RotationBench, fromRow = 0): number {
  const { loginHistory } = bench.sandbox.salesforce.view;
  const { id } = bench.sandbox.salesforce.inspect(USERNAME);
  return loginHistory.slice(fromRow).filter((row) => row.userId === id && row.status !== 'Success').length;
}

/** Everything that is wrong after a rotation that should have ended well; empty when it did. */
export async function problemsAfterRotation(bench: RotationBench, old: Login): Promise<readonly string[]> {
  const { secrets, sandbox } = bench;
  const state = await bench.state();
  const current = secrets.login(SECRET);
  const inForce = sandbox.salesforce.inspect(USERNAME);
  const problems: (string | false)[] = [
    state.phase !== 'idle' && `the phase is ${state.phase} (${state.blocked?.refusal.code})`,
    state.rotation !== undefined && 'the ledger still has a rotation',
    ...Object.values(state.budgets).flatMap(({ inFlight, spent }) => [
      inFlight !== undefined && 'an attempt is still in flight',
      spent !== 0 && `${spent} attempts are still spent`,
    ]),
    current.password === old.password && 'the credential secret holds the old password',
    current.password !== inForce.password && 'the credential secret does not hold the password in force',
    current.securityToken !== inForce.token?.value &&
      'the credential secret does not hold the token in force',
    secrets.text(DRAFT) !== '{}' && 'the draft is not emptied',
    ...[SECRET, ...bench.integrations].flatMap((secret) => problemsOfSecret(bench, secret, current)),
  ];
  for (const secret of [SECRET, ...bench.integrations]) {
    const answer = await logInAsIntegration(secrets.login(secret));
    problems.push(answer !== 'accepted' && `the login with ${secret} answers ${answer}`);
  }
  return problems.filter((problem) => problem !== false);
}

function problemsOfSecret({ secrets }: RotationBench, secret: string, current: Login): (string | false)[] {
  const differs = JSON.stringify(secrets.login(secret)) !== JSON.stringify(current);
  return [
    differs && `${secret} holds another credential than the credential secret`,
    secrets.versionWith(secret, 'AWSPENDING') !== undefined && `${secret} still has AWSPENDING`,
    secrets.versionWith(secret, 'ROTATION_STAGED') !== undefined && `${secret} still has ROTATION_STAGED`,
  ];
}
