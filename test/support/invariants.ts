import { isDeepStrictEqual } from 'node:util';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import { logInAsIntegration } from './integration-login.ts';
import { DRAFT, type RotationBench, SECRET, USERNAME } from './rotation-bench.ts';
import type { Login } from './secrets-probe.ts';

/** How the tests read the login in an integration secret; in the bench's own setup all of them are JSON. */
export type ReadLogin = (secret: string) => Login;

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

/** How many logins of the user the org refused from this row of its history on. */
export function failedLogins(bench: RotationBench, fromRow = 0): number {
  const { loginHistory } = bench.sandbox.salesforce.view;
  const { id } = bench.sandbox.salesforce.inspect(USERNAME);
  return loginHistory.slice(fromRow).filter((row) => row.userId === id && row.status !== 'Success').length;
}

/** Everything that is wrong after a rotation that should have ended well; empty when it did. */
export async function problemsAfterRotation(bench: RotationBench, old: Login): Promise<readonly string[]> {
  const { secrets } = bench;
  return [
    ...problemsOfState(await bench.state()),
    ...(secrets.login(SECRET).password === old.password
      ? ['the credential secret holds the old password']
      : []),
    ...leftovers(bench),
    ...(await secretsApart(bench)),
  ];
}

/** What shows that the ledger does not take the rotation for ended. */
export function problemsOfState(state: CredentialState): readonly string[] {
  const budgets = Object.entries(state.budgets);
  const problems: (string | false)[] = [
    state.phase !== 'idle' && `the phase is ${state.phase} (${state.blocked?.refusal.code})`,
    state.rotation !== undefined && 'the ledger still has a rotation',
    ...budgets.flatMap(([username, { inFlight, spent }]) => [
      inFlight !== undefined && `an attempt of ${username} is still in flight`,
      spent !== 0 && `${spent} attempts of ${username} are still spent`,
    ]),
  ];
  return problems.filter((problem) => problem !== false);
}

/** What a rotation that has ended must have put in order: what is in force is current, and nothing else is left. */
export function leftovers({ secrets, sandbox, integrations }: RotationBench): readonly string[] {
  const current = secrets.login(SECRET);
  const inForce = sandbox.salesforce.inspect(current.username);
  const problems: (string | false)[] = [
    current.password !== inForce.password && 'the credential secret does not hold the password in force',
    current.securityToken !== inForce.token?.value &&
      'the credential secret does not hold the token in force',
    secrets.text(DRAFT) !== '{}' && 'the draft is not emptied',
    ...[SECRET, ...integrations].flatMap((secret) =>
      ['AWSPENDING', 'ROTATION_STAGED'].map(
        (label) => secrets.versionWith(secret, label) !== undefined && `${secret} still has ${label}`,
      ),
    ),
  ];
  return problems.filter((problem) => problem !== false);
}

/** The secrets that hold another credential than the credential secret, or whose login the org refuses. */
export async function secretsApart(
  { secrets, integrations }: RotationBench,
  read: ReadLogin = (secret) => secrets.login(secret),
): Promise<readonly string[]> {
  const current = secrets.login(SECRET);
  const logins = [
    [SECRET, current] as const,
    ...integrations.map((secret) => [secret, read(secret)] as const),
  ];
  const problems: string[] = [];
  for (const [secret, login] of logins) {
    const answer = await logInAsIntegration(login);
    if (!isDeepStrictEqual(login, current))
      problems.push(`${secret} holds another credential than the credential secret`);
    if (answer !== 'accepted') problems.push(`the login with ${secret} answers ${answer}`);
  }
  return problems;
}
