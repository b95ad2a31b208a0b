import { SalesforceLogin } from '../../lib/adapters/salesforce-login.ts';
import { SelfOrg } from '../../lib/adapters/self-org.ts';
import type { LoginWay } from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { APP, Bench } from '../conformance/salesforce/harness.ts';
import { FakeOrg } from '../support/fakes/fake-org.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { MemoryTelemetry } from '../support/fakes/memory-messaging.ts';
import { deedsAtFake, deedsAtStandIn } from './org-deeds.ts';
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
    ...deedsAtFake(org, billing, clock),
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
  const { org } = bench;
  return {
    org: new SelfOrg(),
    login: new SalesforceLogin(new MemoryTelemetry()),
    loginUrl: bench.url,
    way: wayOf(kind),
    sessions: () => org.view.sessions.length,
    attempts: () => org.view.loginHistory.length,
    ...deedsAtStandIn(bench, BILLING.username),
  };
});
