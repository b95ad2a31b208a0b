import { generateKeyPairSync } from 'node:crypto';
import { OrgByConnection } from '../../lib/adapters/org-by-connection.ts';
import { SalesforceLogin } from '../../lib/adapters/salesforce-login.ts';
import { SalesforceOrg } from '../../lib/adapters/salesforce-org.ts';
import { SelfOrg } from '../../lib/adapters/self-org.ts';
import type { AppConnection, LoginWay } from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { PASS } from '../../lib/sandbox/wire.ts';
import { ADMIN, APP, Bench, DAY } from '../conformance/salesforce/harness.ts';
import { FakeOrg } from '../support/fakes/fake-org.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryTelemetry } from '../support/fakes/memory-messaging.ts';
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
    deactivate: () => {
      billing.isActive = false;
    },
    freeze: () => {
      billing.isFrozen = true;
    },
    lock: async () => {
      billing.isLocked = true;
    },
    expire: () => {
      billing.expired = true;
    },
    restrictAddresses: () => {
      org.restriction = 'The user is not allowed to log in from this IP address.';
    },
    turnOffLogin: () => {
      org.soapLogin = false;
      org.passwordFlow = false;
    },
    requireAnyApiAuth: () => {
      org.anyApiAuth = false;
    },
    takePermissionAway: () => {
      org.mayReset = false;
      org.showsLogins = false;
    },
    cut: (what) => {
      org.lost = what;
    },
    mend: () => {
      org.lost = undefined;
    },
    now: () => clock.now(),
    later: (seconds) => clock.advance(seconds),
    stop: async () => undefined,
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
  const { org, wire, clock } = bench;
  const passing = wire.before.bind(wire);
  return {
    org: new OrgByConnection(new SalesforceOrg(clock), new SelfOrg()),
    login: new SalesforceLogin(new MemoryTelemetry()),
    connection: connectionTo(bench.url, variant),
    way: wayOf(variant),
    attempts: () =>
      org.view.loginHistory.filter((row) => row.userId !== org.inspect(ADMIN.username).id).length,
    deactivate: () => org.updateUser(BILLING.username, { isActive: false }),
    freeze: () => org.updateUser(BILLING.username, { isFrozen: true }),
    lock: async () => {
      for (let turn = 0; turn < 3; turn += 1) await bench.soapLogin(BILLING.username, 'wrong');
    },
    expire: () => clock.advance(91 * DAY),
    restrictAddresses: () =>
      org.updateUser(BILLING.username, { loginIpRanges: [{ start: '10.9.0.0', end: '10.9.0.9' }] }),
    turnOffLogin: () => org.updateSettings({ soapLoginEnabled: false, oauthPasswordFlowEnabled: false }),
    requireAnyApiAuth: () => org.updateSettings({ requireUseAnyApiAuth: true }),
    takePermissionAway: () => org.updateUser(ADMIN.username, { permissions: { manageUsers: false } }),
    cut: (what) => {
      if (what === 'request') wire.before = () => ({ kind: 'cut' });
      else wire.after = () => ({ kind: 'cut' });
    },
    mend: () => {
      wire.before = passing;
      wire.after = () => PASS;
    },
    now: () => clock.now(),
    later: (seconds) => clock.advance(seconds * 1_000),
    stop: () => bench.stop(),
  };
});
