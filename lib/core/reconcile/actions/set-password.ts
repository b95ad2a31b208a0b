import type { Draft } from '../../domain/credential-value.ts';
import { compactRecord } from '../../domain/records.ts';
import { type Refusal, refusals } from '../../domain/refusal.ts';
import { selfRefusals } from '../../domain/self-refusals.ts';
import type { CredentialState, Phase } from '../../domain/state.ts';
import { block, enter, note, rotationOf, withRotation } from '../../domain/transition.ts';
import { leaseFrom } from '../../lease.ts';
import type { OrgConnection, SetPasswordOutcome } from '../../ports/salesforce.ts';
import type { ActContext, Done } from '../act-context.ts';
import { isSelf } from '../plan-self.ts';
import { sameUsername } from '../predecessor.ts';
import { done } from './done.ts';
import { draftNewPassword } from './draft.ts';

/** So many drafts may be refused as against the policy before the rotation is blocked. */
const DRAFTS_PER_TRY = 3;

/**
 * Records what the org says before the call, and sets the drafted password. If
 * the answer is lost the phase stays `changing`, and a later run finds out.
 */
export async function setPassword(context: ActContext): Promise<Done> {
  const { ports, keeper, bench, facts } = context;
  const again = keeper.state.phase === 'changing';
  const draft = await bench.draft();
  const connection = await bench.connection();
  if (draft.kind !== 'value' || connection.kind !== 'value')
    throw new Error('plan sets a drafted password only');
  const saved = await keeper.save(
    changing(keeper.state, facts.now, facts.lastPasswordChangeDate ?? undefined, again),
  );
  if (saved === 'overtaken') return done(saved);

  const { userId } = rotationOf(keeper.state);
  const outcome = await ports.org.setPassword(connection.value, userId, draft.value.password);
  switch (outcome.kind) {
    case 'set':
    case 'repeated':
      return passwordIsSet(context, await ports.org.passwordChangeDate(connection.value, userId));
    case 'against-policy': {
      const changed = again ? await movedMeanwhile(context, connection.value) : undefined;
      if (changed !== undefined) return passwordIsSet(context, changed);
      return draftAgain(context, draft.value, outcome.detail);
    }
    case 'old-password-refused':
      // The call whose answer was lost has landed after all, since the old password was in force a moment ago.
      if (again) return passwordIsSet(context, undefined, { presumed: true });
      return refuse(context, 'drafted', refusalOf(context, outcome));
    case 'locked':
    case 'not-permitted':
    case 'connection-refused':
      return refuse(context, again ? 'changing' : 'drafted', refusalOf(context, outcome));
  }
}

/** The org's own record says that the lost call landed, or with a connection of kind `self`, the end of the old password. */
export async function concludeSet(context: ActContext): Promise<Done> {
  const { lastPasswordChangeDate, session } = context.facts;
  return passwordIsSet(context, lastPasswordChangeDate ?? undefined, {
    presumed: session?.kind === 'rejected',
  });
}

function changing(
  state: CredentialState,
  now: Date,
  changed: string | undefined,
  again: boolean,
): CredentialState {
  const rotation = rotationOf(state);
  const lease = { setLeaseUntil: leaseFrom(now) };
  if (again) return withRotation(state, lease);
  const entered = enter(state, 'changing', now.toISOString(), {
    type: 'Password Change Begun',
    message: `The new password is being set for "${rotation.username}".`,
  });
  return withRotation(withoutPredecessor(entered, now.toISOString()), {
    ...lease,
    setStartedAt: now.toISOString(),
    ...(changed === undefined ? {} : { changedBefore: changed }),
  });
}

/** The idle user's old password ends here, and with it the way back to it. */
function withoutPredecessor(state: CredentialState, at: string): CredentialState {
  const { predecessor } = state;
  if (predecessor === undefined || !sameUsername(predecessor.username, rotationOf(state).username))
    return state;
  return { ...state, predecessor: { endedAt: at, ...predecessor } };
}

