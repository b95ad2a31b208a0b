import { budgetOf } from '../domain/budget.ts';
import { type CredentialValue, parseCredential, sameLogin } from '../domain/credential-value.ts';
import type { ParsedValue } from '../domain/secret-fields.ts';
import type { CredentialState } from '../domain/state.ts';
import type { EditFact } from './facts.ts';
import type { Workbench } from './workbench.ts';

/** What a look at the credential secret found. */
export interface Edit {
  readonly fact: EditFact;
  /** `undefined` where the current version cannot be read as a credential; `problem` says why. */
  readonly current: CredentialValue | undefined;
  readonly problem: string | undefined;
  /** The current version; empty where there is none. */
  readonly versionId: string;
  /** The version that was known before, which a person may go back to. */
  readonly known: string | undefined;
}

/**
 * The version of the credential secret that is no edit: proved by a login since
 * the last rotation, made by that rotation or, where there is neither, found by
 * the first look. `undefined` before that look: a new credential is no edit.
 */
export function knownVersion({ drift, last }: Pick<CredentialState, 'drift' | 'last'>): string | undefined {
  return drift?.provenVersion ?? last?.versionId ?? drift?.foundVersion;
}

/** Whether a rotation or a login has proved this version. */
export function isProven({ drift, last }: CredentialState, versionId: string): boolean {
  return (drift?.provenVersion ?? last?.versionId) === versionId;
}

/** The first look takes what it finds as it is: nothing is known that it could be compared with. */
export function withFoundVersion(state: CredentialState, edit: Edit | undefined): CredentialState {
  if (edit?.current === undefined || knownVersion(state) !== undefined) return state;
  return { ...state, drift: { ...state.drift, foundVersion: edit.versionId } };
}

/** Whether the credential secret's version is another than the known one, for who does not judge it. */
export async function isEdited(bench: Workbench, state: CredentialState): Promise<boolean> {
  const read = await bench.read(bench.credential.secret);
  const known = knownVersion(state);
  return known !== undefined && read.kind === 'found' && read.versionId !== known;
}

/** Reads the credential secret and, where its version is another, the one that was known. No login. */
export async function lookAtEdit(bench: Workbench, state: CredentialState): Promise<Edit> {
  const read = await bench.read(bench.credential.secret);
  const current = await bench.current();
  const versionId = read.kind === 'found' ? read.versionId : '';
  const seen = {
    current: current.kind === 'value' ? current.value : undefined,
    problem: problemOf(current),
    versionId,
    known: knownVersion(state),
  };
  return { ...seen, fact: await factOf(bench, state, seen) };
}

function problemOf(current: ParsedValue<CredentialValue>): string | undefined {
  if (current.kind === 'value') return undefined;
  return current.kind === 'empty' ? 'it is empty' : current.problem;
}

async function factOf(
  bench: Workbench,
  state: CredentialState,
  { current, versionId, known }: Omit<Edit, 'fact' | 'problem'>,
): Promise<EditFact> {
  if (known === undefined || versionId === known) return 'none';
  if (current === undefined) return 'unusable';
  if (versionId === state.drift?.refusedVersion) return 'refused';
  const { inFlight } = budgetOf(state, current.username);
  if (inFlight !== undefined && bench.ports.clock.now() < new Date(inFlight.leaseUntil)) return 'checking';
  return (await isSameLogin(bench, known, current)) ? 'same-login' : 'edited';
}

/** Whoever only touched another field has changed nothing that would have to be proved. */
async function isSameLogin(
  { ports, credential }: Workbench,
  known: string,
  current: CredentialValue,
): Promise<boolean> {
  const read = await ports.secrets.readVersion(credential.secret, known);
  const before = read.kind === 'found' ? parseCredential(read.text) : undefined;
  return (
    before?.kind === 'value' && before.value.loginUrl === current.loginUrl && sameLogin(before.value, current)
  );
}
