import type { Configuration } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import type { CredentialState } from '../domain/state.ts';
import { note } from '../domain/transition.ts';
import type { Ports } from '../ports/ports.ts';
import { advance, credentialNamed } from '../reconcile/advance.ts';
import { openState } from '../reconcile/rebuild.ts';
import { Workbench } from '../reconcile/workbench.ts';

export type OutsideChangeOutcome =
  | { readonly kind: 'begun'; readonly state: CredentialState; readonly because: string }
  /** Nothing was changed. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Somebody else has changed the password. People are asked for it and its token;
 * nothing is set at Salesforce, and nothing is tried before somebody brings them.
 */
export async function adoptOutsideChange(
  ports: Ports,
  configuration: Configuration,
  name: string,
  by: string,
): Promise<OutsideChangeOutcome> {
  const keeper = await openState(new Workbench(ports, credentialNamed(configuration, name)));
  const at = ports.clock.now().toISOString();
  await keeper.update((state) => {
    // A rotation under way sets a password of its own, which ends the one that was set outside.
    if (state.phase !== 'idle' || state.rotation !== undefined || state.request !== undefined)
      return undefined;
    const message = `${by} says that the password was changed outside.`;
    const request = { cause: 'outside-change', by, at } as const;
    return note({ ...state, request }, at, { type: 'Rotation Requested', message, by });
  });
  await keeper.settle();
  const { phase, request, rotation } = keeper.state;
  if (request?.cause !== 'outside-change' && rotation?.cause !== 'outside-change') {
    const message = `A rotation is under way or about to begin (phase "${phase}"), so nothing was asked for.`;
    return { kind: 'refused', message };
  }
  const { state, because } = await advance(ports, configuration, name, { kind: 'poke' });
  return { kind: 'begun', state, because };
}

/**
 * The state without an outside change, or a token reset, that nobody has brought
 * anything for: a rotation sets a password of its own, which ends that one. While
 * something that was brought is being tried, nothing is given up.
 */
export function withoutOutsideChange(state: CredentialState, now: Date): CredentialState {
  const { rotation, ...rest } = state;
  if (state.phase !== 'awaiting-token' || rotation === undefined) return state;
  if (rotation.cause !== 'outside-change' && rotation.cause !== 'token-reset') return state;
  const { inFlight } = budgetOf(state, rotation.username);
  const isBeingTried = inFlight !== undefined && now < new Date(inFlight.leaseUntil);
  return isBeingTried ? state : { ...rest, phase: 'idle', since: now.toISOString() };
}
