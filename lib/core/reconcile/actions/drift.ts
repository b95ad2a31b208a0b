import { attemptLogin, tokenFingerprint } from '../../attempt.ts';
import { mapConcurrently } from '../../commit/map-concurrently.ts';
import { PARALLEL_CALLS, removeStagedLabels, writeStage } from '../../commit/stage.ts';
import { compareAndSwap } from '../../commit/sweep.ts';
import { accepted, refused } from '../../domain/budget.ts';
import { compactRecord } from '../../domain/records.ts';
import type { CredentialState } from '../../domain/state.ts';
import { note } from '../../domain/transition.ts';
import type { ActContext, Done } from '../act-context.ts';
import type { Drift } from '../drift.ts';
import { done } from './done.ts';

/** Longer than a run of the function may last, so that an expired lease means a dead run. */
const BRING_FORWARD_LEASE_SECONDS = 150;
/** So many names are told; the rest is counted. */
const MOST_NAMES = 10;

export async function noteDriftChecked({ keeper, facts }: ActContext): Promise<Done> {
  const { told, ...known } = keeper.state.drift ?? {};
  const checkedAt = facts.now.toISOString();
  const drift =
    facts.drift === 'told' ? compactRecord({ ...known, told, checkedAt }) : { ...known, checkedAt };
  return done(await keeper.save({ ...keeper.state, drift }), { answeredTrigger: true });
}

/** Tells what was found, once; the integration secrets stay as they are. */
export async function reportDrift(context: ActContext): Promise<Done> {
  const { keeper, facts, credential } = context;
  const found = driftOf(context);
  const remedy = credential.drift.bringForward
    ? 'Mend what cannot be read; the next look goes on from there.'
    : 'They are left as they are, because drift.bringForward is off. Rotate, or turn it on, to bring them forward.';
  const next = asTold(note(keeper.state, facts.now.toISOString(), driftEvent(found, remedy)), context);
  return done(await keeper.save(next), { answeredTrigger: true });
}

/**
 * Somebody else than a rotation wrote what is current, so it has to be proved
 * before it is given to the integrations: one reserved login.
 */
export async function proveCurrent(context: ActContext): Promise<Done> {
  const { ports, keeper, credential, facts } = context;
  const { current, versionId } = driftOf(context);
  if (current === undefined) throw new Error('plan proves a credential that can be read only');
  const outcome = await attemptLogin(ports, keeper, credential, current, 'test');
  if (outcome.kind === 'not-made')
    return outcome.because === 'overtaken' ? done('overtaken') : noteDriftChecked(context);
  const at = facts.now.toISOString();
  if (outcome.kind === 'accepted') {
    await keeper.update((state) => {
      const drift = { checkedAt: state.drift?.checkedAt ?? at, ...state.drift, provenVersion: versionId };
      return { ...accepted(state, outcome.attempt), drift };
    });
    return done('saved');
  }
  await keeper.update((state) => {
    const counted = refused(state, outcome.attempt, tokenFingerprint(current), at);
    const event = {
      type: 'Drift Found',
      message: `${sentenceOf(driftOf(context))} The current credential was not made by a rotation and Salesforce does not accept it (${outcome.kind}), so no integration gets it.`,
      reason: 'current-credential-refused',
      remedy: 'Put a credential that works into the credential secret, or rotate.',
    } as const;
    return asTold(note(counted, at, event), context);
  });
  return done('saved', { answeredTrigger: true });
}

/**
 * Writes the current credential into the secrets that carry another one, each by
 * a compare-and-swap on the version that was seen; one that somebody writes
 * meanwhile is left to the next look.
 */
export async function bringForward(context: ActContext): Promise<Done> {
  const { ports, keeper, facts } = context;
  const found = driftOf(context);
  const at = facts.now.toISOString();
  const leaseUntil = new Date(facts.now.getTime() + BRING_FORWARD_LEASE_SECONDS * 1_000).toISOString();
  const claimed = await keeper.save({
    ...note(keeper.state, at, driftEvent(found, 'They are brought to the current credential.')),
    chore: { kind: 'bring-forward', leaseUntil },
  });
  if (claimed === 'overtaken') return done(claimed);
  const moved = await mapConcurrently(found.strays, PARALLEL_CALLS, async (plan) =>
    compareAndSwap(ports, await writeStage(ports.secrets, plan)),
  );
  await removeStagedLabels(
    ports,
    found.strays.map(({ pair }) => pair),
  );
  const count = moved.filter((isMoved) => isMoved).length;
  await keeper.update((state) => {
    const { chore: _ended, ...rest } = state;
    const event = {
      type: 'Drift Mended',
      message: `${count} of ${found.strays.length} integration secrets were brought to the current credential. What they held before is their previous version.`,
    } as const;
    return note({ ...rest, drift: { ...rest.drift, checkedAt: at } }, at, event);
  });
  return done('saved', { answeredTrigger: true });
}

function asTold(state: CredentialState, context: ActContext): CredentialState {
  const checkedAt = context.facts.now.toISOString();
  return { ...state, drift: { ...state.drift, checkedAt, told: driftOf(context).name } };
}

function driftEvent(found: Drift, remedy: string) {
  return { type: 'Drift Found', message: sentenceOf(found), reason: 'drift', remedy } as const;
}

function sentenceOf({ strays, problems }: Drift): string {
  const parts = [
    ...(strays.length === 0
      ? []
      : [
          `${strays.length} integration secrets carry another credential than the current one: ${listed(strays.map(({ pair }) => pair.secret))}.`,
        ]),
    ...(problems.length === 0
      ? []
      : [`${problems.length} integration secrets cannot be read or written: ${listed(problems)}.`]),
  ];
  return parts.join(' ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function driftOf({ findings }: ActContext): Drift {
  if (findings.drift === undefined) throw new Error('drift is mended after a look only');
  return findings.drift;
}
