import { SalesforceLogin } from '../../lib/adapters/salesforce-login.ts';
import { SalesforceOrg } from '../../lib/adapters/salesforce-org.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { PASS } from '../../lib/sandbox/wire.ts';
import { ADMIN, APP, Bench, DAY } from '../conformance/salesforce/harness.ts';
import { FakeOrg } from '../support/fakes/fake-org.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryTelemetry } from '../support/fakes/memory-messaging.ts';
import { BILLING, OBRIEN, type SalesforceBench, salesforceContract } from './salesforce.contract.ts';

const connectionTo = (loginUrl: string) => ({
  loginUrl,
  clientId: Redacted.of(APP.clientId as string),
  clientSecret: Redacted.of(APP.clientSecret as string),
});

salesforceContract('in memory', async (): Promise<SalesforceBench> => {
  const clock = new FixedClock('2026-11-01T00:00:00.400Z');
  const org = new FakeOrg(clock, APP);
  const billing = org.addUser({ ...BILLING });
  org.addUser({ ...OBRIEN });
  return {
    org,
    login: org,
    connection: connectionTo('https://acme.my.salesforce.com'),
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
    turnOffSoapLogin: () => {
      org.soapLogin = false;
    },
    takePermissionAway: () => {
      org.mayReset = false;
    },
    cut: (what) => {
      org.lost = what;
    },
    mend: () => {
      org.lost = undefined;
    },
    later: (seconds) => clock.advance(seconds),
    stop: async () => undefined,
  };
});

const person = ({ username, password, token }: typeof BILLING | typeof OBRIEN) => ({
  username,
  password,
  securityToken: token,
  firstName: 'Bill',
  lastName: 'Ing',
  lastPasswordChangeDate: '2026-10-01T00:00:00Z',
});

salesforceContract('Salesforce', async (): Promise<SalesforceBench> => {
  const bench = await Bench.start({
    settings: { onApiPasswordSet: 'keep-token', policy: { lockoutAfter: 3 } },
    users: [{ ...person(BILLING), id: '005580000000001AAA' }, person(OBRIEN), ADMIN],
  });
  const { org, wire, clock } = bench;
  const passing = wire.before.bind(wire);
  return {
    org: new SalesforceOrg(clock),
    login: new SalesforceLogin(new MemoryTelemetry()),
    connection: connectionTo(bench.url),
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
    turnOffSoapLogin: () => org.updateSettings({ soapLoginEnabled: false }),
    takePermissionAway: () => org.updateUser(ADMIN.username, { permissions: { manageUsers: false } }),
    cut: (what) => {
      if (what === 'request') wire.before = () => ({ kind: 'cut' });
      else wire.after = () => ({ kind: 'cut' });
    },
    mend: () => {
      wire.before = passing;
      wire.after = () => PASS;
    },
    later: (seconds) => clock.advance(seconds * 1_000),
    stop: () => bench.stop(),
  };
});
