import { OrgByConnection } from '../../lib/adapters/org-by-connection.ts';
import { SalesforceOrg } from '../../lib/adapters/salesforce-org.ts';
import { SelfOrg } from '../../lib/adapters/self-org.ts';
import type { AppConnection, OrgAdministration } from '../../lib/core/ports/salesforce.ts';
import { watch } from '../../lib/core/watch/watch.ts';
import { ADMIN, APP, Bench } from '../conformance/salesforce/harness.ts';
import { SeededRandom } from '../support/fakes/seeded-random.ts';
import { watchedDay } from '../support/watched-day.ts';
import { PERIOD_SECONDS, WatchedFleet } from '../support/watched-fleet.ts';
import { medianOf } from './median.ts';

const FLEETS: readonly (readonly [credentials: number, orgs: number])[] = [
  [1, 1],
  [10, 1],
  [200, 1],
  [1_000, 1],
  [20, 20],
  [1_000, 20],
];
const RUNS = 5;
const DAY_FLEET = [1_000, 20] as const;
const MEGABYTE = 1_048_576;

/**
 * Runs of the watch over a fleet at rest, and a day of watching with outside
 * changes.
 *
 * - `salesforceCalls`: requests to all orgs of one run, by the real client to
 *   stand-ins; `sessionCalls` are those of the first run in ten minutes, which
 *   opens the service's own session in each org.
 * - `dynamodbCalls`: reads and writes of one run; one of each kind is one call.
 * - `cpuMs`: CPU time of one run without the network's part, median of five;
 *   `peakMemoryMB`: what the process had in memory at most, its tools among it.
 * - `detectionMedianS`, `detectionMaxS`: from a change in the org to the message
 *   to people, where the watch looks every five minutes.
 */
export async function* benchWatch(): AsyncGenerator<object> {
  for (const [credentials, orgs] of FLEETS) yield await measureRun(credentials, orgs);
  yield await measureDay();
}

async function measureRun(credentials: number, orgs: number): Promise<object> {
  const fleet = new WatchedFleet(credentials, orgs);
  await fleet.look();
  await fleet.look();
  const { ledgerCalls, cpuMs } = await measureIdleRuns(fleet);
  return {
    bench: 'watch',
    credentials,
    orgs,
    ...(await countSalesforceCalls(fleet)),
    dynamodbCalls: ledgerCalls,
    cpuMs: Number(cpuMs.toFixed(1)),
    peakMemoryMB: peakMemoryMB(),
  };
}

async function measureIdleRuns(
  fleet: WatchedFleet,
): Promise<{ readonly ledgerCalls: number; readonly cpuMs: number }> {
  let calls = 0;
  fleet.ledger.before = async () => {
    calls += 1;
  };
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    fleet.pass(PERIOD_SECONDS);
    const before = process.cpuUsage();
    await fleet.look();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
  }
  return { ledgerCalls: calls / RUNS, cpuMs: medianOf(times) };
}

/** The same fleet, with the users of each org in a stand-in of its own. */
async function countSalesforceCalls(
  fleet: WatchedFleet,
): Promise<{ readonly salesforceCalls: number; readonly sessionCalls: number }> {
  const standIns = await Promise.all(fleet.orgs.map((_, org) => startOrg(fleet, org)));
  try {
    const urls = new Map(standIns.map(({ url }, org) => [`https://org-${org}.my.salesforce.com`, url]));
    const ports = {
      ...fleet.ports,
      org: new OrgByConnection(redirected(new SalesforceOrg(fleet.clock), urls), new SelfOrg()),
    };
    const calls = () => standIns.reduce((sum, { wire }) => sum + wire.calls.length, 0);
    const counts: number[] = [];
    for (let run = 0; run < 2; run += 1) {
      const before = calls();
      const { unanswered } = await watch(ports, fleet.configuration);
      if (unanswered.length > 0) throw new Error(`no answer of ${unanswered.join(', ')}`);
      counts.push(calls() - before);
    }
    const [first = Number.NaN, second = Number.NaN] = counts;
    return { salesforceCalls: second, sessionCalls: first - second };
  } finally {
    await Promise.all(standIns.map((standIn) => standIn.stop()));
  }
}

function startOrg({ members, orgs }: WatchedFleet, org: number): Promise<Bench> {
  const users = members
    .filter((member) => member.org === orgs[org])
    .map(({ user }) => ({
      id: user.userId,
      username: user.username,
      password: user.password,
      securityToken: user.token,
      lastPasswordChangeDate: '2026-10-01T00:00:00Z',
    }));
  return Bench.start({ users: [ADMIN, ...users], connectedApps: [APP] });
}

/** The client of Salesforce, with each org's URL replaced by that of its stand-in. */
function redirected(org: SalesforceOrg, urls: ReadonlyMap<string, string>): OrgAdministration<AppConnection> {
  const at: OrgAdministration<AppConnection>['readUsers'] = (connection, usernames) =>
    org.readUsers({ ...connection, loginUrl: urls.get(connection.loginUrl) ?? '' }, usernames);
  return {
    readUsers: at,
    readLogins: (connection, wanted) =>
      org.readLogins({ ...connection, loginUrl: urls.get(connection.loginUrl) ?? '' }, wanted),
    findUser: org.findUser.bind(org),
    missingPermission: org.missingPermission.bind(org),
    passwordChangeDate: org.passwordChangeDate.bind(org),
    setPassword: org.setPassword.bind(org),
    lastLoginFailure: org.lastLoginFailure.bind(org),
    unlock: org.unlock.bind(org),
  };
}

async function measureDay(): Promise<object> {
  const [credentials, orgs] = DAY_FLEET;
  const bytes = new SeededRandom('bench');
  const random = () => Buffer.from(bytes.bytes(4)).readUInt32BE() / 2 ** 32;
  const { delaysSeconds, falseAlarms, ownRotations, stragglers } = await watchedDay(
    credentials,
    orgs,
    random,
  );
  return {
    bench: 'watch',
    during: 'a day with outside changes',
    credentials,
    orgs,
    outsideChanges: delaysSeconds.length,
    ownRotations,
    falseAlarms,
    stragglers: stragglers.credentials.length,
    stragglersTold: stragglers.toldTimes.filter((times) => times > 0).length,
    falseStragglers: stragglers.falseAlarms,
    detectionMedianS: medianOf(delaysSeconds),
    detectionMaxS: Math.max(...delaysSeconds),
  };
}

function peakMemoryMB(): number {
  return Math.round((process.resourceUsage().maxRSS * 1_024) / MEGABYTE);
}
