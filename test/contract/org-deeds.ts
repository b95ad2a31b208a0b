import { PASS } from '../../lib/sandbox/wire.ts';
import { type Bench, DAY } from '../conformance/salesforce/harness.ts';
import type { FakeOrg, FakeUser } from '../support/fakes/fake-org.ts';
import type { FixedClock } from '../support/fakes/fixed-clock.ts';

/** What is done to the org and to one user of it, the same for every contract that is about it. */

export function deedsAtFake(org: FakeOrg, user: FakeUser, clock: FixedClock) {
  return {
    deactivate: () => {
      user.isActive = false;
    },
    freeze: () => {
      user.isFrozen = true;
    },
    lock: async () => {
      user.isLocked = true;
    },
    expire: () => {
      user.expired = true;
    },
    restrictAddresses: () => {
      org.restriction = 'The user is not allowed to log in from this IP address.';
    },
    turnOffLogin: () => {
      org.soapLogin = false;
      org.passwordFlow = false;
    },
    cut: (what: 'request' | 'answer') => {
      org.lost = what;
    },
    mend: () => {
      org.lost = undefined;
    },
    now: () => clock.now(),
    later: (seconds: number) => clock.advance(seconds),
    stop: async () => undefined,
  };
}

/** The lockout comes after three failed logins there. */
export function deedsAtStandIn(bench: Bench, username: string) {
  const { org, wire, clock } = bench;
  const passing = wire.before.bind(wire);
  const change = (changes: Parameters<typeof org.updateUser>[1]) => org.updateUser(username, changes);
  return {
    deactivate: () => change({ isActive: false }),
    freeze: () => change({ isFrozen: true }),
    lock: async () => {
      for (let turn = 0; turn < 3; turn += 1) await bench.soapLogin(username, 'wrong');
    },
    expire: () => clock.advance(91 * DAY),
    restrictAddresses: () => change({ loginIpRanges: [{ start: '10.9.0.0', end: '10.9.0.9' }] }),
    turnOffLogin: () => org.updateSettings({ soapLoginEnabled: false, oauthPasswordFlowEnabled: false }),
    cut: (what: 'request' | 'answer') => {
      if (what === 'request') wire.before = () => ({ kind: 'cut' });
      else wire.after = () => ({ kind: 'cut' });
    },
    mend: () => {
      wire.before = passing;
      wire.after = () => PASS;
    },
    now: () => clock.now(),
    later: (seconds: number) => clock.advance(seconds * 1_000),
    stop: () => bench.stop(),
  };
}
