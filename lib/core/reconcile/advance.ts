import type { Configuration, Credential } from '../config/load.ts';
import { compactRecord } from '../domain/records.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { LedgerContention, UnknownCredential } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { act } from './act.ts';
import type { Action, Brought, Facts, TokenOutcome, Trigger } from './facts.ts';
import { type Findings, look } from './look.ts';
import { plan } from './plan.ts';
import { openState } from './rebuild.ts';
import type { StateKeeper } from './state-keeper.ts';
import { Workbench } from './workbench.ts';

/** More steps than any run can need; reaching it is a bug in `plan`. */
const MAX_STEPS = 60;
/** A wait up to this long is worth a delayed poke; the watch takes care of longer ones. */
const LONGEST_DELAYED_POKE_SECONDS = 900;

export interface AdvanceOutcome {
  readonly state: CredentialState;
  /** Why the run rests, for a person. */
  readonly because: string;
  readonly until?: Date;
  /** What became of the token that the trigger brought. */
  readonly token?: TokenOutcome;
  /** A rollback that was asked for is not possible. */
  readonly refusal?: Refusal;
  /** What a check of the integration secrets found. */
  readonly found?: string;
}

/**
 * One reconcile of one credential: look, plan, act, until there is nothing to
 * do. Any number of runs may do this at once; the ledger's conditional writes
 * let one of them go on and make the others look again.
 *
 * @throws UnknownCredential, SalesforceOutcomeUnknown, SecretStoreFault, LedgerContention
 */
export async function advance(
  ports: Ports,
  configuration: Configuration,
  name: string,
  trigger: Trigger,
  brought?: Brought,
): Promise<AdvanceOutcome> {
  const credential = credentialNamed(configuration, name);
  const bench = new Workbench(ports, credential);
  const keeper = await openState(bench);
  try {
    const outcome = await run(bench, keeper, trigger, brought);
    await pokeLater(ports, outcome);
    return outcome;
  } finally {
    await bench.close();
    await keeper.settle();
  }
}

/** @throws UnknownCredential with the names that exist. */
export function credentialNamed(configuration: Configuration, name: string): Credential {
  const credential = configuration.credentials.get(name);
  if (credential === undefined) throw new UnknownCredential(name, [...configuration.credentials.keys()]);
  return credential;
}

async function run(
  bench: Workbench,
  keeper: StateKeeper,
  trigger: Trigger,
  brought: Brought | undefined,
): Promise<AdvanceOutcome> {
  const { ports, credential } = bench;
  const findings: Findings = {};
  let open: Trigger = trigger;
  let tokenOutcome: TokenOutcome | undefined;
  let refusal: Refusal | undefined;
  let found: string | undefined;
  let gathered: Partial<Facts> = {};

  for (let step = 0; step < MAX_STEPS; step += 1) {
    const session = bench.hasSession ? { session: { kind: 'open' } as const } : {};
    const facts: Facts = { ...gathered, ...session, now: ports.clock.now(), credential, trigger: open };
    const action: Action = plan(keeper.state, facts);
    if (action.do === 'rest') {
      if (open.kind === 'token' || open.kind === 'credential') tokenOutcome = notYet(action);
      return compactRecord({ ...outcomeOf(keeper.state, action), token: tokenOutcome, refusal, found });
    }
    if (action.do === 'look') {
      gathered = { ...gathered, ...(await look(action.at, bench, keeper.state, findings, brought)) };
      continue;
    }
    const rotationId = keeper.state.rotation?.id;
    const done = await act(action, { ports, keeper, credential, bench, findings, facts, brought });
    tokenOutcome = done.token ?? tokenOutcome;
    refusal = done.refusal ?? refusal;
    found = done.found ?? found;
    // Whoever brings what nobody waits for has no further work: of many that come at once, one goes on.
    if (action.do === 'decline-token' && !done.overtaken)
      return compactRecord({
        state: keeper.state,
        because: 'what was brought is not wanted',
        token: tokenOutcome,
      });
    // A trigger is used up by the action that answers it; what follows is a plain poke.
    if (done.answeredTrigger) open = { kind: 'poke' };
    // What is known of the secrets belongs to the rotation that it was read in.
    const isAnother = action.do !== 'begin' && keeper.state.rotation?.id !== rotationId;
    // Whoever brought something is done when its rotation is; what an idle credential needs is for a poke.
    if (isAnother && brought !== undefined && open.kind === 'poke')
      return compactRecord({ state: keeper.state, because: 'the rotation is over', token: tokenOutcome });
    if (done.overtaken || isAnother) bench.forget();
    gathered = done.overtaken || isAnother ? {} : done.keep;
  }
  throw new LedgerContention(credential.name);
}

function outcomeOf(
  state: CredentialState,
  { because, until }: Extract<Action, { do: 'rest' }>,
): AdvanceOutcome {
  return compactRecord({ state, because, until });
}

function notYet({ because, until, why = 'under-way' }: Extract<Action, { do: 'rest' }>): TokenOutcome {
  return compactRecord({ kind: 'not-yet', because, why, until } as const);
}

async function pokeLater(ports: Ports, outcome: AdvanceOutcome): Promise<void> {
  const { phase } = outcome.state;
  if (outcome.until === undefined || phase === 'idle' || phase === 'blocked') return;
  const seconds = Math.ceil((outcome.until.getTime() - ports.clock.now().getTime()) / 1_000);
  if (seconds <= LONGEST_DELAYED_POKE_SECONDS)
    await ports.queue.poke(outcome.state.credential, Math.max(1, seconds));
}
