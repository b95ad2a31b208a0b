import type { RefusedAttempt } from '../../attempt.ts';
import { type Refusal, withoutDraftNote } from '../../domain/refusal.ts';
import type { EventText } from '../../domain/transition.ts';
import type { ActContext } from '../act-context.ts';
import { editOf } from './edit-notes.ts';
import { loginObstacle } from './login-obstacle.ts';
import type { Hindrance } from './try-current.ts';

/** What people are told of an edit of the credential secret. */

/** @param isEnding Whether people had been asked for what it brought. */
export function acceptedEdit({ credential }: ActContext, isEnding: boolean): EventText {
  const asked = isEnding ? ' Nothing is asked for any more.' : '';
  return {
    type: 'Credential Edited',
    message: `Somebody put another credential into "${credential.secret}", and Salesforce accepts it.${asked}${followers(credential)}`,
    reason: 'edit-accepted',
  };
}

function followers({ integrations, drift }: ActContext['credential']): string {
  if (integrations.length === 0) return '';
  return drift.bringForward
    ? ' The integration secrets are brought to it.'
    : ' The integration secrets are left as they are, because drift.bringForward is off.';
}

/** @param outcome What Salesforce said; `undefined` where it has refused the same before. */
export function refusedEdit(context: ActContext, outcome: RefusedAttempt | undefined): EventText {
  const { secret } = context.credential;
  const obstacle = outcome && loginObstacle(editOf(context).current?.username ?? '', outcome);
  const what = `Somebody put another credential into "${secret}"`;
  const message =
    obstacle === undefined
      ? `${what}, and Salesforce does not accept it; every integration keeps what it has.`
      : `${what}. ${withoutDraftNote(obstacle).message}`;
  return told(
    context,
    message,
    'edit-refused',
    obstacle === undefined ? remedyOf(context) : thenCheck(obstacle),
  );
}

export function hinderedEdit(context: ActContext, { reason, because }: Hindrance): EventText {
  const message = `Somebody put another credential into "${context.credential.secret}", which was not tried: ${because}. Every integration keeps what it has.`;
  return told(context, message, reason, remedyOf(context));
}

/** People who are asked for what is missing get the link once more. */
function told({ keeper }: ActContext, message: string, reason: string, remedy: string): EventText {
  const promptId = keeper.state.rotation?.promptId;
  return {
    type: 'Credential Edited',
    message,
    reason,
    remedy,
    ...(promptId === undefined ? {} : { promptId }),
  };
}

function remedyOf(context: ActContext): string {
  const { keeper, credential } = context;
  const { known = '', versionId } = editOf(context);
  if (keeper.state.rotation !== undefined)
    return 'Put the password and token that Salesforce has now into the credential secret, or bring what you are asked for.';
  const back = `aws secretsmanager update-secret-version-stage --secret-id ${credential.secret} --version-stage AWSCURRENT --move-to-version-id ${known} --remove-from-version-id ${versionId}`;
  return `Put a credential that works into the credential secret, put the version before back ("${back}"), or rotate.`;
}

function thenCheck({ remedy }: Refusal): string {
  return remedy.replace(/then resume\.$/, 'then ask for a "check".');
}
