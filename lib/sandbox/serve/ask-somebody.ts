import type { Credential } from '../../core/config/load.ts';
import type { CredentialState } from '../../core/domain/state.ts';
import { needsAPerson } from '../../core/reconcile/plan-parts.ts';
import { COMMAND_FUNCTION } from '../function-host.ts';
import { readLedgerState } from '../ledger-view.ts';
import type { Sandbox } from '../sandbox.ts';

/**
 * Where only a person can bring the token, somebody who starts a sandbox gets a
 * link to the prompt page: of the rotation that waits, or of one that is asked
 * for. Links from before this start are known by their hashes only.
 */
export async function askSomebody(sandbox: Sandbox): Promise<void> {
  for (const credential of sandbox.configuration.credentials.values()) {
    const action = actionFor(credential, await readLedgerState(sandbox, credential.name));
    if (action === undefined) continue;
    await sandbox.functions.invoke(COMMAND_FUNCTION, { action, credential: credential.name, by: 'sandbox' });
  }
}

/**
 * An invitation changes nothing, so there may be one at every start. Where a
 * rotation begins without one, it is asked for in a new folder only.
 */
function actionFor(
  credential: Credential,
  state: CredentialState | undefined,
): 'rotate-now' | 'prompt' | undefined {
  const { sources } = credential.token;
  if (!sources.includes('operator') || sources.includes('mailbox')) return undefined;
  if (state?.phase === 'invited' || state?.phase === 'awaiting-token') return 'prompt';
  const isAtRest = state === undefined || (state.phase === 'idle' && state.request === undefined);
  return isAtRest && (needsAPerson({ credential }) || state?.last === undefined) ? 'rotate-now' : undefined;
}
