import type { Credential } from '../../config/load.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { CredentialState } from '../../domain/state.ts';
import type { Finding } from './finding.ts';

/** Whether what blocks a credential is known to be mended, so that it may go on without a person. */
export interface Resumption {
  readonly allowed: boolean;
  /** One sentence. */
  readonly because: string;
}

/** Refusals whose cause the checks look at: once all checks pass, the remedy is known to be applied. */
const SEEN_BY_CHECKS: ReadonlySet<Refusal['code']> = new Set<Refusal['code']>([
  'credential-secret-missing',
  'credential-secret-unusable',
  'credential-without-rotation',
  'draft-secret-missing',
  'draft-holds-another-rotation',
  'draft-lost',
  'connection-secret-unusable',
  'login-app-unusable',
  'integration-secret-missing',
  'integration-secret-unusable',
  'integration-secret-used-twice',
  'org-connection-refused',
  'connection-permission-missing',
  'user-not-found',
  'user-inactive',
  'user-frozen',
  'user-locked',
  'current-user-not-in-pair',
]);

/**
 * Pure. No login is spent to find out, and none that was spent is forgotten
 * before its time.
 *
 * @param passes Whether every check that applies passes now.
 */
export function resumption(
  state: CredentialState,
  credential: Credential,
  passes: boolean,
  now: Date,
): Resumption {
  const refusal = state.blocked?.refusal;
  if (refusal === undefined) return no('It is not known what blocks it.');
  const { code, notBefore } = refusal;
  if (notBefore !== undefined && now < new Date(notBefore))
    return no(`It is not resumed before ${notBefore}, when Salesforce has forgotten the failed logins.`);
  if (!passes) return no('Another finding of this list still stands in its way.');
  if (code === 'attempts-spent') return yes('Salesforce has forgotten the failed logins by now.');
  if (code === 'no-token-source') return ofTokenSources(credential);
  if (!SEEN_BY_CHECKS.has(code))
    return no('Whether its remedy was applied cannot be seen without a login, so a person says so.');
  // With two users, the checks look at the next one, and the watch at the live one.
  if (code === state.user?.trouble && credential.strategy.kind === 'alternating-users')
    return no('The watch resumes it by itself once the org shows the live user as able to log in.');
  return yes('Every check passes now, so its remedy was applied.');
}

function ofTokenSources({ token }: Credential): Resumption {
  return token.sources.some((source) => source !== 'unchanged')
    ? yes('The configuration has another source of tokens now.')
    : no('The configuration still has no other source of tokens.');
}

/** What blocks it, and whether that is mended. */
export function blockedFinding(
  { blocked, since }: CredentialState,
  { name }: Credential,
  { allowed, because }: Resumption,
): Finding {
  const { message = 'The rotation is blocked.', remedy = '' } = blocked?.refusal ?? {};
  const resume = `sfrotate resume ${name}`;
  return {
    code: 'blocked',
    severity: 'problem',
    where: name,
    message: `Blocked since ${since}: ${message} ${because}`,
    remedy: allowed ? `sfrotate doctor ${name} --fix, or ${resume}` : `${remedy} Type: ${resume}`,
    fixable: allowed,
  };
}

function yes(because: string): Resumption {
  return { allowed: true, because };
}

function no(because: string): Resumption {
  return { allowed: false, because };
}
