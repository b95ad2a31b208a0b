import type { Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import { needsAPerson } from '../reconcile/plan-parts.ts';
import { wantedRotation } from '../reconcile/schedule.ts';

/** Whether a person may ask for a rotation now, and what that would do. */
export type RotateNowOffer =
  /** `consequence`: full sentences for the person who is asked to confirm it. */
  | { readonly kind: 'offered'; readonly consequence: string }
  /** `because`: a phrase without a full stop. */
  | { readonly kind: 'withheld'; readonly because: string };

/** Whether a rotation that is asked for begins: none is under way, or the one that was wanted never began. */
export function mayBegin({ phase, blocked }: CredentialState): boolean {
  return phase === 'idle' || (phase === 'blocked' && blocked?.from === 'idle');
}

/** @param state `undefined` where the ledger does not know the credential. */
export function rotateNowOffer(
  credential: Credential,
  state: CredentialState | undefined,
  now: Date,
): RotateNowOffer {
  if (state === undefined) return offered(consequenceOf(credential));
  const { phase, rotation } = state;
  if (phase === 'verified' && rotation?.commitAt !== undefined && now < new Date(rotation.commitAt))
    return offered(
      'The new credential is verified. The integrations are swapped to it now and not at the due time; there is no outage.',
    );
  if (!mayBegin(state))
    return withheld(phase === 'blocked' ? 'blocked half-way: apply the remedy, then resume' : 'under way');
  if (phase === 'blocked') return offered(`The remedy must have been applied. ${consequenceOf(credential)}`);
  if (rotation !== undefined || wantedRotation(state, { credential, now }) !== undefined)
    return withheld('about to begin');
  return offered(consequenceOf(credential));
}

function consequenceOf(credential: Credential): string {
  if (credential.strategy.kind === 'alternating-users')
    return 'The idle user gets a new password and the integrations are swapped to it when it is verified; until then they go on with the other user, so there is no outage.';
  const outage =
    'the integrations cannot log in until the new token is verified and swapped in: seconds if its mail comes at once, otherwise as long as the mail takes.';
  return needsAPerson({ credential })
    ? `A person is invited to press Start, and nothing changes before. From then on ${outage}`
    : `The password is changed at once, and ${outage}`;
}

function offered(consequence: string): RotateNowOffer {
  return { kind: 'offered', consequence };
}

function withheld(because: string): RotateNowOffer {
  return { kind: 'withheld', because };
}
