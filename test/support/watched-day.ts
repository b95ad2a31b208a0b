import { submitCredential } from '../../lib/core/intake/submit-credential.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { rotateNow } from '../../lib/core/watch/watch.ts';
import { PERIOD_SECONDS, WatchedFleet } from './watched-fleet.ts';

const PERIODS = 288;
const CHANGES_PER_PERIOD = 2;
/** Every so many periods the service rotates one credential by itself. */
const ROTATE_EVERY = 2;
/** After every so many of these a client goes on with the old credential for an hour. */
const STRAGGLE_EVERY = 8;
const STRAGGLING_PERIODS = 12;
const OLD_CLIENT = { sourceIp: '203.0.113.7', application: 'Nightly Export' } as const;

export interface WatchedDay {
  readonly fleet: WatchedFleet;
  /** Of each outside change, until people were told. Infinite for one that nobody was told of. */
  readonly delaysSeconds: readonly number[];
  /** Tellings of a change that did not happen, or that had been told. */
  readonly falseAlarms: number;
  readonly ownRotations: number;
  /** Clients that went on with an old credential, and how often people were told of each; and what was told of others. */
  readonly stragglers: {
    readonly credentials: readonly string[];
    readonly toldTimes: readonly number[];
    readonly falseAlarms: number;
  };
}

/**
 * A day of watching, in memory: passwords change behind the service's back, the
 * service rotates others by itself, now and then without an answer or with a
 * date that is not told, and people bring what they are asked for half an hour later.
 *
 * @param random Yields numbers from 0 to 1.
 */
export async function watchedDay(
  credentials: number,
  orgs: number,
  random: () => number,
): Promise<WatchedDay> {
  // Each org's clock is up to ten minutes ahead or behind.
  const fleet = new WatchedFleet(credentials, orgs, () => Math.round((random() * 2 - 1) * 600));
  const pending = new Map<string, number>();
  const bringAt = new Map<string, number>();
  const delaysSeconds: number[] = [];
  let falseAlarms = 0;
  let ownRotations = 0;
  let serial = 0;
  const now = () => fleet.clock.now().getTime();
  const pick = () => fleet.members[Math.floor(random() * fleet.members.length)];
  const straggling = new Map<string, { readonly password: string; periodsLeft: number }>();
  const straggled: string[] = [];
  const isAtRest = (name: string) => {
    const { phase, request, user } = fleet.state(name);
    const isIdle = phase === 'idle' && request === undefined && user?.changedAt !== undefined;
    return isIdle && !pending.has(name) && !straggling.has(name);
  };

  await fleet.look();
  await fleet.look();
  for (let period = 0; period < PERIODS; period += 1) {
    // The changes of this period, at their moments in it.
    const moments = Array.from({ length: CHANGES_PER_PERIOD }, () => 1 + Math.floor(random() * 298)).toSorted(
      (a, b) => a - b,
    );
    let passed = 0;
    for (const moment of moments) {
      fleet.pass(moment - passed);
      passed = moment;
      const member = pick();
      if (member === undefined || !isAtRest(member.name)) continue;
      serial += 1;
      member.org.changeOutside(member.user, `Outside-${serial}-Passw0rd`);
      pending.set(member.name, now());
      if (member.policy === 'prompt') bringAt.set(member.name, now() + 6 * PERIOD_SECONDS * 1_000);
    }
    fleet.pass(PERIOD_SECONDS - passed);
    for (const [name, client] of straggling) {
      const member = fleet.members.find((candidate) => candidate.name === name);
      if (client.periodsLeft === 0 || member === undefined) straggling.delete(name);
      else member.org.clientLogsIn(member.user.username, client.password, OLD_CLIENT);
      client.periodsLeft -= 1;
    }

    const before = fleet.notifier.announced.length;
    await fleet.look();
    for (const { type, credential } of fleet.notifier.announced.slice(before)) {
      if (type !== 'Password Changed Outside') continue;
      const changedAt = pending.get(credential);
      if (changedAt === undefined) falseAlarms += 1;
      else delaysSeconds.push((now() - changedAt) / 1_000);
      pending.delete(credential);
    }

    for (const [name, at] of bringAt) {
      const member = fleet.members.find((candidate) => candidate.name === name);
      if (now() < at || member === undefined) continue;
      bringAt.delete(name);
      await submitCredential(fleet.ports, fleet.configuration, {
        credential: name,
        password: Redacted.of(member.user.password),
        pasted: Redacted.of(member.user.token),
        by: 'ann',
      });
      await fleet.queue.poke(name);
      await fleet.settle();
    }

    const own = period % ROTATE_EVERY === 0 ? pick() : undefined;
    if (own !== undefined && isAtRest(own.name)) {
      const { password } = own.user;
      own.org.losesNextAnswer = ownRotations % 5 === 1;
      own.org.losesNextDate = ownRotations % 5 === 2;
      await rotateNow(fleet.ports, fleet.configuration, own.name, 'ann');
      await fleet.settle();
      ownRotations += 1;
      // What begins in the last hour of the day has no time to be noticed.
      if (ownRotations % STRAGGLE_EVERY === 0 && period < PERIODS - STRAGGLING_PERIODS) {
        straggling.set(own.name, { password, periodsLeft: STRAGGLING_PERIODS });
        straggled.push(own.name);
      }
    }
  }
  const missed = [...pending.values()].map(() => Number.POSITIVE_INFINITY);
  const tellings = fleet.notifier.announced.filter(
    ({ type, reason }) => type === 'Straggler Seen' && reason === 'old-credential',
  );
  const stragglers = {
    credentials: straggled,
    toldTimes: straggled.map((name) => tellings.filter(({ credential }) => credential === name).length),
    falseAlarms: tellings.filter(({ credential }) => !straggled.includes(credential)).length,
  };
  return { fleet, delaysSeconds: [...delaysSeconds, ...missed], falseAlarms, ownRotations, stragglers };
}
