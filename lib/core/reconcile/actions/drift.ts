import { mapConcurrently } from '../../commit/map-concurrently.ts';
import { PARALLEL_CALLS, removeStagedLabels, writeStage } from '../../commit/stage.ts';
import { compareAndSwap } from '../../commit/sweep.ts';
import { compactRecord } from '../../domain/records.ts';
import type { CredentialState } from '../../domain/state.ts';
import { note } from '../../domain/transition.ts';
import { CommitNotPossible, SecretStoreFault } from '../../errors.ts';
import { leaseFrom } from '../../lease.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ActContext, Done } from '../act-context.ts';
import type { Drift } from '../drift.ts';
import { withFoundVersion } from '../edit.ts';
import type { DriftFact, Facts } from '../facts.ts';
import { done } from './done.ts';

/** So many names are told; the rest is counted. */
const MOST_NAMES = 10;

const FOUND: Partial<Record<DriftFact, string>> = {
  none: 'Every integration secret carries the current credential.',
  told: 'What strays was told before, and nothing new strays.',
};

export async function noteDriftChecked({ keeper, facts, findings }: ActContext): Promise<Done> {
  const { told, ...known } = keeper.state.drift ?? {};
  const checkedAt = facts.now.toISOString();
  const drift =
    facts.drift === 'none' ? { ...known, checkedAt } : compactRecord({ ...known, told, checkedAt });
  const next = withFoundVersion({ ...keeper.state, drift }, findings.edit);
  return done(await keeper.save(next), compactRecord({ answeredTrigger: true, found: foundBy(facts) }));
}

function foundBy({ drift, edit }: Facts): string | undefined {
  if (edit === 'refused')
    return 'Salesforce has refused what is current in the credential secret, so there is nothing to compare with.';
  return drift === undefined ? undefined : FOUND[drift];
}

/** Tells what was found, once; the integration secrets stay as they are. */
export async function reportDrift(context: ActContext): Promise<Done> {
  const { keeper, facts, credential } = context;
  const found = driftOf(context);
  const remedy = credential.drift.bringForward
    ? 'Mend what cannot be read; the next look goes on from there.'
    : 'They are left as they are, because drift.bringForward is off. Rotate, or turn it on, to bring them forward.';
  const next = asTold(note(keeper.state, facts.now.toISOString(), driftEvent(found, remedy)), context);
  return done(await keeper.save(next), {
    answeredTrigger: true,
    found: `${sentenceOf(found)} ${remedy}`,
  });
}

/**
 * Writes the current credential into the secrets that carry another one, each by
 * a compare-and-swap on the version that was seen; one that somebody writes
 * meanwhile, or that may not be written, is left to the next look.
 */
export async function bringForward(context: ActContext): Promise<Done> {
  const { ports, keeper, facts } = context;
  const found = driftOf(context);
  const at = facts.now.toISOString();
  const isNews = keeper.state.drift?.told !== found.name;
  const event = driftEvent(found, 'They are brought to the current credential.');
  const claimed = await keeper.save({
    ...(isNews ? note(keeper.state, at, event) : keeper.state),
    chore: { kind: 'bring-forward', leaseUntil: leaseFrom(facts.now) },
  });
  if (claimed === 'overtaken') return done(claimed);
  const moved = await mapConcurrently(found.strays, PARALLEL_CALLS, (plan) => bringOneForward(ports, plan));
  await removeStagedLabels(
    ports,
    found.strays.map(({ pair }) => pair),
  );
  const count = moved.filter((isMoved) => isMoved).length;
  await keeper.update((state) => mended(state, found, count, at));
  return done('saved', {
    answeredTrigger: true,
    found: `${sentenceOf(found)} ${mendedSentence(found, count)}`,
  });
}

async function bringOneForward(ports: Ports, plan: Drift['strays'][number]): Promise<boolean> {
  try {
    return await compareAndSwap(ports, await writeStage(ports.secrets, plan));
  } catch (error) {
    if (!(error instanceof SecretStoreFault || error instanceof CommitNotPossible)) throw error;
    ports.telemetry.warn(
      `"${plan.pair.secret}" could not be brought forward; the next look tries again`,
      error,
    );
    return false;
  }
}

function mended(state: CredentialState, found: Drift, count: number, at: string): CredentialState {
  const { chore: _ended, ...rest } = state;
  const { told: _before, ...known } = state.drift ?? {};
  const isAll = count === found.strays.length;
  const drift = { ...known, checkedAt: at, ...(isAll ? {} : { told: found.name }) };
  if (count === 0) return { ...rest, drift };
  return note({ ...rest, drift }, at, {
    type: 'Drift Mended',
    message: mendedSentence(found, count),
  });
}

function mendedSentence({ strays }: Drift, count: number): string {
  return `${count} of ${strays.length} were brought to the current credential. What they held before is their previous version.`;
}

export function asTold(state: CredentialState, context: ActContext): CredentialState {
  const checkedAt = context.facts.now.toISOString();
  const told = { ...state, drift: { ...state.drift, checkedAt, told: driftOf(context).name } };
  return withFoundVersion(told, context.findings.edit);
}

function driftEvent(found: Drift, remedy: string) {
  return { type: 'Drift Found', message: sentenceOf(found), reason: 'drift', remedy } as const;
}

export function sentenceOf({ strays, problems, edit, secret }: Drift): string {
  const parts = [
    ...(edit.problem === undefined
      ? []
      : [`The credential secret "${secret}" cannot be used: ${edit.problem}.`]),
    ...(strays.length === 0
      ? []
      : [
          `${secretsWord(strays.length)} ${strays.length === 1 ? 'carries' : 'carry'} another credential than the current one: ${listed(strays.map(({ pair }) => pair.secret))}.`,
        ]),
    ...(problems.length === 0
      ? []
      : [`${secretsWord(problems.length)} cannot be read or written: ${listed(problems)}.`]),
  ];
  return parts.join(' ');
}

function secretsWord(count: number): string {
  return count === 1 ? '1 integration secret' : `${count} integration secrets`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

export function driftOf({ findings }: ActContext): Drift {
  if (findings.drift === undefined) throw new Error('drift is mended after a look only');
  return findings.drift;
}
