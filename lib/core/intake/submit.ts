import type { Configuration, Credential } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import { compactRecord } from '../domain/records.ts';
import type { CredentialState } from '../domain/state.ts';
import { LoginUnanswered } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { type AdvanceOutcome, advance } from '../reconcile/advance.ts';
import type { Brought, Offer, TokenOutcome } from '../reconcile/facts.ts';
import { offerFingerprint } from '../reconcile/offer.ts';
import { attemptsLeft } from '../reconcile/plan-parts.ts';
import { sameUsername } from '../reconcile/predecessor.ts';
import { openState } from '../reconcile/rebuild.ts';
import { Workbench } from '../reconcile/workbench.ts';
import type { Redacted } from '../redacted.ts';
import { isSameText } from './pasted-secrets.ts';
import type { SubmissionOutcome, SubmissionProblem } from './submission.ts';

/** Who brings something, and for what. */
export interface Submission {
  readonly credential: string;
  /** The rotation that it is for; absent for the one that is under way. */
  readonly rotationId?: string | undefined;
  /** Who brings it, for the history. */
  readonly by: string;
}

/** What a credential's secrets and state say before anything is tried. */
export interface Known {
  readonly state: CredentialState;
  readonly bench: Workbench;
  readonly drafted: CredentialValue | undefined;
  readonly current: CredentialValue | undefined;
}

/** Reads what a submission is compared with; finds a lost ledger as any other run does. */
export async function lookUp(ports: Ports, credential: Credential): Promise<Known> {
  const bench = new Workbench(ports, credential);
  const keeper = await openState(bench);
  await keeper.settle();
  await bench.fetch([credential.draftSecret, credential.secret]);
  const [draft, current] = [await bench.draft(), await bench.current()];
  return {
    state: keeper.state,
    bench,
    drafted: draft.kind === 'value' ? draft.value : undefined,
    current: current.kind === 'value' ? current.value : undefined,
  };
}

export function unusable(problem: SubmissionProblem): SubmissionOutcome {
  return { kind: 'unusable', problem };
}

/** Whether a pasted mail is another user's. A bare token names nobody. */
export function isForAnother({ rotation }: CredentialState, usernames: readonly string[]): boolean {
  return (
    rotation !== undefined &&
    usernames.length > 0 &&
    !usernames.some((username) => sameUsername(username, rotation.username))
  );
}

/** The token that went with the password before, of the user that the rotation is about. */
export function isPrevious({ state, current }: Known, token: Redacted): boolean {
  const { rotation } = state;
  return (
    rotation !== undefined &&
    current !== undefined &&
    sameUsername(current.username, rotation.username) &&
    isSameText(current.securityToken, token)
  );
}

/** Offers what was brought to the reconciler, which decides whether it may cost a login, and says what came of it. */
export async function offer(
  ports: Ports,
  configuration: Configuration,
  known: Known,
  trigger: Offer,
  brought: Brought,
): Promise<SubmissionOutcome> {
  const { credential } = known.bench;
  try {
    return await outcomeOf(
      ports,
      credential,
      await advance(ports, configuration, credential.name, trigger, brought),
      brought,
    );
  } catch (error) {
    const state = await ports.ledger.load(credential.name);
    const isOurs = state?.rotation !== undefined && state.rotation.id === known.state.rotation?.id;
    if (error instanceof LoginUnanswered && isOurs)
      return { kind: 'unanswered', attemptsLeft: left(state, credential) };
    // What follows an acceptance may fail; the next run goes on from there.
    if (isOurs && known.state.phase !== 'verified' && state.phase === 'verified') {
      ports.telemetry.warn(`the swap of "${credential.name}" could not be asked for yet`, error);
      return { kind: 'accepted' };
    }
    throw error;
  }
}

async function outcomeOf(
  ports: Ports,
  credential: Credential,
  { state, token, because }: AdvanceOutcome,
  brought: Brought,
): Promise<SubmissionOutcome> {
  const what: TokenOutcome = token ?? { kind: 'not-yet', because, why: 'under-way' };
  switch (what.kind) {
    case 'accepted':
      return { kind: 'accepted' };
    case 'rejected':
      return (
        blockedBy(state, 'attempts-spent') ?? {
          kind: 'rejected',
          because: what.because,
          attemptsLeft: left(state, credential),
        }
      );
    case 'declined':
      return (
        (what.reason === 'blocked' ? blockedBy(state) : undefined) ?? {
          kind: 'declined',
          reason: what.reason,
        }
      );
    case 'not-yet':
      if (what.why === 'refused-a-moment-ago' && what.until !== undefined)
        return { kind: 'too-soon', tryAgainAt: what.until.toISOString() };
      return { kind: 'busy', sameToken: await isBeingTried(ports, credential, state, brought) };
  }
}

/** The refusal that stands in the way, unless it is only that the attempt was the last. */
function blockedBy(
  { blocked }: CredentialState,
  except?: string,
): Extract<SubmissionOutcome, { kind: 'blocked' }> | undefined {
  if (blocked === undefined || blocked.refusal.code === except) return undefined;
  const { message, remedy, notBefore } = blocked.refusal;
  return compactRecord({ kind: 'blocked', message, remedy, tryAgainAt: notBefore } as const);
}

/** Read anew: the draft may have been written since. */
async function isBeingTried(
  ports: Ports,
  credential: Credential,
  state: CredentialState,
  brought: Brought,
): Promise<boolean> {
  const inFlight = state.rotation && budgetOf(state, state.rotation.username).inFlight;
  if (inFlight === undefined) return false;
  return inFlight.fingerprint === (await offerFingerprint(new Workbench(ports, credential), brought));
}

function left(state: CredentialState, credential: Credential): number {
  return Math.max(0, attemptsLeft(state, { credential }));
}
