import type { Credential } from '../config/load.ts';
import { refusals } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { setsPassword } from '../domain/transition.ts';
import { type CheckResult, NOT_POSSIBLE, passed, refused, type Scene } from './preflight-check.ts';

/** The checks that the org answers, by its records. */

export async function checkUser({ bench, state, learned }: Scene): Promise<CheckResult> {
  if (learned.connection === undefined || learned.target === undefined) return NOT_POSSIBLE;
  const { credential, ports } = bench;
  const { username } = learned.target;
  const found = await ports.org.findUser(learned.connection, username);
  if (found.kind === 'connection-refused')
    return refused(credential.org, refusals.orgConnectionRefused(credential.org, found.detail, found.remedy));
  if (found.kind === 'no-such-user')
    return refused(username, refusals.userNotFound(username, credential.org));
  const { user } = found;
  const [first, ...others] = [
    ...(user.isActive ? [] : [refusals.userInactive(username)]),
    ...(user.isFrozen ? [refusals.userFrozen(username)] : []),
    ...(user.isLocked && !mayBeLocked(state, credential) ? [refusals.userLocked(username)] : []),
  ];
  return first === undefined ? passed({ user }) : refused(username, first, ...others);
}

export async function checkPermission({ bench, state, learned }: Scene): Promise<CheckResult> {
  if (learned.connection === undefined) return NOT_POSSIBLE;
  const { org } = bench.credential;
  const missing = willSetPassword(state)
    ? await bench.ports.org.missingPermission(learned.connection)
    : undefined;
  return missing === undefined ? passed() : refused(org, refusals.connectionLacksPermission(org, missing));
}

function willSetPassword({ rotation, request }: CredentialState): boolean {
  const cause = rotation?.cause ?? request?.cause;
  return cause === undefined || setsPassword(cause);
}

/**
 * After an outside change the integrations keep failing and may lock the user
 * out. That does not keep the service from asking or from setting a password,
 * only from trying.
 */
function mayBeLocked({ rotation, request }: CredentialState, { strategy }: Credential): boolean {
  const cause = (rotation ?? request)?.cause;
  if (cause === 'take-over') return strategy.kind === 'single-user';
  if (cause === 'token-reset') return true;
  return rotation === undefined && request?.cause === 'outside-change';
}
