import { connectionSecrets } from '../config/connection-secrets.ts';
import { loginSecrets } from '../config/login-secrets.ts';
import { connectionFields } from '../domain/connection.ts';
import { sameLogin, samePassword } from '../domain/credential-value.ts';
import { type Refusal, refusals } from '../domain/refusal.ts';
import { loginAppProblem } from '../login-way.ts';
import { integrationsState } from './integrations-state.ts';
import { type CheckResult, NOT_POSSIBLE, passed, refused, type Scene } from './preflight-check.ts';
import { rotationTarget } from './rotation-target.ts';
import type { Workbench } from './workbench.ts';

/** The checks that Secrets Manager alone answers. */

export async function checkCredentialSecret({ bench }: Scene): Promise<CheckResult> {
  const { credential, ports } = bench;
  const description = await ports.secrets.describe(credential.secret);
  return description === undefined
    ? refused(credential.secret, refusals.credentialSecretMissing(credential.secret))
    : passed({ description });
}

export async function checkRotationEnabled({ bench, learned }: Scene): Promise<CheckResult> {
  if (learned.description === undefined) return NOT_POSSIBLE;
  const { secret } = bench.credential;
  return learned.description.rotationEnabled
    ? passed()
    : refused(secret, refusals.credentialWithoutRotation(secret));
}

export async function checkCredential({ bench }: Scene): Promise<CheckResult> {
  await fetchAll(bench);
  const current = await bench.current();
  if (current.kind === 'value') return passed({ current: current.value });
  const { secret } = bench.credential;
  if ((await bench.read(secret)).kind === 'absent')
    return refused(secret, refusals.credentialSecretMissing(secret));
  const problem = current.kind === 'empty' ? 'it is empty' : current.problem;
  return refused(secret, refusals.credentialSecretUnusable(secret, problem));
}

/** All that the checks read, in one batch. */
async function fetchAll(bench: Workbench): Promise<void> {
  const { credential } = bench;
  await bench.fetch([
    credential.secret,
    credential.draftSecret,
    ...connectionSecrets(credential),
    ...loginSecrets(credential),
    ...credential.integrations.map((integration) => integration.secret),
  ]);
}

export async function checkConnection({ bench }: Scene): Promise<CheckResult> {
  const connection = await bench.connection();
  return connection.kind === 'value'
    ? passed({ connection: connection.value })
    : refused(connectionSecrets(bench.credential)[0] ?? '', connectionProblem(bench, connection));
}

export function connectionProblem(
  bench: Workbench,
  connection: { readonly kind: 'empty' } | { readonly kind: 'unusable'; readonly problem: string },
): Refusal {
  const config = bench.credential.orgConfig.connection;
  if (config.kind === 'self') throw new Error('a connection without a secret is always usable');
  const problem = connection.kind === 'empty' ? 'it is empty' : connection.problem;
  return refusals.connectionSecretUnusable(config.secret, problem, connectionFields(config.kind));
}

export async function checkLoginApp({ bench }: Scene): Promise<CheckResult> {
  for (const secret of loginSecrets(bench.credential)) {
    const problem = loginAppProblem(await bench.read(secret));
    if (problem !== undefined) return refused(secret, refusals.loginAppUnusable(secret, problem));
  }
  return passed();
}

export async function checkTarget({ bench, state, learned }: Scene): Promise<CheckResult> {
  if (learned.current === undefined) return NOT_POSSIBLE;
  const target = await rotationTarget(bench, state, learned.current);
  return target.kind === 'refused' ? refused(bench.credential.secret, target.refusal) : passed({ target });
}

export async function checkDraft({ bench, state, learned }: Scene): Promise<CheckResult> {
  const { draftSecret } = bench.credential;
  if ((await bench.read(draftSecret)).kind === 'absent')
    return refused(draftSecret, refusals.draftSecretMissing(draftSecret));
  const draft = await bench.draft();
  if (draft.kind === 'empty') return passed({ draft: { adoptable: undefined } });
  if (draft.kind === 'unusable') return refused(draftSecret, refusals.draftHoldsAnotherRotation(draftSecret));
  if (learned.current === undefined) return NOT_POSSIBLE;
  // What a token reset left holds nothing that would be lost.
  const isLeft = draft.value.verifiedAt === undefined && samePassword(draft.value, learned.current);
  if (isLeft || sameLogin(draft.value, learned.current)) return passed({ draft: { adoptable: undefined } });
  const { rotation } = state;
  const isOurs =
    rotation !== undefined && draft.value.verifiedAt === undefined && draft.value.rotationId === rotation.id;
  return isOurs
    ? passed({ draft: { adoptable: draft.value } })
    : refused(draftSecret, refusals.draftHoldsAnotherRotation(draftSecret));
}

export async function checkIntegrations({ bench, learned }: Scene): Promise<CheckResult> {
  if (learned.current === undefined || learned.target === undefined) return NOT_POSSIBLE;
  const found = await integrationsState(bench, learned.current, learned.target.restored);
  return found.kind === 'refused' ? found : passed({ strays: found.strays });
}
