import { attemptLogin, type RefusedAttempt, tokenFingerprint } from '../../attempt.ts';
import type { TokenSource } from '../../config/schema.ts';
import { accepted, budgetOf, type ReservedAttempt, refused, released } from '../../domain/budget.ts';
import type { Draft } from '../../domain/credential-value.ts';
import { type Refusal, refusals } from '../../domain/refusal.ts';
import type { CredentialState } from '../../domain/state.ts';
import { block, enter, note, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import type { ActContext, Done } from '../act-context.ts';
import { unchangedToken } from '../predecessor.ts';
import { done } from './done.ts';
import { storeDraft } from './store-draft.ts';

/**
 * Tries one token with the drafted password: one reserved login. Accepted, it
 * completes the draft, and only then the phase moves; so a complete draft
 * always means that Salesforce has accepted it.
 */
export async function verifyToken(context: ActContext, source: TokenSource): Promise<Done> {
  const { ports, keeper, credential, bench } = context;
  const draft = await bench.draft();
  if (draft.kind !== 'value') throw new Error('plan verifies a token for a drafted password only');
  const token = source === 'unchanged' ? (await unchangedToken(bench, keeper.state)).token : context.token;
  const candidate: Draft = { ...draft.value, securityToken: token };
  const outcome = await attemptLogin(ports, keeper, credential, candidate, source);
  const answeredTrigger = source !== 'unchanged';
  if (outcome.kind === 'not-made') return done('overtaken');
  if (outcome.kind === 'accepted') {
    const isOurs = await accept(context, candidate, source, outcome.attempt);
    if (!isOurs) return done('overtaken');
    return done('saved', { answeredTrigger, token: { kind: 'accepted' } });
  }
  const isLocked = outcome.kind === 'rejected' && (await isLockedOut(context));
  const refusal = isLocked ? ({ kind: 'locked', attempt: outcome.attempt } as const) : outcome;
  await keeper.update((state) => afterRefusal(context, state, candidate, source, refusal));
  return done('saved', { answeredTrigger, ...(answeredTrigger ? { token: { kind: 'rejected' } } : {}) });
}

/**
 * Salesforce answers a locked-out user like a wrong token, on purpose; its own
 * record tells. Where that cannot be read now, the answer stands as it is.
 */
async function isLockedOut({ ports, keeper, bench }: ActContext): Promise<boolean> {
  const connection = await bench.connection();
  if (connection.kind !== 'value') return false;
  try {
    const found = await ports.org.findUser(connection.value, rotationOf(keeper.state).username);
    return found.kind === 'user' && found.user.isLocked;
  } catch (error) {
    ports.telemetry.warn('whether the user is locked out could not be read', error);
    return false;
  }
}

/** The draft is complete already: an earlier run was accepted and died before it could say so. */
export async function concludeVerified({ ports, keeper, bench }: ActContext): Promise<Done> {
  const draft = await bench.draft();
  const verifiedAt = draft.kind === 'value' ? draft.value.verifiedAt : undefined;
  const now = ports.clock.now().toISOString();
  await keeper.updateRotation(keeper.state.rotation?.id, (state) =>
    state.phase === 'awaiting-token'
      ? verified(answered(state), now, verifiedAt ?? now, state.rotation?.source)
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
  const passwordChangedAt = cause === 'rollback' ? candidate.passwordChangedAt : (passwordSetAt ?? now);
  const complete: Draft = { ...candidate, verifiedAt: now, passwordChangedAt };
  await storeDraft(bench, complete, derivedVersionId('complete', id, tokenFingerprint(candidate), now));
  await keeper.update((state) =>
    isOurs(state) ? verified(accepted(state, attempt), now, now, source) : undefined,
  );
  return true;
}

function verified(
  state: CredentialState,
  now: string,
  verifiedAt: string,
  source: TokenSource | undefined,
): CredentialState {
  const what =
    rotationOf(state).cause === 'rollback'
      ? 'the previous credential'
      : `the new password and the token (source: ${source ?? 'an earlier run'})`;
  const event = {
    type: 'Token Accepted',
    message: `Salesforce accepted ${what}. The swap can begin.`,
  } as const;
  return withRotation(enter(state, 'verified', now, event), {
    verifiedAt,
    ...(source === undefined ? {} : { source }),
  });
}

function afterRefusal(
  context: ActContext,
  state: CredentialState,
  candidate: Draft,
  source: TokenSource,
  outcome: RefusedAttempt,
): CredentialState {
  const now = context.ports.clock.now().toISOString();
  const { attempt } = outcome;
  const isOver = state.rotation?.id !== candidate.rotationId || state.phase !== 'awaiting-token';
  if (isOver) return refused(state, attempt, tokenFingerprint(candidate), now);
  const isRollback = rotationOf(state).cause === 'rollback';
  const obstacle = isRollback ? undefined : obstacleOf(candidate.username, outcome);
  if (obstacle !== undefined) {
    // It said nothing about the token, which is worth another try once the obstacle is gone.
    return block(released(state, attempt), now, obstacle);
  }
  const spent = refused(state, attempt, tokenFingerprint(candidate), now);
  const counted = source === 'unchanged' ? withRotation(spent, { triedUnchanged: true }) : spent;
  const left = context.credential.lockout.maxAttempts - budgetOf(spent, candidate.username).spent;
  if (isRollback) {
    const message = `Salesforce does not accept the previous credential of "${candidate.username}" (${outcome.kind}). Attempts left: ${left}.`;
    return note(counted, now, { type: 'Token Rejected', message, reason: outcome.kind });
  }
  const message =
    source === 'unchanged'
      ? `The old token no longer works, so Salesforce has reset it. Attempts left: ${left}.`
      : `Salesforce did not accept the token (source: ${source}). Attempts left: ${left}.`;
  return note(counted, now, { type: 'Token Rejected', message, reason: outcome.kind });
}

/** What is no matter of the token and waits for a person. */
function obstacleOf(username: string, outcome: RefusedAttempt): Refusal | undefined {
  switch (outcome.kind) {
    case 'rejected':
      return undefined;
    case 'locked':
      return refusals.userLocked(username);
    case 'password-expired':
      return refusals.passwordExpired(username);
    case 'restricted':
      return refusals.loginRestricted(username, outcome.detail);
    case 'disabled':
      return refusals.loginDisabled(username, outcome.detail);
    case 'other-identity':
      return refusals.identityChanged(username);
  }
}
