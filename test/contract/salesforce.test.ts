import { generateKeyPairSync } from 'node:crypto';
import { OrgByConnection } from '../../lib/adapters/org-by-connection.ts';
import { SalesforceLogin } from '../../lib/adapters/salesforce-login.ts';
import { SalesforceOrg } from '../../lib/adapters/salesforce-org.ts';
import { SelfOrg } from '../../lib/adapters/self-org.ts';
import type { AppConnection, LoginWay } from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { ADMIN, APP, Bench } from '../conformance/salesforce/harness.ts';
import { FakeOrg } from '../support/fakes/fake-org.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryTelemetry } from '../support/fakes/memory-messaging.ts';
import { deedsAtFake, deedsAtStandIn } from './org-deeds.ts';
import {
  BILLING,
  OBRIEN,
  type SalesforceBench,
  salesforceContract,
  type Variant,
} from './salesforce.contract.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
/** May both name its run-as user and be asked by an assertion. */
const KEYED_APP = { ...APP, publicKeyPem: publicKey, approvedUsers: [ADMIN.username] };
const OAUTH_APP = {
  clientId: Redacted.of<string>(APP.clientId),
  clientSecret: Redacted.of<string>(APP.clientSecret),
};

function connectionTo(loginUrl: string, { connection: kind }: Variant): AppConnection {
  if (kind === 'client-credentials') return { kind, loginUrl, ...OAUTH_APP };
  const { clientId } = OAUTH_APP;
  const username = ADMIN.username;
  return { kind, loginUrl, clientId, username, privateKey: Redacted.of(privateKey), audience: undefined };
}

function wayOf({ login: kind }: Variant): LoginWay {
  return kind === 'soap' ? { kind, apiVersion: '64.0' } : { kind, app: OAUTH_APP };
}

salesforceContract('in memory', async (variant): Promise<SalesforceBench> => {
  const clock = new FixedClock('2026-11-01T00:00:00.400Z');
  const org = new FakeOrg(clock, APP);
  const billing = org.addUser({ ...BILLING });
  org.addUser({ ...OBRIEN });
  return {
    org,
    login: org,
    connection: connectionTo('https://acme.my.salesforce.com', variant),
    way: wayOf(variant),
    attempts: () => org.logins,
    ...deedsAtFake(org, billing, clock),
    requireAnyApiAuth: () => {
      org.anyApiAuth = false;
    },
    takePermissionAway: () => {
      org.mayReset = false;
      org.showsLogins = false;
    },
  };
});

const person = ({ username, password, token, ...rest }: typeof BILLING | typeof OBRIEN) => ({
  ...rest,
  username,
  password,
  securityToken: token,
  firstName: 'Bill',
  lastName: 'Ing',
  lastPasswordChangeDate: '2026-10-01T00:00:00Z',
});

salesforceContract('Salesforce', async (variant): Promise<SalesforceBench> => {
  const bench = await Bench.start({
    settings: {
      onApiPasswordSet: 'keep-token',
      oauthPasswordFlowEnabled: true,
      policy: { lockoutAfter: 3 },
    },
    connectedApps: [KEYED_APP],
    users: [{ ...person(BILLING), id: '005580000000001AAA' }, person(OBRIEN), ADMIN],
  });
  const { org, clock } = bench;
  return {
    org: new OrgByConnection(new SalesforceOrg(clock), new SelfOrg()),
    login: new SalesforceLogin(new MemoryTelemetry()),
    connection: connectionTo(bench.url, variant),
    way: wayOf(variant),
    attempts: () =>
      org.view.loginHistory.filter((row) => row.userId !== org.inspect(ADMIN.username).id).length,
    ...deedsAtStandIn(bench, BILLING.username),
    requireAnyApiAuth: () => org.updateSettings({ requireUseAnyApiAuth: true }),
    takePermissionAway: () => org.updateUser(ADMIN.username, { permissions: { manageUsers: false } }),
  };
});
