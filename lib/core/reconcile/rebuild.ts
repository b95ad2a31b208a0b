import { connectionSecrets } from '../config/connection-secrets.ts';
import {
  type CredentialValue,
  type Draft,
  parseDraft,
  sameLogin,
  samePassword,
} from '../domain/credential-value.ts';
import type { ParsedValue } from '../domain/secret-fields.ts';
import type { CredentialState, Phase } from '../domain/state.ts';
import { enter } from '../domain/transition.ts';
import type { OrgUser } from '../ports/salesforce.ts';
import { labelled } from '../ports/secret-store.ts';
import { tokenMailbox } from '../prompt/token-mailbox.ts';
import { StateKeeper } from './state-keeper.ts';
import type { Workbench } from './workbench.ts';

/**
 * The state of a credential: from the ledger or, where that has no record, read
 * from the secrets. Whoever may write the state opens it here; a first write that
 * knew nothing of a draft would hide it from all that come later.
 */
export async function openState(bench: Workbench): Promise<StateKeeper> {
  const keeper = await StateKeeper.load(bench.ports, bench.credential);
  if (keeper.isUnknown) await rebuildState(bench, keeper);
  return keeper;
}

/**
 * The ledger does not know the credential: it is new, or the ledger was lost.
 * Where a rotation stands is read from the draft, and the phase chosen is the
 * earliest one that could be true, so that nothing is assumed done.
 */
async function rebuildState(bench: Workbench, keeper: StateKeeper): Promise<void> {
  await bench.fetch([
    bench.credential.secret,
    bench.credential.draftSecret,
    ...connectionSecrets(bench.credential),
  ]);
  const current = await bench.current();
  const draft = await bench.draft();
  const changedAt = await passwordAge(bench, current);
  const known: CredentialState = {
    ...keeper.state,
    ...(changedAt === undefined ? {} : { passwordChangedAt: changedAt }),
    ...(current.kind === 'value' ? { user: { username: current.value.username } } : {}),
  };
  if (draft.kind !== 'value' || isLeftOver(draft.value, current)) {
    if (current.kind === 'value') await keeper.save(known);
    return;
  }
  const found = await lookUp(bench, draft.value.username);
  if (found === undefined) return;
  const at = bench.ports.clock.now().toISOString();
  const isCurrent = current.kind === 'value' && sameLogin(draft.value, current.value);
  // Only after a token reset a draft has the password in force.
  const isTokenReset = current.kind === 'value' && !isCurrent && samePassword(draft.value, current.value);
  const phase = phaseOf(draft.value, isCurrent, isTokenReset);
  const requestToken = phase === 'changing' ? undefined : await versionOf(draft.value, bench, isCurrent);
  const changedBefore = draft.value.changedBefore ?? draft.value.passwordChangedAt;
  const mailbox = tokenMailbox(found.email);
  const message = `The ledger had no record of this credential; phase "${phase}" was read from its draft. Nothing was changed.`;
  const rotation = {
    id: draft.value.rotationId ?? 'unknown',
    cause: isTokenReset ? 'token-reset' : 'requested',
    startedAt: draft.value.passwordChangedAt ?? at,
    username: draft.value.username,
    userId: found.userId,
    organizationId: found.organizationId,
    draftNumber: 1,
    setStartedAt: draft.value.passwordChangedAt ?? at,
    ...(changedBefore === undefined ? {} : { changedBefore }),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(requestToken === undefined ? {} : { requestToken }),
    ...(draft.value.verifiedAt === undefined ? {} : { verifiedAt: draft.value.verifiedAt }),
  } as const;
  await keeper.save(enter({ ...known, rotation }, phase, at, { type: 'Ledger Rebuilt', message }));
}

/** When the password in force was set: as its secret says or, where a person wrote that without a date, as the org says. */
async function passwordAge(
  bench: Workbench,
  current: ParsedValue<CredentialValue>,
): Promise<string | undefined> {
  if (current.kind !== 'value') return undefined;
  const { passwordChangedAt, username } = current.value;
  if (passwordChangedAt !== undefined || bench.credential.schedule === undefined) return passwordChangedAt;
  return (await lookUp(bench, username))?.lastPasswordChangeDate;
}

async function lookUp(bench: Workbench, username: string): Promise<OrgUser | undefined> {
  const connection = await bench.connection();
  if (connection.kind !== 'value') return undefined;
  const found = await bench.ports.org.findUser(connection.value, username);
  return found.kind === 'user' ? found.user : undefined;
}

/** A draft that was never set and holds nothing but what is in force. */
function isLeftOver(draft: Draft, current: ParsedValue<CredentialValue>): boolean {
  return draft.verifiedAt === undefined && current.kind === 'value' && sameLogin(draft, current.value);
}

/** The version of the credential secret that holds the draft already, current or pending. */
async function versionOf(draft: Draft, bench: Workbench, isCurrent: boolean): Promise<string | undefined> {
  const { credential, ports } = bench;
  if (isCurrent) {
    const read = await bench.read(credential.secret);
    return read.kind === 'found' ? read.versionId : undefined;
  }
  const description = await ports.secrets.describe(credential.secret);
  const pending = description && labelled(description, 'AWSPENDING');
  if (pending === undefined) return undefined;
  const read = await ports.secrets.readVersion(credential.secret, pending);
  const value = read.kind === 'found' ? parseDraft(read.text) : undefined;
  return value?.kind === 'value' && sameLogin(value.value, draft) ? pending : undefined;
}

function phaseOf(draft: Draft, isCurrent: boolean, isTokenReset: boolean): Phase {
  if (draft.verifiedAt === undefined) return isTokenReset ? 'awaiting-token' : 'changing';
  return isCurrent ? 'committing' : 'verified';
}
