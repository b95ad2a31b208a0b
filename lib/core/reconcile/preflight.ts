import type { Credential } from '../config/load.ts';
import { loginSecrets } from '../config/login-secrets.ts';
import { connectionFields } from '../domain/connection.ts';
import { type CredentialValue, type Draft, sameLogin } from '../domain/credential-value.ts';
import { type Refusal, refusals } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import { loginAppProblem } from '../login-way.ts';
import type { OrgConnection, OrgUser } from '../ports/salesforce.ts';
import { integrationsState } from './integrations-state.ts';
import { rotationTarget } from './rotation-target.ts';
import type { Workbench } from './workbench.ts';

/** What a passed preflight learned, so that nothing is read twice. */
export interface Preflight {
  readonly current: CredentialValue;
  readonly connection: OrgConnection;
  /** The user whose password is to be set: the only one, or the idle one of two. */
  readonly user: OrgUser;
  /** What a rollback puts back. */
  readonly restored: CredentialValue | undefined;
  /** Integration secrets that carry another credential than the current one; the swap brings them forward, too. */
  readonly strays: readonly string[];
  /** This rotation's password, which an earlier run made durable and Salesforce has not heard of. */
  readonly adoptable: Draft | undefined;
}

export type PreflightResult =
  | { readonly kind: 'passed'; readonly preflight: Preflight }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Everything that can be checked before the password changes: the secrets exist
 * and can be read and written in their formats, rotation is on, the org lets the
 * service in, and the user could log in. Changes nothing and makes no login
 * attempt as the user.
 */
export async function preflight(bench: Workbench, state: CredentialState): Promise<PreflightResult> {
  const { credential, ports } = bench;
  const description = await ports.secrets.describe(credential.secret);
  if (description === undefined) return refused(refusals.credentialSecretMissing(credential.secret));
  if (!description.rotationEnabled) return refused(refusals.credentialWithoutRotation(credential.secret));

  await bench.fetch([
    credential.secret,
    credential.draftSecret,
    credential.orgConfig.connection.secret,
    ...loginSecrets(credential),
    ...credential.integrations.map((integration) => integration.secret),
  ]);
  const current = await bench.current();
  if (current.kind !== 'value') return refused(await currentProblem(bench, current));
  const connection = await bench.connection();
  if (connection.kind !== 'value') return refused(connectionProblem(bench, connection));
  const app = await loginAppState(bench);
  if (app !== undefined) return refused(app);
  const target = await rotationTarget(bench, state, current.value);
  if (target.kind === 'refused') return target;
  const draft = await draftState(bench, current.value, state.rotation?.id);
  if (draft.kind === 'refused') return draft;
  const integrations = await integrationsState(bench, current.value, target.restored);
  if (integrations.kind === 'refused') return integrations;
  const user = await userState(bench, connection.value, target.username, mayBeLocked(state, credential));
  if (user.kind === 'refused') return user;
  const missing = setsPassword(state) ? await ports.org.missingPermission(connection.value) : undefined;
  if (missing !== undefined) return refused(refusals.connectionLacksPermission(credential.org, missing));
  return {
    kind: 'passed',
    preflight: {
      current: current.value,
      connection: connection.value,
      user: user.user,
      restored: target.restored,
      strays: integrations.strays,
      adoptable: draft.adoptable,
    },
  };
}

async function currentProblem(
  bench: Workbench,
  current: { readonly kind: 'empty' } | { readonly kind: 'unusable'; readonly problem: string },
): Promise<Refusal> {
  const { secret } = bench.credential;
  if ((await bench.read(secret)).kind === 'absent') return refusals.credentialSecretMissing(secret);
  return refusals.credentialSecretUnusable(
    secret,
    current.kind === 'empty' ? 'it is empty' : current.problem,
  );
}

export function connectionProblem(
  bench: Workbench,
  connection: { readonly kind: 'empty' } | { readonly kind: 'unusable'; readonly problem: string },
): Refusal {
  const { kind, secret } = bench.credential.orgConfig.connection;
  const problem = connection.kind === 'empty' ? 'it is empty' : connection.problem;
  return refusals.connectionSecretUnusable(secret, problem, connectionFields(kind));
}

async function loginAppState(bench: Workbench): Promise<Refusal | undefined> {
  for (const secret of loginSecrets(bench.credential)) {
    const problem = loginAppProblem(await bench.read(secret));
    if (problem !== undefined) return refusals.loginAppUnusable(secret, problem);
  }
  return undefined;
}

async function draftState(
  bench: Workbench,
  current: CredentialValue,
  rotationId: string | undefined,
): Promise<{ kind: 'free'; adoptable: Draft | undefined } | { kind: 'refused'; refusal: Refusal }> {
  const { draftSecret } = bench.credential;
  if ((await bench.read(draftSecret)).kind === 'absent')
    return refused(refusals.draftSecretMissing(draftSecret));
  const draft = await bench.draft();
  if (draft.kind === 'empty') return { kind: 'free', adoptable: undefined };
  if (draft.kind === 'unusable') return refused(refusals.draftHoldsAnotherRotation(draftSecret));
  if (sameLogin(draft.value, current)) return { kind: 'free', adoptable: undefined };
  const ours =
    rotationId !== undefined && draft.value.verifiedAt === undefined && draft.value.rotationId === rotationId;
  return ours
    ? { kind: 'free', adoptable: draft.value }
    : refused(refusals.draftHoldsAnotherRotation(draftSecret));
}

async function userState(
  bench: Workbench,
  connection: OrgConnection,
  username: string,
  lockedIsFine: boolean,
): Promise<{ kind: 'found'; user: OrgUser } | { kind: 'refused'; refusal: Refusal }> {
  const found = await bench.ports.org.findUser(connection, username);
  if (found.kind === 'connection-refused')
    return refused(refusals.orgConnectionRefused(bench.credential.org, found.detail, found.remedy));
  if (found.kind === 'no-such-user') return refused(refusals.userNotFound(username, bench.credential.org));
  const { user } = found;
  if (!user.isActive) return refused(refusals.userInactive(username));
  if (user.isFrozen) return refused(refusals.userFrozen(username));
  if (user.isLocked && !lockedIsFine) return refused(refusals.userLocked(username));
  return { kind: 'found', user };
}

/** Neither a rollback nor what follows an outside change sets a password. */
function setsPassword({ rotation, request }: CredentialState): boolean {
  const cause = rotation?.cause ?? request?.cause;
  return cause !== 'rollback' && cause !== 'outside-change';
}

/**
 * After an outside change the integrations keep failing and may lock the user
 * out. That does not keep the service from asking or from setting a password,
 * only from trying.
 */
function mayBeLocked({ rotation, request }: CredentialState, { strategy }: Credential): boolean {
  if ((rotation ?? request)?.cause === 'take-over') return strategy.kind === 'single-user';
  return rotation === undefined && request?.cause === 'outside-change';
}

function refused(refusal: Refusal): { readonly kind: 'refused'; readonly refusal: Refusal } {
  return { kind: 'refused', refusal };
}
