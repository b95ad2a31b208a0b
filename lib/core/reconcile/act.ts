import { completeCommit } from '../commit/complete-commit.ts';
import type { ActContext, Done } from './act-context.ts';
import { removePending, requestCommit } from './actions/commit-requests.ts';
import { done } from './actions/done.ts';
import { writeDraft } from './actions/draft.ts';
import { bringForward, noteDriftChecked, reportDrift } from './actions/drift.ts';
import { adoptVersion, noteEditChecked } from './actions/edit-notes.ts';
import { heartbeat } from './actions/heartbeat.ts';
import {
  acceptStart,
  begin,
  blockWith,
  declineToken,
  escalate,
  remind,
  renewPrompt,
  requestToken,
  unblock,
} from './actions/notes.ts';
import { openSession } from './actions/open-session.ts';
import { proveCurrent } from './actions/prove-current.ts';
import { proveEdit } from './actions/prove-edit.ts';
import { proveToken } from './actions/prove-token.ts';
import { retire } from './actions/retire.ts';
import { refuseRollback } from './actions/rollback.ts';
import { concludeSet, setPassword } from './actions/set-password.ts';
import { unlockUser } from './actions/unlock-user.ts';
import { concludeVerified, verifyToken } from './actions/verify.ts';
import type { Action } from './facts.ts';

/** Performs one action and records the next phase with one conditional write. */
export async function act(
  action: Exclude<Action, { do: 'rest' } | { do: 'look' }>,
  context: ActContext,
): Promise<Done> {
  switch (action.do) {
    case 'block':
      return blockWith(context, action.refusal);
    case 'unblock':
      return unblock(context, action.by, action.forgetAttempts);
    case 'begin':
      return begin(context, action.phase);
    case 'accept-start':
      return acceptStart(context, action.by);
    case 'open-session':
      return openSession(context);
    case 'draft':
      return writeDraft(context);
    case 'set-password':
      return setPassword(context);
    case 'conclude-set':
      return concludeSet(context);
    case 'verify':
      return verifyToken(context, action.source);
    case 'decline-token':
      return declineToken(context, action.reason);
    case 'conclude-verified':
      return concludeVerified(context);
    case 'prove-token':
      return proveToken(context);
    case 'request-token':
      return requestToken(context);
    case 'remind':
      return remind(context);
    case 'escalate':
      return escalate(context);
    case 'renew-prompt':
      return renewPrompt(context, action.by);
    case 'unlock-user':
      return unlockUser(context);
    case 'request-commit':
      return requestCommit(context);
    case 'remove-pending':
      return removePending(context);
    case 'sweep':
      await completeCommit(context.ports, context.keeper, context.credential);
      return done('saved');
    case 'refuse-rollback':
      return refuseRollback(context, action.refusal);
    case 'retire':
      return retire(context);
    case 'heartbeat':
      return heartbeat(context);
    case 'prove-current':
      return proveCurrent(context);
    case 'prove-edit':
      return proveEdit(context);
    case 'adopt-version':
      return adoptVersion(context);
    case 'note-edit-checked':
      return noteEditChecked(context);
    case 'bring-forward':
      return bringForward(context);
    case 'report-drift':
      return reportDrift(context);
    case 'note-drift-checked':
      return noteDriftChecked(context);
  }
}