/**
 * Whoever learns first that the password is set moves the phase; the others find it moved.
 *
 * @param changedAfter What the org's record says since then, as far as known.
 * @param presumed Whether it only follows from the end of the old password.
 */
async function passwordIsSet(
  { ports, keeper, credential }: ActContext,
  changedAfter: string | undefined,
  { presumed } = { presumed: false },
): Promise<Done> {
  const { id } = rotationOf(keeper.state);
  const isLive = credential.strategy.kind === 'single-user';
  const now = ports.clock.now().toISOString();
  await keeper.updateRotation(id, (state) => {
    if (state.phase !== 'changing') return undefined;
    const { username } = rotationOf(state);
    const event = {
      type: 'Password Set',
      message: presumed
        ? `Salesforce no longer accepts the old credential of "${username}", so the new password, whose answer was lost, is taken to be in force. The integrations wait for the swap.`
        : isLive
          ? `Salesforce has the new password of "${username}". The old one no longer works; the integrations wait for the swap.`
          : `Salesforce has the new password of "${username}". The integrations go on with the other user until the swap.`,
    } as const;
    return withRotation(
      enter(state, 'awaiting-token', now, event, isLive ? { passwordChangedAt: now } : {}),
      compactRecord({ passwordSetAt: now, changedAfter, presumedSet: presumed || undefined }),
    );
  });
  return done('saved', { keep: {} });
}

/** The date in the org's record, if it has moved since the rotation saw it first. */
async function movedMeanwhile(
  { ports, keeper }: ActContext,
  connection: OrgConnection,
): Promise<string | undefined> {
  const { username, changedBefore } = rotationOf(keeper.state);
  const found = await ports.org.findUser(connection, username);
  const changed = found.kind === 'user' ? found.user.lastPasswordChangeDate : undefined;
  if (changed === undefined || changedBefore === undefined) return changed;
  return Date.parse(changed) > Date.parse(changedBefore) ? changed : undefined;
}

/** Salesforce refused the password for good, so it is not in force and a new one may take its place. */
async function draftAgain(context: ActContext, refused: Draft, detail: string): Promise<Done> {
  const { keeper, facts } = context;
  const number = rotationOf(keeper.state).draftNumber;
  const next = { ...rotationOf(keeper.state), draftNumber: number + 1 };
  await draftNewPassword(context, next, {
    username: refused.username,
    firstName: '',
    lastName: '',
    lastPasswordChangeDate: refused.changedBefore,
  });
  const drafted: CredentialState = { ...keeper.state, rotation: next, phase: 'drafted' };
  if (number % DRAFTS_PER_TRY === 0) {
    return done(
      await keeper.save(
        block(drafted, facts.now.toISOString(), refusals.passwordRefused(refused.username, detail)),
      ),
    );
  }
  const event = {
    type: 'Password Refused',
    message: `Salesforce refused the new password of "${refused.username}": ${detail} The old one is still in force; another is drafted.`,
    reason: 'password-refused',
  } as const;
  return done(await keeper.save(note(drafted, facts.now.toISOString(), event)));
}

async function refuse({ keeper, facts }: ActContext, from: Phase, refusal: Refusal): Promise<Done> {
  return done(await keeper.save(block({ ...keeper.state, phase: from }, facts.now.toISOString(), refusal)));
}

function refusalOf(
  { credential, keeper }: ActContext,
  outcome: Exclude<SetPasswordOutcome, { kind: 'set' | 'repeated' | 'against-policy' }>,
): Refusal {
  const { username } = rotationOf(keeper.state);
  switch (outcome.kind) {
    case 'not-permitted':
      return isSelf(credential)
        ? selfRefusals.mayNotChange(username, outcome.detail)
        : refusals.permissionMissing(username, outcome.detail);
    case 'old-password-refused':
      return selfRefusals.changedMeanwhile(username, credential.secret);
    case 'locked':
      return refusals.userLocked(username);
    case 'connection-refused':
      return refusals.orgConnectionRefused(credential.org, outcome.detail, outcome.remedy);
  }
}
