import { beforeAll, describe, expect, test } from '@jest/globals';
import { SeededRandom } from '../../../support/fakes/seeded-random.ts';
import { type WatchedDay, watchedDay } from '../../../support/watched-day.ts';
import { PERIOD_SECONDS } from '../../../support/watched-fleet.ts';

const CREDENTIALS = 1_000;
const ORGS = 20;

/** Numbers from 0 to 1 that repeat from run to run. */
function seeded(seed: string): () => number {
  const bytes = new SeededRandom(seed);
  return () => Buffer.from(bytes.bytes(4)).readUInt32BE() / 2 ** 32;
}

describe('a day of watching 1,000 credentials in 20 orgs, whose clocks are up to ten minutes wrong', () => {
  let day: WatchedDay;
  beforeAll(async () => {
    day = await watchedDay(CREDENTIALS, ORGS, seeded('a day'));
  }, 120_000);

  test('every outside change is told within two periods', () => {
    expect(day.delaysSeconds.length).toBeGreaterThan(400);
    expect(Math.max(...day.delaysSeconds)).toBeLessThanOrEqual(2 * PERIOD_SECONDS);
  });

  test('nothing else is told as one, whatever the service changed itself', () => {
    expect(day.ownRotations).toBeGreaterThan(100);
    expect(day.falseAlarms).toBe(0);
  });

  test('every client that goes on with an old credential is told of once, and no other', () => {
    const { credentials, toldTimes, falseAlarms } = day.stragglers;
    expect(new Set(credentials).size).toBeGreaterThan(10);
    for (const [index, name] of credentials.entries())
      expect([name, toldTimes[index]]).toEqual([name, credentials.filter((one) => one === name).length]);
    expect(falseAlarms).toBe(0);
  });

  test('the login history was read only where a swap was, in one call more', () => {
    for (const { bulkReads, loginReads } of day.fleet.orgs) expect(loginReads).toBeLessThanOrEqual(bulkReads);
    const rotated = new Set(
      day.fleet.notifier.announced
        .filter(({ type }) => type === 'Rotation Completed')
        .map(({ credential }) => credential),
    );
    for (const { name } of day.fleet.members)
      expect([name, day.fleet.state(name).stragglers !== undefined]).toEqual([name, rotated.has(name)]);
  });

  test('no attempt was wasted, and nothing is stuck', () => {
    const states = day.fleet.members.map(({ name }) => day.fleet.state(name));
    for (const { budgets } of states)
      expect(Object.values(budgets).reduce((sum, { spent }) => sum + spent, 0)).toBe(0);
    expect(states.filter(({ phase }) => phase === 'blocked')).toEqual([]);
  });

  test('each org was asked once for each look, and nobody logged in but for a rotation or a heartbeat', () => {
    for (const org of day.fleet.orgs) expect(org.bulkReads).toBeLessThanOrEqual(290);
    const logins = day.fleet.orgs.reduce((sum, org) => sum + org.logins, 0);
    const completed = day.fleet.notifier.announced.filter(({ type }) => type === 'Rotation Completed');
    expect(logins).toBeGreaterThanOrEqual(completed.length);
    expect(logins).toBeLessThanOrEqual(completed.length + CREDENTIALS);
  });
});
