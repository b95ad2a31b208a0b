import {
  type AttemptOutcome,
  attemptLogin,
  FULL_BUDGET,
  rememberRefused,
  tokenFingerprint,
  withoutInFlight,
} from '../../attempt.ts';
import type { TokenSource } from '../../config/schema.ts';
import type { Draft } from '../../domain/credential-value.ts';
import { type Refusal, refusals } from '../../domain/refusal.ts';
import type { CredentialState } from '../../domain/state.ts';
import { block, enter, note, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import type { Redacted } from '../../redacted.ts';
import type { ActContext, Done } from '../act-context.ts';
import { done } from './done.ts';
import { storeDraft } from './draft.ts';

/**
 * Tries one token with the drafted password: one reserved login. Accepted, it
 * completes the draft, and only then the phase moves; so a complete draft
 * always means that Salesforce has accepted it.
 */
export async function verifyToken(context: ActContext, source: TokenSource): Promise<Done> {
  const { ports, keeper, credential, bench } = context;
  const draft = await bench.draft();
  if (draft.kind !== 'value') throw new Error('plan verifies a token for a drafted password only');
  const token = source === 'unchanged' ? await oldToken(context) : context.token;
  const candidate: Draft = { ...draft.value, securityToken: token };
  const outcome = await attemptLogin(ports, keeper, credential, candidate, source);
  const answeredTrigger = source !== 'unchanged';
  if (outcome.kind === 'not-made') return done('overtaken');
  if (outcome.kind === 'accepted') {
    await accept(context, candidate, source);
    return done('saved', { answeredTrigger, token: { kind: 'accepted' } });
  }
  const refusal = outcome.kind === 'rejected' && (await isLockedOut(context)) ? LOCKED : outcome;
  await keeper.update((state) => afterRefusal(context, state, candidate, source, refusal));
  return done('saved', { answeredTrigger, ...(answeredTrigger ? { token: { kind: 'rejected' } } : {}) });
}

const LOCKED = { kind: 'locked' } as const;

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
  await keeper.update((state) =>
    state.phase === 'awaiting-token'
      ? verified(state, now, verifiedAt ?? now, state.rotation?.source)
      : undefined,
  );
  return done('saved');
}

async function oldToken({ bench }: ActContext): Promise<Redacted | undefined> {
  const current = await bench.current();
  return current.kind === 'value' ? current.value.securityToken : undefined;
}

async function accept(
  { ports, keeper, bench }: ActContext,
  candidate: Draft,
  source: TokenSource,
): Promise<void> {
  const now = ports.clock.now().toISOString();
  const { id, passwordSetAt } = rotationOf(keeper.state);
  const complete: Draft = { ...candidate, verifiedAt: now, passwordChangedAt: passwordSetAt ?? now };
  await storeDraft(bench, complete, derivedVersionId('complete', id, tokenFingerprint(candidate), now));
  await keeper.update((state) =>
    state.phase === 'awaiting-token' ? verified(state, now, now, source) : undefined,
  );
}

function verified(
  state: CredentialState,
  now: string,
  verifiedAt: string,
  source: TokenSource | undefined,
): CredentialState {
  const event = {
    type: 'Token Accepted',
    message: `Salesforce accepted the new password and the token (source: ${source ?? 'an earlier run'}). The swap can begin.`,
  } as const;
  const entered = enter(state, 'verified', now, event, { attempts: FULL_BUDGET });
  return withRotation(entered, { verifiedAt, ...(source === undefined ? {} : { source }) });
}

function afterRefusal(
  context: ActContext,
  state: CredentialState,
  candidate: Draft,
  source: TokenSource,
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' | 'not-made' }>,
): CredentialState {
  const now = context.ports.clock.now().toISOString();
  const obstacle = obstacleOf(candidate.username, outcome);
  if (obstacle !== undefined) {
    // It said nothing about the token, which is worth another try once the obstacle is gone.
    return block(withoutInFlight(state), now, obstacle);
  }
  const attempts = rememberRefused(state.attempts, tokenFingerprint(candidate), now);
  const counted =
    source === 'unchanged'
      ? withRotation({ ...state, attempts }, { triedUnchanged: true })
      : { ...state, attempts };
  const left = context.credential.lockout.maxAttempts - attempts.spent;
  const message =
    source === 'unchanged'
      ? `The old token no longer works, so Salesforce has reset it. Attempts left: ${left}.`
      : `Salesforce did not accept the token (source: ${source}). Attempts left: ${left}.`;
  return note(counted, now, { type: 'Token Rejected', message, reason: outcome.kind });
}

/** What is no matter of the token and waits for a person. */
function obstacleOf(
  username: string,
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' | 'not-made' }>,
): Refusal | undefined {
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
