import type { Configuration, Credential } from '../../config/load.ts';
import type { CredentialState } from '../../domain/state.ts';
import { RotationError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { advance, credentialNamed } from '../../reconcile/advance.ts';
import type { Trigger } from '../../reconcile/facts.ts';
import { openState } from '../../reconcile/rebuild.ts';
import { Workbench } from '../../reconcile/workbench.ts';
import { waitingFor } from '../waiting-for.ts';
import { bringTogether } from './bring-together.ts';
import { diagnosisOf } from './diagnose.ts';
import { type Examination, examine } from './examine.ts';
import type { Diagnosis, Finding, FindingCode } from './finding.ts';
import { tidy } from './tidy.ts';

/** What a repair did, and what is still so. */
export interface RepairReport {
  /** One sentence for each thing that was done. */
  readonly done: readonly string[];
  /** One sentence for each thing that could not be done now, or was left to a person. */
  readonly left: readonly string[];
  readonly diagnosis: Diagnosis;
}

/**
 * Does what is safe about the findings of a diagnosis: lets go on what stands
 * still, resumes what is known to be mended, tells what was not told, and takes
 * away what no rotation owns. Each part may be repeated, and is a conditional
 * write. It never makes a login attempt that an ordinary resume would not, never
 * begins a rotation that nobody has asked for, and touches nothing that may be alive.
 *
 * @throws UnknownCredential
 */
export async function repair(
  ports: Ports,
  configuration: Configuration,
  name: string,
  by: string,
): Promise<RepairReport> {
  const credential = credentialNamed(configuration, name);
  const done: string[] = [];
  const left: string[] = [];
  const found = await examine(ports, credential);
  if (found.findings.some(({ fixable }) => fixable)) {
    try {
      done.push(...(await settle(ports, credential, found, by)));
      done.push(...(await goOn(ports, configuration, credential, by)));
    } catch (error) {
      if (!(error instanceof RotationError)) throw error;
      left.push(`It could not go on now: ${error.publicMessage} Nothing is lost; try again in a minute.`);
    }
  }
  const after = await examine(ports, credential);
  left.push(...after.findings.flatMap((finding) => leftAlone(finding)));
  return { done, left, diagnosis: diagnosisOf(name, after) };
}

/** What needs no step of a rotation: a lost record is rebuilt, events are told, leftovers go. */
async function settle(
  ports: Ports,
  credential: Credential,
  { findings }: Examination,
  by: string,
): Promise<readonly string[]> {
  const keeper = await openState(new Workbench(ports, credential));
  const done: string[] = [];
  if (has(findings, 'never-seen') && !keeper.isUnknown)
    done.push(`Its record was read from the secrets: phase "${keeper.state.phase}".`);
  try {
    if (findings.some(({ code }) => LEFT_BEHIND.has(code)))
      done.push(...(await tidy(ports, keeper, credential, by)));
    if (has(findings, 'integrations-astray')) {
      const brought = await bringTogether(ports, keeper, credential);
      if (brought !== undefined) done.push(brought);
    }
  } finally {
    await keeper.settle();
  }
  if (has(findings, 'events-untold') && (await untold(ports, credential)) === 0)
    done.push('What nobody had been told of was told.');
  if (has(findings, 'chore-unfinished')) {
    await ports.queue.poke(credential.name);
    done.push('The service was asked to end what it had begun.');
  }
  return done;
}

const LEFT_BEHIND: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'pending-left-over',
  'staged-left-over',
  'draft-left-over',
]);

async function untold({ ledger }: Ports, { name }: Credential): Promise<number> {
  return (await ledger.load(name))?.outbox.length ?? 0;
}

/** Lets the reconciler go on, where the rotation stands still or what blocked it is mended. */
async function goOn(
  ports: Ports,
  configuration: Configuration,
  credential: Credential,
  by: string,
): Promise<readonly string[]> {
  const { state, findings } = await examine(ports, credential);
  const trigger = triggerFor(findings, by);
  if (trigger === undefined) return [];
  const { state: next } = await advance(ports, configuration, credential.name, trigger);
  const from = state === undefined ? '' : ` from phase "${state.phase}"`;
  return [`It went on${from} to "${next.phase}". ${nextText(credential, next, ports.clock.now())}`];
}

function triggerFor(findings: readonly Finding[], by: string): Trigger | undefined {
  const fixable = findings.filter((finding) => finding.fixable);
  if (has(fixable, 'blocked')) return { kind: 'resume', by };
  return fixable.some(({ code }) => STANDS_STILL.has(code)) ? { kind: 'poke' } : undefined;
}

const STANDS_STILL: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'rotation-stands-still',
  'commit-missing',
  'swap-unfinished',
]);

/** Who or what is next. */
function nextText(credential: Credential, state: CredentialState, now: Date): string {
  const { kind, text } = waitingFor(credential, state, now);
  switch (kind) {
    case 'nothing':
      return 'Nothing is open.';
    case 'remedy':
      return `It is blocked: ${text}`;
    default:
      return `It waits for ${text}.`;
  }
}

/** What the repair does not do, for who expected it to. */
function leftAlone({ severity, fixable, where, remedy, code }: Finding): string[] {
  if (severity !== 'problem' || remedy === undefined) return [];
  const why = fixable ? 'is still so; ask again' : 'is left to a person';
  return [`${code} (${where}) ${why}: ${remedy}`];
}

function has(findings: readonly Finding[], code: FindingCode): boolean {
  return findings.some((finding) => finding.code === code);
}
