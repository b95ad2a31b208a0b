import type { RefusedAttempt } from '../../attempt.ts';
import type { Credential } from '../../config/load.ts';
import type { CredentialValue } from '../../domain/credential-value.ts';
import { passwordExpiredInUse, type Refusal, refusals, withoutDraftNote } from '../../domain/refusal.ts';
import type { RejectionCause } from '../../domain/rejection-cause.ts';
import type { CredentialState, LiveUser } from '../../domain/state.ts';
import { block, type EventText, note } from '../../domain/transition.ts';
import type { LoginAppUnusable } from '../../errors.ts';
import type { ActContext } from '../act-context.ts';
import { type LiveRecord, lookAtLiveUser } from './live-record.ts';
import { API_DISABLED, FLOW_DISABLED, loginObstacle } from './login-obstacle.ts';

export type FailedLogin = RefusedAttempt;

/** Why a heartbeat was refused, and the user's record as it was after that. */
export interface Failure {
  readonly live: LiveRecord;
  readonly finding: Finding;
}

type Finding =
  /** Password as it was, credential refused: its token is another one. */
  | { readonly kind: 'token-reset' }
  | { readonly kind: 'password-expired' }
  | { readonly kind: 'obstacle'; readonly refusal: Refusal }
  /** It ends by itself, or the record says it better. */
  | { readonly kind: 'passing' };

/**
 * Salesforce answers most refusals alike, on purpose. Its records and its login
 * history tell them apart; what they do not explain is a reset token, because
 * the date says that the password is the same.
 */
export async function failureOf(
  context: ActContext,
  { username }: CredentialValue,
  outcome: FailedLogin,
  since: Date,
): Promise<Failure> {
  if (outcome.kind === 'locked')
    return {
      live: withTrouble(await lookAtLiveUser(context, username), 'locked'),
      finding: { kind: 'passing' },
    };
  if (outcome.kind !== 'rejected')
    return { live: { kind: 'unreadable' }, finding: findingOf(username, outcome) };
  const live = await lookAtLiveUser(context, username);
  const userId = live.kind === 'seen' ? live.seen.record?.userId : undefined;
  if (live.kind !== 'seen' || userId === undefined) return { live, finding: { kind: 'token-reset' } };
  const because = await context.ports.org.lastLoginFailure(live.connection, userId, since);
  return { live: withTrouble(live, because), finding: explained(username, because) };
}

/** What the login history says of the user is newer than the record. */
function withTrouble(live: LiveRecord, because: RejectionCause): LiveRecord {
  if (live.kind !== 'seen' || live.seen.record === undefined) return live;
  const { record } = live.seen;
  const withRecord = (changes: Partial<typeof record>): LiveRecord => ({
    ...live,
    seen: { ...live.seen, record: { ...record, ...changes } },
  });
  switch (because) {
    case 'locked':
      return withRecord({ isLocked: true });
    case 'frozen':
      return withRecord({ isFrozen: true });
    case 'inactive':
      return withRecord({ isActive: false });
    default:
      return live;
  }
}

function explained(username: string, because: RejectionCause): Finding {
  switch (because) {
    case 'wrong-password-or-token':
    case 'token-missing':
    case 'unknown':
      return { kind: 'token-reset' };
    case 'password-expired':
      return { kind: 'password-expired' };
    case 'ip-restricted':
      return obstacle(refusals.loginRestricted(username, 'its login history names the address.'));
    case 'time-restricted':
      return obstacle(refusals.loginRestricted(username, 'its login history names the hour.'));
    case 'password-flow-disabled':
      return obstacle(refusals.loginDisabled(username, FLOW_DISABLED.detail, FLOW_DISABLED.remedy));
    case 'api-disabled':
      return obstacle(refusals.loginDisabled(username, API_DISABLED.detail, API_DISABLED.remedy));
    case 'locked':
    case 'frozen':
    case 'inactive':
    case 'rate-exceeded':
      return { kind: 'passing' };
  }
}

function findingOf(username: string, outcome: FailedLogin): Finding {
  if (outcome.kind === 'password-expired') return { kind: 'password-expired' };
  const refusal = loginObstacle(username, outcome);
  return refusal === undefined ? { kind: 'token-reset' } : obstacle(refusal);
}

function obstacle(refusal: Refusal): Finding {
  return { kind: 'obstacle', refusal: withoutDraftNote(refusal) };
}

type RestingState = CredentialState & { readonly user: LiveUser };

/** What follows from a failure while the credential is at rest. Pure; the integrations keep what they have. */
export function noteFailure(
  state: RestingState,
  { onOutsideChange }: Pick<Credential, 'onOutsideChange'>,
  finding: Finding,
  at: string,
): CredentialState {
  const { username } = state.user;
  const isAlert = onOutsideChange === 'alert';
  switch (finding.kind) {
    case 'passing':
      return state;
    case 'obstacle':
      return blocked(state, finding.refusal, at);
    case 'token-reset': {
      const told = tell(state, 'token-reset', tokenReset(username, isAlert), at);
      return isAlert ? told : { ...told, request: { cause: 'token-reset', by: BY, at } };
    }
    case 'password-expired': {
      const told = tell(state, 'password-expired', passwordExpired(username, isAlert), at);
      if (isAlert) return blocked(told, passwordExpiredInUse(username), at);
      return { ...told, request: { cause: 'take-over', by: BY, at } };
    }
  }
}

/** The secret of the integrations' app cannot be read, so that nothing can be tried. */
export function appUnusable(state: CredentialState, error: LoginAppUnusable, at: string): CredentialState {
  const refusal = refusals.loginAppUnusable(error.secret, error.problem);
  return state.user === undefined
    ? block(state, at, refusal)
    : blocked({ ...state, user: state.user }, refusal, at);
}

const BY = 'heartbeat';

function blocked(state: RestingState, refusal: Refusal, at: string): CredentialState {
  const user = { ...state.user, failed: { trouble: refusal.code, at } };
  return { ...block(state, at, refusal), user };
}

/** People are told once of the same trouble. */
function tell(
  state: RestingState,
  trouble: 'token-reset' | 'password-expired',
  event: EventText,
  at: string,
): RestingState {
  const user = { ...state.user, failed: { trouble, at } };
  const isTold = event.type !== 'Rotation Requested' && state.user.failed?.trouble === trouble;
  return { ...(isTold ? state : note(state, at, event)), user };
}

/** Where the repair begins at once, the question itself tells people. */
function tokenReset(username: string, isAlert: boolean): EventText {
  const what = `Salesforce no longer accepts the security token of "${username}", and its records say that the password was not changed.`;
  if (!isAlert) return { type: 'Rotation Requested', message: `${what} The new token is asked for.`, by: BY };
  return {
    type: 'Token Reset Outside',
    message: `${what} The integrations cannot log in.`,
    reason: 'token-reset',
    remedy:
      'Ask for "rotate-now" to have a new password set, or put the new token into the credential secret.',
    by: BY,
  };
}

function passwordExpired(username: string, isAlert: boolean): EventText {
  const what = `The password of "${username}" has expired, so the integrations cannot log in.`;
  const common = { type: 'Password Expired', reason: 'password-expired', by: BY } as const;
  return isAlert
    ? { ...common, message: what, remedy: 'Ask for "rotate-now" to have a new password set.' }
    : {
        ...common,
        message: `${what} The service sets another one now; the integrations follow when it is verified.`,
        remedy: 'Bring the new security token if you are asked for it.',
      };
}
