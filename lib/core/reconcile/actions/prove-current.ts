import { tokenFingerprint } from '../../attempt.ts';
import { accepted, refused } from '../../domain/budget.ts';
import type { CredentialState } from '../../domain/state.ts';
import { note } from '../../domain/transition.ts';
import type { ActContext, Done } from '../act-context.ts';
import { knownVersion } from '../edit.ts';
import { done } from './done.ts';
import { asTold, driftOf, noteDriftChecked, sentenceOf } from './drift.ts';
import { withProvenUser } from './proven-user.ts';
import { type Hindrance, tryCurrent } from './try-current.ts';

/**
 * Nothing is known of what is current: the credential is new, or the ledger was
 * lost. It has to be proved before it is given to the integrations that carry
 * another: one reserved login. What Salesforce has refused is not tried again.
 */
export async function proveCurrent(context: ActContext): Promise<Done> {
  const { keeper, facts } = context;
  const { edit } = driftOf(context);
  const { current, versionId } = edit;
  if (current === undefined) throw new Error('plan proves a credential that can be read only');
  const trial = await tryCurrent(context, current);
  switch (trial.kind) {
    case 'not-made':
      return trial.because === 'in-flight' ? noteDriftChecked(context) : done('overtaken');
    case 'hindered': {
      const saved = await keeper.save(unproved(keeper.state, context, trial.hindrance));
      return done(saved, { answeredTrigger: true, found: sentenceOn(context, trial.hindrance) });
    }
    case 'accepted': {
      const at = context.ports.clock.now().toISOString();
      await keeper.update((state) => {
        const booked = accepted(state, trial.attempt);
        if (knownVersion(state) !== edit.known) return booked;
        const proven = { ...booked, drift: { ...state.drift, provenVersion: versionId } };
        return state.rotation === undefined ? withProvenUser(proven, current, trial.changedAt, at) : proven;
      });
      return done('saved');
    }
    case 'refused': {
      const { outcome } = trial;
      const at = facts.now.toISOString();
      const refusal = {
        reason: 'current-credential-refused',
        because: `Salesforce does not accept it (${outcome.kind})`,
      } as const;
      await keeper.update((state) =>
        unproved(refused(state, outcome.attempt, tokenFingerprint(current), at), context, refusal),
      );
      return done('saved', { answeredTrigger: true, found: sentenceOn(context, refusal) });
    }
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
