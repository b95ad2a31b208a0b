import { compactRecord } from './records.ts';
import type { CredentialState } from './state.ts';

/**
 * The current credential was accepted by Salesforce at a moment of our clock:
 * what was said against its user before is over. Pure; the caller saves.
 */
export function withProof(state: CredentialState, username: string, at: string): CredentialState {
  const { user } = state;
  if (user !== undefined && user.username.toLowerCase() !== username.toLowerCase()) return state;
  const { failed: _mended, trouble: _over, ...rest } = user ?? { username };
  return { ...state, user: compactRecord({ ...rest, provenAt: at }) };
}
