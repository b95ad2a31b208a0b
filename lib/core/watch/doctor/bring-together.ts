import type { Credential } from '../../config/load.ts';
import type { Ports } from '../../ports/ports.ts';
import { bringForward } from '../../reconcile/actions/drift.ts';
import { type Findings, look } from '../../reconcile/look.ts';
import type { StateKeeper } from '../../reconcile/state-keeper.ts';
import { Workbench } from '../../reconcile/workbench.ts';
import { isQuiet } from './leftovers.ts';

/**
 * Brings integration secrets that stray to the current credential, where a
 * rotation or a login has proved that one. It makes no login itself: what is
 * not proven stays for the service's own check.
 *
 * @returns What was found and done; `undefined` where nothing was.
 */
export async function bringTogether(
  ports: Ports,
  keeper: StateKeeper,
  credential: Credential,
): Promise<string | undefined> {
  const { state } = keeper;
  const now = ports.clock.now();
  if (state.phase !== 'idle' || !isQuiet(state, now) || !credential.drift.bringForward) return undefined;
  const bench = new Workbench(ports, credential);
  const findings: Findings = {};
  const gathered = await look('drift', bench, state, findings, undefined);
  if (gathered.drift !== 'found') return undefined;
  const facts = { ...gathered, now, credential, trigger: { kind: 'poke' } } as const;
  const done = await bringForward({ ports, keeper, credential, bench, findings, facts, brought: undefined });
  return done.found;
}
