import { type AttemptOutcome, attemptLogin, type RefusedAttempt, tokenFingerprint } from '../../attempt.ts';
import type { TokenSource } from '../../config/schema.ts';
import { accepted, budgetOf, type ReservedAttempt, refused, released } from '../../domain/budget.ts';
import type { Draft } from '../../domain/credential-value.ts';
import { passwordExpiredInUse, type Refusal, refusals, withoutDraftNote } from '../../domain/refusal.ts';
import type { RejectionCause } from '../../domain/rejection-cause.ts';
import type { CredentialState, Rotation } from '../../domain/state.ts';
import { block, enter, note, rotationOf, setsPassword, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import { LoginAppUnusable } from '../../errors.ts';
import type { ActContext, Done } from '../act-context.ts';
import { broughtDraft, offerFingerprint } from '../offer.ts';
import { unchangedToken } from '../predecessor.ts';
import { done } from './done.ts';
import { API_DISABLED, FLOW_DISABLED, loginObstacle } from './login-obstacle.ts';
import { storeDraft } from './store-draft.ts';

/**
 * Tries one token with the drafted password, or what a person brought after an
 * outside change: one reserved login. Accepted, it completes the draft, and only
 * then the phase moves; so a complete draft always means that Salesforce has
 * accepted it.
 */
export async function verifyToken(context: ActContext, source: TokenSource): Promise<Done> {
  const { ports, keeper } = context;
  const candidate = await candidateOf(context, source);
  const print = await fingerprintOf(context, candidate);
  const startedAt = ports.clock.now();
  const outcome = await attempt(context, candidate, source, print);
  if (outcome.kind === 'app-unusable') return done('saved');
  const answeredTrigger = source !== 'unchanged';
  if (outcome.kind === 'not-made') return done('overtaken');
  if (outcome.kind === 'accepted') {
    const isOurs = await accept(context, candidate, source, outcome.attempt);
    if (!isOurs) return done('overtaken');
    return done('saved', { answeredTrigger, token: { kind: 'accepted' } });
  }
  const rejection = { source, print, ...(await whyRefused(context, source, startedAt, outcome)) };
  await keeper.update((state) => afterRefusal(context, state, candidate, rejection));
  if (!answeredTrigger) return done('saved');
  return done('saved', { answeredTrigger, token: { kind: 'rejected', because: rejection.because } });
}

/** Without the app by which the integrations log in, nothing can be tried until somebody mends its secret. */
async function attempt(
  { ports, keeper, credential }: ActContext,
  candidate: Draft,
  source: TokenSource,
  print: string,
): Promise<AttemptOutcome | { readonly kind: 'app-unusable' }> {
  try {
    return await attemptLogin(ports, keeper, credential, candidate, source, print);
  } catch (error) {
    if (!(error instanceof LoginAppUnusable)) throw error;
    const { secret, problem } = error;
    await keeper.updateRotation(candidate.rotationId, (state) =>
      state.phase === 'awaiting-token'
        ? block(state, ports.clock.now().toISOString(), refusals.loginAppUnusable(secret, problem))
        : undefined,
    );
    return { kind: 'app-unusable' };
  }
}

/** A refused attempt, with what is known of it. */
interface Rejection {
  readonly source: TokenSource;
  readonly print: string;
  readonly outcome: RefusedAttempt;
  readonly because: RejectionCause;
}

async function candidateOf(
  { bench, keeper, findings, facts, brought }: ActContext,
  source: TokenSource,
): Promise<Draft> {
  const { id, cause } = rotationOf(keeper.state);
  if (cause === 'outside-change') {
    if (brought?.password === undefined || findings.preflight === undefined)
      throw new Error('plan verifies what was set outside only when it was brought, and after a preflight');
    return broughtDraft(brought, findings.preflight, id, facts.now.toISOString());
  }
  const draft = await bench.draft();
  if (draft.kind !== 'value') throw new Error('plan verifies a token for a drafted password only');
  const token = source === 'unchanged' ? (await unchangedToken(bench, keeper.state)).token : brought?.token;
  return { ...draft.value, securityToken: token };
}

function fingerprintOf({ bench, keeper, brought }: ActContext, candidate: Draft): Promise<string> | string {
  return rotationOf(keeper.state).cause === 'outside-change'
    ? offerFingerprint(bench, brought)
    : tokenFingerprint(candidate);
}

/**
 * Salesforce answers a locked-out user like a wrong token, on purpose; its own
 * records tell. Where they cannot be read now, the answer stands as it is. A
 * refusal of the old token is expected, so that nobody asks why, unless the way in
 * can be closed without the answer saying so.
 */
async function whyRefused(
  { ports, keeper, bench, credential }: ActContext,
  source: TokenSource,
  since: Date,
  outcome: RefusedAttempt,
): Promise<Pick<Rejection, 'outcome' | 'because'>> {
  if (outcome.kind === 'locked') return { outcome, because: 'locked' };
  const connection = outcome.kind === 'rejected' ? await bench.connection() : undefined;
  if (connection?.kind !== 'value') return { outcome, because: 'unknown' };
  const { userId, username } = rotationOf(keeper.state);
  try {
    const found = await ports.org.findUser(connection.value, username);
    if (found.kind === 'user' && found.user.isLocked)
      return { outcome: { kind: 'locked', attempt: outcome.attempt }, because: 'locked' };
  } catch (error) {
    ports.telemetry.warn('whether the user is locked out could not be read', error);
  }
  const isExpected = source === 'unchanged' && credential.login.kind === 'soap';
  const because = isExpected ? 'unknown' : await ports.org.lastLoginFailure(connection.value, userId, since);
  if (because === 'password-flow-disabled')
    return { outcome: { kind: 'disabled', ...FLOW_DISABLED, attempt: outcome.attempt }, because };
  if (because === 'api-disabled')
    return { outcome: { kind: 'disabled', ...API_DISABLED, attempt: outcome.attempt }, because };
  return { outcome, because };
}

/** The draft is complete already: an earlier run was accepted and died before it could say so. */
export async function concludeVerified({ ports, keeper, bench }: ActContext): Promise<Done> {
  const draft = await bench.draft();
  const complete = draft.kind === 'value' ? draft.value : undefined;
  const verifiedAt = complete?.verifiedAt;
  const now = ports.clock.now().toISOString();
  await keeper.updateRotation(keeper.state.rotation?.id, (state) =>
    state.phase === 'awaiting-token'
      ? verified(asBrought(answered(state), complete), now, verifiedAt ?? now, state.rotation?.source)
      : undefined,
  );
  return done('saved');
}

/** The attempt that the earlier run made was the last one, and it was accepted. */
function answered(state: CredentialState): CredentialState {
  const { username } = rotationOf(state);
  const { inFlight, made = 0 } = budgetOf(state, username);
  return accepted(state, { username, id: inFlight?.id ?? '', ordinal: made });
}

async function accept(
  { ports, keeper, bench }: ActContext,
  candidate: Draft,
  source: TokenSource,
  attempt: ReservedAttempt,
): Promise<boolean> {
  const now = ports.clock.now().toISOString();
  const { id, passwordSetAt, cause } = rotationOf(keeper.state);
  const isOurs = (state: CredentialState) => state.phase === 'awaiting-token' && state.rotation?.id === id;
  // A run that stood still while others went on must not write over a later draft.
  if (!isOurs(await keeper.refresh())) {
    await keeper.update((state) => accepted(state, attempt));
    return false;
  }
  const passwordChangedAt = setsPassword(cause) ? (passwordSetAt ?? now) : candidate.passwordChangedAt;
  const complete: Draft = { ...candidate, verifiedAt: now, passwordChangedAt };
  await storeDraft(bench, complete, derivedVersionId('complete', id, tokenFingerprint(candidate), now));
  await keeper.update((state) =>
    isOurs(state) ? verified(asBrought(accepted(state, attempt), candidate), now, now, source) : undefined,
  );
  return true;
}

/** Where the live user's password was not set by us, the date that was read before the login goes with it. */
function asBrought(state: CredentialState, draft: Draft | undefined): CredentialState {
  const changedAfter = draft?.changedBefore;
  const { cause } = rotationOf(state);
  if (changedAfter === undefined || (cause !== 'outside-change' && cause !== 'token-reset')) return state;
  return withRotation(state, { changedAfter });
}

function verified(
  state: CredentialState,
  now: string,
  verifiedAt: string,
  source: TokenSource | undefined,
): CredentialState {
  const event = {
    type: 'Token Accepted',
    message: `Salesforce accepted ${whatWasTried(rotationOf(state), source)}. The swap can begin.`,
  } as const;
  return withRotation(enter(state, 'verified', now, event), {
    verifiedAt,
    ...(source === undefined ? {} : { source }),
  });
}

function whatWasTried({ cause }: Rotation, source: TokenSource | undefined): string {
  switch (cause) {
    case 'rollback':
      return 'the previous credential';
    case 'outside-change':
      return 'the password that was set outside, with its token';
    case 'token-reset':
      return `the new token (source: ${source ?? 'an earlier run'})`;
    default:
      return `the new password and the token (source: ${source ?? 'an earlier run'})`;
  }
}

function afterRefusal(
  context: ActContext,
  state: CredentialState,
  candidate: Draft,
  { source, print, outcome, because }: Rejection,
): CredentialState {
  const now = context.ports.clock.now().toISOString();
  const { attempt } = outcome;
  const isOver = state.rotation?.id !== candidate.rotationId || state.phase !== 'awaiting-token';
  if (isOver) return refused(state, attempt, print, now);
  const { cause } = rotationOf(state);
  const obstacle = cause === 'rollback' ? undefined : obstacleOf(candidate.username, cause, outcome);
  if (obstacle !== undefined) {
    // It said nothing about the token, which is worth another try once the obstacle is gone.
    return block(released(state, attempt), now, obstacle);
  }
  const spent = refused(state, attempt, print, now);
  const counted = source === 'unchanged' ? withRotation(spent, { triedUnchanged: true }) : spent;
  const left = context.credential.lockout.maxAttempts - budgetOf(spent, candidate.username).spent;
  return note(counted, now, {
    type: 'Token Rejected',
    message: `${sentenceOf(candidate.username, cause, source, outcome)} Attempts left: ${left}.`,
    reason: because === 'unknown' ? outcome.kind : because,
  });
}

function sentenceOf(
  username: string,
  cause: Rotation['cause'],
  source: TokenSource,
  outcome: RefusedAttempt,
): string {
  if (cause === 'rollback')
    return `Salesforce does not accept the previous credential of "${username}" (${outcome.kind}).`;
  if (cause === 'outside-change')
    return `Salesforce did not accept the password and token that were brought for "${username}"; the integrations were left as they are.`;
  return source === 'unchanged'
    ? 'The old token no longer works, so Salesforce has reset it.'
    : `Salesforce did not accept the token (source: ${source}).`;
}

/** What is no matter of the token and waits for a person. */
function obstacleOf(
  username: string,
  cause: Rotation['cause'],
  outcome: RefusedAttempt,
): Refusal | undefined {
  const refusal = loginObstacle(username, outcome);
  if (setsPassword(cause) || refusal === undefined) return refusal;
  return withoutDraftNote(outcome.kind === 'password-expired' ? passwordExpiredInUse(username) : refusal);
}
