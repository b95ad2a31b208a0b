import { SalesforceLogin } from '../../lib/adapters/salesforce-login.ts';
import { SelfOrg } from '../../lib/adapters/self-org.ts';
import type { LoginWay } from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { PASS } from '../../lib/sandbox/wire.ts';
import { APP, Bench, DAY } from '../conformance/salesforce/harness.ts';
import { FakeOrg } from '../support/fakes/fake-org.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryTelemetry } from '../support/fakes/memory-messaging.ts';
import { BILLING, OBRIEN } from './salesforce.contract.ts';
import { type SelfBench, selfContract } from './self-org.contract.ts';

function wayOf(kind: LoginWay['kind']): LoginWay {
  if (kind === 'soap') return { kind, apiVersion: '64.0' };
  const clientId = Redacted.of<string>(APP.clientId);
  return { kind, app: { clientId, clientSecret: Redacted.of<string>(APP.clientSecret) } };
}

selfContract('in memory', async (kind): Promise<SelfBench> => {
  const clock = new FixedClock('2026-11-01T00:00:00.400Z');
  const org = new FakeOrg(clock, APP);
  const billing = org.addUser({ ...BILLING });
  org.addUser({ ...OBRIEN });
  return {
    org,
    login: org,
    loginUrl: 'https://acme.my.salesforce.com',
    way: wayOf(kind),
    sessions: () => org.own.left,
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

selfContract('Salesforce', async (kind): Promise<SelfBench> => {
  const bench = await Bench.start({
    settings: {
      onApiPasswordSet: 'keep-token',
      oauthPasswordFlowEnabled: true,
      policy: { lockoutAfter: 3 },
    },
    connectedApps: [APP],
    users: [BILLING, OBRIEN].map(({ token, ...rest }) => ({
      ...rest,
      securityToken: token,
      firstName: 'Bill',
      lastName: 'Ing',
      lastPasswordChangeDate: '2026-10-01T00:00:00Z',
    })),
  });
  const { org, wire, clock } = bench;
  const passing = wire.before.bind(wire);
  const change = (changes: Parameters<typeof org.updateUser>[1]) => org.updateUser(BILLING.username, changes);
  return {
    org: new SelfOrg(),
    login: new SalesforceLogin(new MemoryTelemetry()),
    loginUrl: bench.url,
    way: wayOf(kind),
    sessions: () => org.view.sessions.length,
    attempts: () => org.view.loginHistory.length,
    deactivate: () => change({ isActive: false }),
    freeze: () => change({ isFrozen: true }),
    lock: async () => {
      for (let turn = 0; turn < 3; turn += 1) await bench.soapLogin(BILLING.username, 'wrong');
    },
    expire: () => clock.advance(91 * DAY),
    restrictAddresses: () => change({ loginIpRanges: [{ start: '10.9.0.0', end: '10.9.0.9' }] }),
    turnOffLogin: () => org.updateSettings({ soapLoginEnabled: false, oauthPasswordFlowEnabled: false }),
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
