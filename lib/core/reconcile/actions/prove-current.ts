import { type AttemptOutcome, attemptLogin, tokenFingerprint } from '../../attempt.ts';
import { accepted, budgetOf, refused } from '../../domain/budget.ts';
import type { CredentialValue } from '../../domain/credential-value.ts';
import type { CredentialState } from '../../domain/state.ts';
import { note } from '../../domain/transition.ts';
import { LoginAppUnusable, SalesforceOutcomeUnknown } from '../../errors.ts';
import type { ActContext, Done } from '../act-context.ts';
import { otherUser } from '../predecessor.ts';
import { done } from './done.ts';
import { asTold, driftOf, noteDriftChecked, sentenceOf } from './drift.ts';

/** A rotation may need the user's last attempt; no look at the integration secrets takes that. */
const ATTEMPTS_TO_LEAVE = 1;

/**
 * Somebody else than a rotation wrote what is current, so it has to be proved
 * before it is given to the integrations: one reserved login. What Salesforce
 * has refused is not tried again.
 */
export async function proveCurrent(context: ActContext): Promise<Done> {
  const { keeper, facts } = context;
  const { current, versionId } = driftOf(context);
  if (current === undefined) throw new Error('plan proves a credential that can be read only');
  const hindrance = hindranceOf(context, current);
  if (hindrance !== undefined) {
    const saved = await keeper.save(unproved(keeper.state, context, hindrance));
    return done(saved, { answeredTrigger: true, found: sentenceOn(context, hindrance) });
  }
  const outcome = await attempt(context, current);
  if (outcome.kind === 'not-made')
    return outcome.because === 'in-flight' ? noteDriftChecked(context) : done('overtaken');
  const at = facts.now.toISOString();
  if (outcome.kind === 'accepted') {
    await keeper.update((state) => ({
      ...accepted(state, outcome.attempt),
      drift: { ...state.drift, provenVersion: versionId },
    }));
    return done('saved');
  }
  const refusal = {
    reason: 'current-credential-refused',
    because: `Salesforce does not accept it (${outcome.kind})`,
  } as const;
  await keeper.update((state) =>
    unproved(refused(state, outcome.attempt, tokenFingerprint(current), at), context, refusal),
  );
  return done('saved', { answeredTrigger: true, found: sentenceOn(context, refusal) });
}

interface Hindrance {
  readonly reason: 'current-credential-refused' | 'current-user-not-in-pair' | 'attempts-spent';
  readonly because: string;
}

/** Why no attempt is made now. */
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

function unproved(state: CredentialState, context: ActContext, hindrance: Hindrance): CredentialState {
  const event = {
    type: 'Drift Found',
    message: sentenceOn(context, hindrance),
    reason: hindrance.reason,
    remedy: 'Put a credential that works into the credential secret, or rotate.',
  } as const;
  return asTold(note(state, context.facts.now.toISOString(), event), context);
}

function sentenceOn(context: ActContext, { because }: Hindrance): string {
  return `${sentenceOf(driftOf(context))} The current credential was not made by a rotation and ${because}, so no integration gets it.`;
}
