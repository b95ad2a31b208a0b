import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import { note } from '../domain/transition.ts';
import type { Ports } from '../ports/ports.ts';
import { openState } from '../reconcile/rebuild.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { isRetirementTellingDue, loginRetirement } from './login-retirement.ts';
import type { FleetMember } from './look-into-orgs.ts';

const PARALLEL_WRITES = 8;

/**
 * Tells people, each credential at its own time, that Salesforce will end the
 * way in which its integrations log in. It touches nothing else, and what could
 * not be told is told by the next look. Never throws.
 */
export async function tellRetirements(ports: Ports, fleet: readonly FleetMember[]): Promise<void> {
  const now = ports.clock.now();
  const due = fleet.filter(
    ({ credential, state }) =>
      state !== undefined && withRetirementTold(state, credential, now) !== undefined,
  );
  await mapConcurrently(due, PARALLEL_WRITES, async ({ credential }) => {
    try {
      const keeper = await openState(new Workbench(ports, credential));
      await keeper.update((state) => withRetirementTold(state, credential, now));
      await keeper.settle();
    } catch (error) {
      ports.telemetry.warn(
        `the retirement of the login of "${credential.name}" could not be told yet`,
        error,
      );
    }
  });
}

/** The state with the telling in it; `undefined` where nothing is to be told now. Nobody is disturbed during a rotation. */
function withRetirementTold(
  state: CredentialState,
  credential: Credential,
  now: Date,
): CredentialState | undefined {
  if (state.phase !== 'idle' || state.rotation !== undefined) return undefined;
  const retirement = loginRetirement(credential, now);
  if (!isRetirementTellingDue(retirement, state.retirementToldAt, now)) return undefined;
  const at = now.toISOString();
  const { text, remedy } = retirement;
  const event = {
    type: 'Login Retires',
    message: text,
    reason: 'login-retirement',
    remedy,
    by: 'watch',
  } as const;
  return { ...note(state, at, event), retirementToldAt: at };
}
