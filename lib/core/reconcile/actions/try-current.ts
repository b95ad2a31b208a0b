import { type AttemptOutcome, attemptLogin, type RefusedAttempt, tokenFingerprint } from '../../attempt.ts';
import { budgetOf } from '../../domain/budget.ts';
import { seesNothing } from '../../domain/connection.ts';
import type { CredentialValue } from '../../domain/credential-value.ts';
import type { UserTrouble } from '../../domain/state.ts';
import { LoginAppUnusable, SalesforceOutcomeUnknown } from '../../errors.ts';
import { type OrgUser, sameSalesforceId } from '../../ports/salesforce.ts';
import type { ActContext } from '../act-context.ts';
import { otherUser } from '../predecessor.ts';

/** A rotation may need the user's last attempt; no look at the secrets takes that. */
const ATTEMPTS_TO_LEAVE = 1;

/** What became of the one login with the credential that is current. */
export type Trial =
  /** `changedAt`: `User.LastPasswordChangeDate` before the login, as far as it could be read. */
  | {
      readonly kind: 'accepted';
      readonly attempt: Extract<AttemptOutcome, { kind: 'accepted' }>['attempt'];
      readonly changedAt: string | undefined;
    }
  | { readonly kind: 'refused'; readonly outcome: RefusedAttempt }
  /** No attempt was made. */
  | { readonly kind: 'hindered'; readonly hindrance: Hindrance }
  /** Another run was first, or is at it. */
  | { readonly kind: 'not-made'; readonly because: 'spent' | 'in-flight' | 'overtaken' };

export interface Hindrance {
  readonly reason:
    | 'current-credential-refused'
    | 'current-user-not-in-pair'
    | 'attempts-spent'
    | 'credential-secret-unusable'
    | UserTrouble;
  readonly because: string;
}

/**
 * Tries the credential that is current, by one reserved login. The org's record is
 * read before it, where the org lets itself be read: it says whether the user can
 * log in at all, who that is, and which change of the password the login proves.
 *
 * @throws LoginAppUnusable, SalesforceOutcomeUnknown; another try follows at the next check only.
 */
export async function tryCurrent(context: ActContext, current: CredentialValue): Promise<Trial> {
  const hindrance = hindranceOf(context, current);
  if (hindrance !== undefined) return { kind: 'hindered', hindrance };
  const record = await recordOf(context, current.username);
  const trouble = record && troubleOf(record, current.username);
  if (trouble !== undefined) return { kind: 'hindered', hindrance: trouble };
  const outcome = await attempt(context, current);
  if (outcome.kind === 'not-made') return outcome;
  if (outcome.kind !== 'accepted') return { kind: 'refused', outcome };
  const user = record === 'no-such-user' ? undefined : record;
  if (user !== undefined && !isSame(user, outcome))
    return { kind: 'refused', outcome: { kind: 'other-identity', attempt: outcome.attempt } };
  return { kind: 'accepted', attempt: outcome.attempt, changedAt: user?.lastPasswordChangeDate };
}

/** Why no attempt is made now, as far as the ledger and the configuration say. */
function hindranceOf({ keeper, credential }: ActContext, current: CredentialValue): Hindrance | undefined {
  const { strategy } = credential;
  if (strategy.kind === 'alternating-users' && otherUser(credential, current.username) === undefined)
    return {
      reason: 'current-user-not-in-pair',
      because: `its user is none of ${strategy.usernames.join(' and ')}`,
    };
  const { spent, refused: known } = budgetOf(keeper.state, current.username);
  if (known.some(({ fingerprint }) => fingerprint === tokenFingerprint(current)))
    return { reason: 'current-credential-refused', because: 'Salesforce has refused it before' };
  const { maxAttempts } = credential.lockout;
  return maxAttempts - spent > Math.min(ATTEMPTS_TO_LEAVE, maxAttempts - 1)
    ? undefined
    : { reason: 'attempts-spent', because: 'the last login attempt is kept for a rotation' };
}

/** `undefined` where the org does not let itself be read now: that keeps nothing from being tried. */
async function recordOf(
  { ports, bench }: ActContext,
  username: string,
): Promise<OrgUser | 'no-such-user' | undefined> {
  try {
    const connection = await bench.connection();
    if (connection.kind !== 'value' || seesNothing(connection.value)) return undefined;
    const found = await ports.org.findUser(connection.value, username);
    if (found.kind === 'user') return found.user;
    return found.kind === 'no-such-user' ? 'no-such-user' : undefined;
  } catch (error) {
    ports.telemetry.warn(`the org's record of "${username}" could not be read`, error);
    return undefined;
  }
}

/** Salesforce answers all of these like a wrong password, and counts the attempt. */
function troubleOf(record: OrgUser | 'no-such-user', username: string): Hindrance | undefined {
  if (record === 'no-such-user')
    return { reason: 'user-not-found', because: `the org shows no user "${username}"` };
  if (!record.isActive) return { reason: 'user-inactive', because: `"${username}" is deactivated` };
  if (record.isFrozen) return { reason: 'user-frozen', because: `"${username}" is frozen` };
  if (record.isLocked) return { reason: 'user-locked', because: `"${username}" is locked out` };
  return undefined;
}

/** Whoever pastes a credential of another org or user does not turn the integrations to that. */
function isSame(user: OrgUser, login: { readonly userId: string; readonly organizationId: string }): boolean {
  return (
    sameSalesforceId(user.userId, login.userId) && sameSalesforceId(user.organizationId, login.organizationId)
  );
}

/** An attempt whose answer is lost is followed by another at the next check only. */
async function attempt(context: ActContext, current: CredentialValue): Promise<AttemptOutcome> {
  const { ports, keeper, credential, facts } = context;
  try {
    return await attemptLogin(ports, keeper, credential, current, 'test');
  } catch (error) {
    if (error instanceof SalesforceOutcomeUnknown || error instanceof LoginAppUnusable)
      await keeper.update((state) => ({
        ...state,
        drift: { ...state.drift, checkedAt: facts.now.toISOString() },
      }));
    throw error;
  }
}
