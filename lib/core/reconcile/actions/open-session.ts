import { attemptSession, type RefusedAttempt, type SessionAttempt, tokenFingerprint } from '../../attempt.ts';
import { accepted, budgetOf, refused, released } from '../../domain/budget.ts';
import type { CredentialValue } from '../../domain/credential-value.ts';
import { type Refusal, refusals, withoutDraftNote } from '../../domain/refusal.ts';
import { selfRefusals } from '../../domain/self-refusals.ts';
import type { CredentialState } from '../../domain/state.ts';
import { withRotation } from '../../domain/transition.ts';
import { leaseFrom } from '../../lease.ts';
import type { UserSession } from '../../ports/salesforce.ts';
import type { ActContext, Done } from '../act-context.ts';
import type { SessionFact } from '../facts.ts';
import { sameUsername } from '../predecessor.ts';
import { done } from './done.ts';
import { loginObstacle } from './login-obstacle.ts';

/**
 * Logs in with the current credential, by one reserved attempt, and keeps the
 * session for the rest of the run: with a connection of kind `self` it is the only
 * way into the org, and it proves what is current. It sets nothing, and moves no
 * phase: what the answer means depends on the phase.
 */
export async function openSession(context: ActContext): Promise<Done> {
  const { ports, keeper, bench, credential } = context;
  const current = await bench.current();
  if (current.kind !== 'value') {
    const problem = current.kind === 'empty' ? 'it is empty' : current.problem;
    return told({ kind: 'refused', refusal: refusals.credentialSecretUnusable(credential.secret, problem) });
  }
  const { value } = current;
  const outcome = await attemptSession(ports, keeper, credential, value);
  if (outcome.kind === 'not-made') return notMade(context, value, outcome);
  if (outcome.kind === 'accepted') {
    bench.keepSession({ session: outcome.session, password: value.password });
    await keeper.update((state) => identified(accepted(state, outcome.attempt), value, outcome.session));
    return done('saved');
  }
  const now = ports.clock.now().toISOString();
  const obstacle = obstacleOf(value.username, outcome);
  if (obstacle !== undefined) {
    await keeper.update((state) => released(known(state, value), outcome.attempt));
    return told({ kind: 'refused', refusal: asOfNow(context, obstacle) });
  }
  await keeper.update((state) => refused(known(state, value), outcome.attempt, tokenFingerprint(value), now));
  const refusal = selfRefusals.credentialRefused(value.username, credential.secret);
  return told({ kind: 'rejected', refusal });
}

function told(session: SessionFact): Done {
  return done('saved', { keep: { session } });
}

function notMade(
  context: ActContext,
  { username }: CredentialValue,
  { because }: Extract<SessionAttempt, { kind: 'not-made' }>,
): Done {
  const { keeper, credential, facts } = context;
  const { inFlight, lastAt } = budgetOf(keeper.state, username);
  switch (because) {
    case 'overtaken':
      return done('overtaken');
    case 'in-flight':
      return told({ kind: 'busy', until: new Date(inFlight?.leaseUntil ?? leaseFrom(facts.now)) });
    case 'spent': {
      const last = lastAt === undefined ? facts.now.getTime() : Date.parse(lastAt);
      const notBefore = new Date(last + credential.lockout.forgetAfter * 1_000).toISOString();
      return told({
        kind: 'refused',
        refusal: asOfNow(context, refusals.attemptsSpent(username, notBefore)),
      });
    }
  }
}

/** What keeps the user out. An expired password opens no session in which another could be set. */
function obstacleOf(username: string, outcome: RefusedAttempt): Refusal | undefined {
  return outcome.kind === 'password-expired'
    ? selfRefusals.passwordExpired(username)
    : loginObstacle(username, outcome);
}

/** Before a draft is written, none is safe in its secret. */
function asOfNow({ keeper }: ActContext, refusal: Refusal): Refusal {
  const { phase } = keeper.state;
  return phase === 'idle' || phase === 'invited' ? withoutDraftNote(refusal) : refusal;
}

/** A rotation that was begun without a session learns from the login whom it is about. */
function identified(
  state: CredentialState,
  value: CredentialValue,
  { userId, organizationId }: UserSession,
): CredentialState {
  const { rotation } = state;
  const lacksIds = rotation?.userId === '' && sameUsername(rotation.username, value.username);
  return known(lacksIds ? withRotation(state, { userId, organizationId }) : state, value);
}

/** Whose budget it is that a person gives back, where no rotation says so. */
function known(state: CredentialState, { username }: CredentialValue): CredentialState {
  return state.user === undefined ? { ...state, user: { username } } : state;
}
