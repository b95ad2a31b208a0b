import type { CredentialState } from '../../lib/core/domain/state.ts';
import type { RotationBench } from '../support/rotation-bench.ts';
import type { Finding } from './finding.ts';

/** Failed logins of a user in a row: so many at most, and so many since the last that was accepted. */
interface Failures {
  readonly most: number;
  readonly last: number;
}

/** More logins failed between two accepted ones than the configuration allows. */
export function overspent(
  bench: RotationBench,
  usernames: readonly string[],
  fromRow: number,
): readonly Finding[] {
  const { maxAttempts } = lockoutOf(bench);
  return usernames.flatMap((username) => {
    const { most } = failuresOf(bench, username, fromRow);
    if (most <= maxAttempts) return [];
    return [{ kind: 'overBudget', text: `${most} logins of ${username} failed in a row` }];
  });
}

/**
 * The org counts more failures than the ledger: an attempt was made without
 * being reserved, or was forgotten, and the next run would make one too many.
 */
export function uncounted(
  bench: RotationBench,
  usernames: readonly string[],
  fromRow: number,
  state: Partial<CredentialState>,
): readonly Finding[] {
  return usernames.flatMap((username) => {
    const { last } = failuresOf(bench, username, fromRow);
    const spent = state.budgets?.[username.toLowerCase()]?.spent ?? 0;
    if (last <= spent) return [];
    const text = `the org counts ${last} failed logins of ${username}, the ledger ${spent}`;
    return [{ kind: 'overBudget', text }];
  });
}

/** The last attempt is kept for a token that somebody brings; while none comes, the rotation waits for it. */
export function isOnLastAttempt(
  bench: RotationBench,
  { phase, rotation, budgets }: Partial<CredentialState>,
): boolean {
  if (phase !== 'awaiting-token' || rotation === undefined) return false;
  const spent = budgets?.[rotation.username.toLowerCase()]?.spent ?? 0;
  return spent === lockoutOf(bench).maxAttempts - 1;
}

function failuresOf(bench: RotationBench, username: string, fromRow: number): Failures {
  const { salesforce, clock } = bench.sandbox;
  const forgottenAfter = lockoutOf(bench).forgetAfter * 1_000;
  const { id } = salesforce.inspect(username);
  const rows = salesforce.view.loginHistory.slice(fromRow).filter(({ userId }) => userId === id);
  let [most, last, lastAt] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const { status, at } of rows) {
    if (status === 'Success' || Date.parse(at) - lastAt >= forgottenAfter) last = 0;
    if (status !== 'Success') last += 1;
    lastAt = Date.parse(at);
    most = Math.max(most, last);
  }
  return { most, last: clock.now().getTime() - lastAt >= forgottenAfter ? 0 : last };
}

function lockoutOf({ sandbox }: RotationBench): {
  readonly maxAttempts: number;
  readonly forgetAfter: number;
} {
  const [credential] = sandbox.configuration.credentials.values();
  if (credential === undefined) throw new Error('the configuration has no credential');
  return credential.lockout;
}
