import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { asksForLogins } from '../../../../lib/core/watch/asked-logins.ts';
import { rotateNow } from '../../../../lib/core/watch/watch.ts';
import { PERIOD_SECONDS, WatchedFleet } from '../../../support/watched-fleet.ts';

/** Policies repeat every seven credentials; these only tell people. */
const ROTATED = 14;
const CREDENTIALS = 21;
const ORGS = 3;
const CLIENT = { sourceIp: '203.0.113.7', application: 'DataLoader' };

let fleet: WatchedFleet;
const member = (index = ROTATED) => {
  const found = fleet.members[index];
  if (found === undefined) throw new Error(`no credential ${index}`);
  return found;
};
const stateOf = (index = ROTATED): CredentialState => fleet.state(member(index).name);
const rotate = async (index = ROTATED) => {
  await rotateNow(fleet.ports, fleet.configuration, member(index).name, 'ann');
  await fleet.settle();
};
const later = async (periods = 1) => {
  for (let period = 0; period < periods; period += 1) {
    fleet.pass(PERIOD_SECONDS);
    await fleet.look();
  }
};
/** As a client that has kept what the secret held before. */
const oldClient = (index = ROTATED) =>
  member(index).org.clientLogsIn(member(index).user.username, 'the-old-Passw0rd', CLIENT);
const eventsOf = (type: string, index = ROTATED) =>
  fleet.notifier.announced.filter((event) => event.type === type && event.credential === member(index).name);
const loginReads = () => fleet.orgs.map((org) => org.loginReads);
const logins = () => fleet.orgs.reduce((sum, org) => sum + org.logins, 0);
/** Heartbeats are for other tests. */
const WITHOUT_HEARTBEATS = { heartbeat: 0 } as const;

beforeEach(async () => {
  fleet = new WatchedFleet(CREDENTIALS, ORGS, () => 0, WITHOUT_HEARTBEATS);
  await fleet.look();
  await later();
});

describe('the login history', () => {
  test('is read in one more call of the one org where a swap was, and nowhere else', async () => {
    await later(3);
    expect(loginReads()).toEqual([0, 0, 0]);
    await rotate();
    await rotate(ROTATED + ORGS);
    const before = fleet.orgs.map(({ bulkReads }) => bulkReads);
    await later();
    const expected = fleet.orgs.map((org) => (org === member().org ? 1 : 0));
    expect(loginReads()).toEqual(expected);
    expect(fleet.orgs.map(({ bulkReads }) => bulkReads)).toEqual(before.map((count) => count + 1));
  });

  test('is not read any more when the stragglers are gone', async () => {
    await rotate();
    await later(289);
    expect(stateOf().stragglers?.convergedAt).toBeDefined();
    const before = loginReads();
    await later(3);
    expect(loginReads()).toEqual(before);
    expect(
      fleet.members.every(({ name }, index) => !asksForLogins(stateOf(index), credential(name), now())),
    ).toBe(true);
  });

  test('that cannot be read keeps no record from being judged, and leaves a warning', async () => {
    await rotate();
    const { org } = member();
    org.readLogins = async () => {
      throw new Error('the history is not there');
    };
    fleet.pass(60);
    org.changeOutside(member().user, 'Outside-Passw0rd-1');
    await later();
    expect(eventsOf('Password Changed Outside')).toHaveLength(1);
    expect(fleet.telemetry.warnings.filter((warning) => warning.includes('login history'))).toHaveLength(1);
    expect(stateOf().stragglers).toMatchObject({ seen: [] });
  });

  test('that the org does not show is not taken for silence', async () => {
    await rotate();
    member().org.showsLogins = false;
    await later();
    expect(stateOf().stragglers).toMatchObject({ unseen: true });
    member().org.showsLogins = true;
    await later();
    expect(stateOf().stragglers?.unseen).toBeUndefined();
  });
});

const now = () => fleet.clock.now();
const credential = (name: string) => {
  const found = fleet.configuration.credentials.get(name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('a client with the old credential', () => {
  const tries = async (periods: number) => {
    for (let period = 0; period < periods; period += 1) {
      oldClient();
      await later();
    }
  };

  test('is named once after the grace, gone after a day, and costs the service no login', async () => {
    await rotate();
    const before = logins();
    await tries(6);
    const [event, ...others] = eventsOf('Straggler Seen').filter(({ reason }) => reason === 'old-credential');
    expect(others).toEqual([]);
    expect(event?.message).toContain('203.0.113.7 (DataLoader)');
    expect(stateOf().stragglers?.seen).toMatchObject([{ ...CLIENT, logins: 6 }]);
    await later(289);
    expect(stateOf().stragglers?.convergedAt).toBeDefined();
    expect(logins()).toBe(before);
    expect(eventsOf('Straggler Seen').filter(({ reason }) => reason === 'old-credential')).toHaveLength(1);
  });

  test('that changes over within the grace is not named', async () => {
    await rotate();
    await tries(2);
    await later(6);
    expect(eventsOf('Straggler Seen')).toEqual([]);
  });

  test('is found by the next look where the write of this one was lost', async () => {
    await rotate();
    await tries(3);
    oldClient();
    fleet.pass(PERIOD_SECONDS);
    const save = fleet.ledger.save.bind(fleet.ledger);
    fleet.ledger.save = async () => {
      throw new Error('the ledger is down');
    };
    await fleet.look();
    fleet.ledger.save = save;
    expect(eventsOf('Straggler Seen')).toEqual([]);
    await later();
    expect(eventsOf('Straggler Seen').filter(({ reason }) => reason === 'old-credential')).toHaveLength(1);
  });

  test('begins anew with the next swap', async () => {
    await rotate();
    await tries(6);
    await rotate();
    expect(stateOf().stragglers).toEqual({ from: stateOf().since, seen: [] });
    await tries(6);
    expect(eventsOf('Straggler Seen').filter(({ reason }) => reason === 'old-credential')).toHaveLength(2);
  });
});

test.each([-600, 600])(
  'an org whose clock is %d s ahead takes nobody for a straggler within the grace',
  async (skew) => {
    fleet = new WatchedFleet(CREDENTIALS, ORGS, () => skew, WITHOUT_HEARTBEATS);
    await fleet.look();
    await later();
    await rotate();
    for (let period = 0; period < 2; period += 1) {
      oldClient();
      await later();
    }
    await later(6);
    expect(eventsOf('Straggler Seen')).toEqual([]);
  },
);

test('a login that worked spares the heartbeat that was about to be due', async () => {
  fleet = new WatchedFleet(1, 1);
  await fleet.look();
  await rotate(0);
  await later(270);
  const before = logins();
  const { org, user } = member(0);
  org.clientLogsIn(user.username, user.password + user.token, CLIENT);
  await later(35);
  expect(logins()).toBe(before);
  expect(Date.parse(stateOf(0).user?.provenAt ?? '')).toBeGreaterThan(
    now().getTime() - 36 * PERIOD_SECONDS * 1_000,
  );
});
