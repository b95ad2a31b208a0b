import type { Credential } from '../config/load.ts';
import { type CredentialValue, parseCredential } from '../domain/credential-value.ts';
import type { CredentialState } from '../domain/state.ts';
import { labelled } from '../ports/secret-store.ts';
import type { Redacted } from '../redacted.ts';
import type { Workbench } from './workbench.ts';

/** The user of the pair that a username is not; `undefined` for one of neither, or without a pair. */
export function otherUser({ strategy }: Credential, username: string): string | undefined {
  if (strategy.kind !== 'alternating-users') return undefined;
  const [first, second] = strategy.usernames;
  if (sameUsername(username, first)) return second;
  return sameUsername(username, second) ? first : undefined;
}

/** Salesforce does not tell capitals apart. */
export function sameUsername(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * A user's credential that was replaced: in the version that the ledger names
 * or, where that is lost, in the credential secret's previous one.
 */
export async function replacedCredential(
  bench: Workbench,
  { predecessor }: Pick<CredentialState, 'predecessor'>,
  username: string,
): Promise<{ readonly value: CredentialValue; readonly versionId: string } | undefined> {
  const recorded = predecessor !== undefined && sameUsername(predecessor.username, username);
  const versionIds = [
    async () => (recorded ? predecessor.versionId : undefined),
    async () => {
      const description = await bench.ports.secrets.describe(bench.credential.secret);
      return description && labelled(description, 'AWSPREVIOUS');
    },
  ];
  for (const versionIdOf of versionIds) {
    const versionId = await versionIdOf();
    if (versionId === undefined) continue;
    const read = await bench.ports.secrets.readVersion(bench.credential.secret, versionId);
    const value = read.kind === 'found' ? parseCredential(read.text) : undefined;
    if (value?.kind === 'value' && sameUsername(value.value.username, username))
      return { value: value.value, versionId };
  }
  return undefined;
}

export type UnchangedToken =
  /** `undefined` where the user logs in without any. */
  | { readonly kind: 'known'; readonly token: Redacted | undefined }
  | { readonly kind: 'unknown'; readonly token: undefined };

/** The token that goes with the drafted password if Salesforce has not reset it. */
export async function unchangedToken(bench: Workbench, state: CredentialState): Promise<UnchangedToken> {
  const current = await bench.current();
  const draft = await bench.draft();
  if (draft.kind !== 'value' || current.kind !== 'value') return { kind: 'unknown', token: undefined };
  const { username, securityToken } = draft.value;
  if (state.rotation?.cause === 'rollback') return { kind: 'known', token: securityToken };
  if (sameUsername(current.value.username, username))
    return { kind: 'known', token: current.value.securityToken };
  const replaced = await replacedCredential(bench, state, username);
  if (replaced !== undefined) return { kind: 'known', token: replaced.value.securityToken };
  // Where the live user logs in without a token, the idle one may, too.
  const needsNone = current.value.securityToken === undefined;
  return { kind: needsNone ? 'known' : 'unknown', token: undefined };
}
