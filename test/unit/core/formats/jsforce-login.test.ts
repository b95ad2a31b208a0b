import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Connection } from 'jsforce';
import { ADMIN, Bench, BILLING } from '../../../conformance/salesforce/harness.ts';
import { credential, inFormat, rendered } from './harness.ts';

const HARD = { ...BILLING, password: '&<>" é#1aA=%$x' };
let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start({ users: [HARD, ADMIN] });
});
afterEach(() => bench.stop());

/** Logs in as a program does that reads its environment from the secret. */
async function logIn(secret: string) {
  const { SF_LOGIN_URL, SF_USERNAME, SF_PASSWORD } = parseEnv(secret);
  const connection = new Connection({ loginUrl: SF_LOGIN_URL ?? '', version: '64.0', logLevel: 'FATAL' });
  return connection.login(SF_USERNAME ?? '', SF_PASSWORD ?? '');
}

test('jsforce logs in with what the rendering says', async () => {
  const { username, password, securityToken: token } = HARD;
  const current = "# of the worker\nLOG_LEVEL=info\nSF_PASSWORD='of last month'\n";
  const secret = rendered(
    inFormat('jsforce-env'),
    current,
    credential({ username, password, token, loginUrl: bench.url }),
  );
  const { organizationId } = await logIn(secret);
  expect(bench.org.organizationId.slice(0, 15)).toBe(organizationId.slice(0, 15));
});

test('and is refused where the token is left out', async () => {
  const { username, password } = HARD;
  const value = credential({ username, password, token: undefined, loginUrl: bench.url });
  await expect(logIn(rendered(inFormat('jsforce-env'), '', value))).rejects.toThrow(
    'LOGIN_MUST_USE_SECURITY_TOKEN',
  );
});
