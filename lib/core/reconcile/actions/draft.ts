import type { Draft } from '../../domain/credential-value.ts';
import type { Rotation } from '../../domain/state.ts';
import { enter, rotationOf, withRotation } from '../../domain/transition.ts';
import { derivedVersionId } from '../../domain/version-ids.ts';
import { generatePassword } from '../../password/generate.ts';
import type { OrgUser } from '../../ports/salesforce.ts';
import type { ActContext, Done } from '../act-context.ts';
import { done } from './done.ts';
import { draftPrevious } from './rollback.ts';
import { storeDraft } from './store-draft.ts';
import { draftCurrent } from './token-reset.ts';

/**
 * Makes a new password durable before anybody else hears of it. A password that
 * an earlier run drafted, and that Salesforce has not seen, is taken over.
 */
export async function writeDraft(context: ActContext): Promise<Done> {
  switch (rotationOf(context.keeper.state).cause) {
    case 'rollback':
      return draftPrevious(context);
    case 'token-reset':
      return draftCurrent(context);
    default:
      return draftNew(context);
  }
}

async function draftNew(context: ActContext): Promise<Done> {
  const { keeper, facts, findings, bench } = context;
  if (findings.preflight === undefined) throw new Error('a draft is written after a preflight only');
  const rotation = rotationOf(keeper.state);
  const { user, adoptable } = findings.preflight;
  const isKnown = adoptable !== undefined || (await draftNewPassword(context, rotation, user)) === 'written';
  const { request: _begun, ...state } = keeper.state;
  const next = enter(state, 'drafted', facts.now.toISOString(), {
    type: 'Rotation Started',
    message: `A new password for "${user.username}" is safe in the draft secret; Salesforce has not been touched.`,
    ...(keeper.state.request === undefined ? {} : { by: keeper.state.request.by }),
  });
  const changed = user.lastPasswordChangeDate ?? null;
  const { username, userId, organizationId } = user;
  const saved = await keeper.save(withRotation(next, { username, userId, organizationId }));
  if (saved === 'overtaken') bench.forget();
  const draft = isKnown ? ({ draft: 'incomplete' } as const) : {};
  return done(saved, { keep: { ...draft, lastPasswordChangeDate: changed } });
}

/** Writes a password that nobody knows yet into the draft, under a version id of its own. */
export async function draftNewPassword(
  { ports, credential, bench, facts }: ActContext,
  rotation: Rotation,
  user: Pick<OrgUser, 'username' | 'firstName' | 'lastName' | 'lastPasswordChangeDate'>,
): Promise<'written' | 'conflict'> {
  const draft: Draft = {
    kind: 'password',
    username: user.username,
    password: generatePassword({
      policy: { minimumLength: credential.password.length, complexity: credential.password.complexity },
      length: credential.password.length,
      avoid: { username: user.username, firstName: user.firstName, lastName: user.lastName },
      random: ports.random,
    }),
    securityToken: undefined,
    loginUrl: await loginUrlOf(bench.current(), credential.orgConfig.loginUrl),
    passwordChangedAt: facts.now.toISOString(),
    rotationId: rotation.id,
    verifiedAt: undefined,
    changedBefore: user.lastPasswordChangeDate,
  };
  return storeDraft(bench, draft, derivedVersionId('draft', rotation.id, String(rotation.draftNumber)));
}

async function loginUrlOf(
  current: ReturnType<ActContext['bench']['current']>,
  fallback: string,
): Promise<string> {
  const value = await current;
  return value.kind === 'value' ? value.value.loginUrl : fallback;
}
