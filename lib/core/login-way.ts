import type { Credential } from './config/load.ts';
import { parseLoginApp } from './domain/connection.ts';
import type { ParsedValue } from './domain/secret-fields.ts';
import { LoginAppUnusable } from './errors.ts';
import type { Ports } from './ports/ports.ts';
import type { LoginWay, OAuthApp } from './ports/salesforce.ts';
import type { SecretRead } from './ports/secret-store.ts';

/**
 * How a login of the credential is made, as its integrations make it.
 *
 * @throws LoginAppUnusable where the app's secret cannot be used.
 */
export async function loginWay(
  { secrets }: Pick<Ports, 'secrets'>,
  { login }: Credential,
): Promise<LoginWay> {
  if (login.kind === 'soap') return login;
  const app = readLoginApp((await secrets.readCurrent([login.secret])).get(login.secret));
  if (app.kind !== 'value') throw new LoginAppUnusable(login.secret, problemOf(app));
  return { kind: 'oauth-password', app: app.value };
}

/** What is wrong with the app's secret; `undefined` where nothing is. */
export function loginAppProblem(read: SecretRead | undefined): string | undefined {
  const app = readLoginApp(read);
  return app.kind === 'value' ? undefined : problemOf(app);
}

function readLoginApp(read: SecretRead | undefined): ParsedValue<OAuthApp> {
  if (read === undefined) return { kind: 'unusable', problem: 'it was not returned' };
  return read.kind === 'found' ? parseLoginApp(read.text) : { kind: 'unusable', problem: read.problem };
}

function problemOf(app: Exclude<ParsedValue<OAuthApp>, { kind: 'value' }>): string {
  return app.kind === 'empty' ? 'it is empty' : app.problem;
}
