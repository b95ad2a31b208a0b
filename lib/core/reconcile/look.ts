import { parseDraft, sameLogin } from '../domain/credential-value.ts';
import { type Refusal, refusals } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { labelled } from '../ports/secret-store.ts';
import { type Drift, lookAtDrift } from './drift.ts';
import { type Edit, lookAtEdit } from './edit.ts';
import type { Brought, DraftFact, Facts, Look, PendingFact } from './facts.ts';
import { offerFingerprint } from './offer.ts';
import { unchangedToken } from './predecessor.ts';
import { type Preflight, preflight } from './preflight.ts';
import { connectionProblem } from './secret-checks.ts';
import type { Workbench } from './workbench.ts';

/** What a run found out so far, beside the facts that `plan` sees. */
export interface Findings {
  preflight?: Preflight;
  drift?: Drift;
  edit?: Edit;
}

/** Gathers the one fact that `plan` asked for. Reads only. */
export async function look(
  at: Look,
  bench: Workbench,
  state: CredentialState,
  findings: Findings,
  brought: Brought | undefined,
): Promise<Partial<Facts>> {
  switch (at) {
    case 'preflight': {
      const result = await preflight(bench, state);
      if (result.kind === 'refused') return { preflight: result.refusal };
      findings.preflight = result.preflight;
      return { preflight: 'passed' };
    }
    case 'user': {
      const user = await lookAtUser(bench, state);
      return 'refusal' in user ? { obstacle: user.refusal } : { lastPasswordChangeDate: user.changed };
    }
    case 'draft':
      return { draft: await draftFact(bench, state) };
    case 'offer':
      return { offeredFingerprint: await offerFingerprint(bench, brought) };
    case 'pending':
      return { pending: await pendingFact(bench, state) };
    case 'unchanged-token':
      return { unchangedToken: (await unchangedToken(bench, state)).kind };
    case 'drift': {
      findings.drift = await lookAtDrift(bench, state);
      findings.edit = findings.drift.edit;
      return { drift: findings.drift.fact, edit: findings.edit.fact };
    }
    case 'edit': {
      bench.forget();
      findings.edit = await lookAtEdit(bench, state);
      return { edit: findings.edit.fact };
    }
  }
}

async function lookAtUser(
  bench: Workbench,
  state: CredentialState,
): Promise<{ changed: string | null } | { refusal: Refusal }> {
  const connection = await bench.connection();
  if (connection.kind !== 'value') return { refusal: connectionProblem(bench, connection) };
  const username = state.rotation?.username ?? '';
  const found = await bench.ports.org.findUser(connection.value, username);
  if (found.kind === 'connection-refused') {
    return { refusal: refusals.orgConnectionRefused(bench.credential.org, found.detail, found.remedy) };
  }
  if (found.kind === 'no-such-user')
    return { refusal: refusals.userNotFound(username, bench.credential.org) };
  return { changed: found.user.lastPasswordChangeDate ?? null };
}

async function draftFact(bench: Workbench, state: CredentialState): Promise<DraftFact> {
  const draft = await bench.draft();
  if (draft.kind === 'empty') return 'empty';
  if (draft.kind === 'unusable' || draft.value.rotationId !== state.rotation?.id) return 'foreign';
  return draft.value.verifiedAt === undefined ? 'incomplete' : 'complete';
}

async function pendingFact(bench: Workbench, state: CredentialState): Promise<PendingFact> {
  const { secrets } = bench.ports;
  const description = await secrets.describe(bench.credential.secret);
  if (description === undefined) return 'none';
  const pending = labelled(description, 'AWSPENDING');
  if (pending === undefined || pending === labelled(description, 'AWSCURRENT')) return 'none';
  const read = await secrets.readVersion(bench.credential.secret, pending);
  if (read.kind === 'absent') return 'empty';
  const value = parseDraft(read.text);
  const draft = await bench.draft();
  const ours = value.kind === 'value' && draft.kind === 'value' && sameLogin(value.value, draft.value);
  const isAlive = ours && description.rotationEnabled && draft.value.rotationId === state.rotation?.id;
  return isAlive ? 'this-rotation' : 'foreign';
}
