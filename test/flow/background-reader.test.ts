import { afterEach, describe, expect, test } from '@jest/globals';
import { consumersOf } from '../../lib/sandbox/consumers.ts';
import { declaredOutage, outsideOutage } from '../../lib/sandbox/demo/outage.ts';
import { BackgroundReader, INTEGRATIONS_CALLER } from '../../lib/sandbox/reader.ts';
import type { SettingsChange } from '../../lib/sandbox/salesforce/settings.ts';
import { OTHER_USERNAME, type Scenario } from '../../lib/sandbox/scenario.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { ReadingWire } from '../support/reading-wire.ts';
import { DAY, HOUR, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

/** Where integrations are refused, which would lock the user out; see the demo's settings. */
const WITHOUT_LOCKOUT: SettingsChange = { loginsPerHour: 1_000_000, policy: { lockoutAfter: null } };
const MANY_LOGINS: SettingsChange = { loginsPerHour: 1_000_000 };

afterEach(() => RotationBench.closeAll());

describe('all integrations log in after every call that a rotation makes', () => {
  async function startReading(scenario: Partial<Scenario>, settings: SettingsChange) {
    const wire = new ReadingWire();
    const bench = await RotationBench.start({ wire, scenario, settings });
    wire.attach(bench.sandbox);
    return { bench, wire };
  }

  async function startTwoUsers(scenario: Partial<Scenario> = {}) {
    const { bench, wire } = await startReading(
      { strategy: 'alternating-users', integrations: 3, ...scenario },
      MANY_LOGINS,
    );
    const liveUser = () => bench.secrets.login(SECRET).username;
    /** How many credentials each integration has seen. */
    const credentialsSeen = () =>
      [...new Set(wire.sightings.map(({ consumer }) => consumer))].map(
        (consumer) => wire.storyOf(consumer).length,
      );
    return { bench, wire, liveUser, credentialsSeen };
  }

  test('two users: nobody is ever refused, in rotations, rollback and retirement', async () => {
    const { bench, wire, liveUser, credentialsSeen } = await startTwoUsers();
    await bench.rotate();
    expect(liveUser()).toBe(OTHER_USERNAME);
    await bench.ask('rollback');
    await bench.untilIdle();
    expect(liveUser()).toBe(USERNAME);
    await bench.rotate();
    expect(liveUser()).toBe(OTHER_USERNAME);
    await bench.jump(DAY + HOUR);
    expect(await bench.historyTypes()).toContain('Old User Retired');
    await bench.rotate();
    expect(liveUser()).toBe(USERNAME);
    expect(wire.refused).toEqual([]);
    // The first one, and those of four swaps.
    expect(credentialsSeen()).toEqual([5, 5, 5]);
  });

  test.each([
    ['an org that keeps the token', { source: 'unchanged' }],
    ['all renderings in an envelope', { delivery: 'envelope' }],
  ] as const)('two users, %s: nobody is ever refused', async (_what, scenario) => {
    const { bench, wire, liveUser, credentialsSeen } = await startTwoUsers(scenario);
    await bench.rotate();
    await bench.rotate();
    expect(liveUser()).toBe(USERNAME);
    expect(wire.refused).toEqual([]);
    expect(credentialsSeen()).toEqual([3, 3, 3]);
  });

  test.each(['separate', 'envelope'] as const)(
    'a single user, %s: refused from the password set to the swap of the own secret, and never else',
    async (delivery) => {
      const { bench, wire } = await startReading(
        { strategy: 'single-user', integrations: 3, delivery },
        WITHOUT_LOCKOUT,
      );
      await bench.rotate();
      const names = new Set(wire.sightings.map(({ consumer }) => consumer));
      expect(names.size).toBe(3);
      for (const name of names) {
        const [first, ...later] = wire.storyOf(name);
        expect(first?.accepted).toBe(true);
        expect(later).toEqual([
          { versionId: first?.versionId, accepted: false, after: 'password.post' },
          { versionId: expect.any(String), accepted: true, after: 'UpdateSecretVersionStage' },
        ]);
        expect(later[1]?.versionId).not.toBe(first?.versionId);
      }
    },
  );
});

describe('the background reader, between the steps of a rotation', () => {
  const readers: BackgroundReader[] = [];
  afterEach(async () => {
    for (const reader of readers.splice(0)) await reader.close();
  });

  async function start(strategy: Scenario['strategy'], settings = WITHOUT_LOCKOUT) {
    const wire = new CountingWire();
    const bench = await RotationBench.start({ wire, scenario: { strategy, integrations: 3 }, settings });
    const { integrations } = bench.sandbox.configuration.credentials.get('billing') ?? { integrations: [] };
    const reader = new BackgroundReader(bench.sandbox, consumersOf(integrations));
    readers.push(reader);
    const replaced = new Map(
      bench.integrations.map((secret) => [secret, bench.secrets.versionWith(secret, 'AWSCURRENT') ?? '']),
    );
    /** Who was refused outside the outage that the ledger tells of. */
    const unexplained = async () => {
      const newestFirst = [...(await bench.ledger.history())].reverse();
      const outage = declaredOutage(newestFirst, (await bench.ledger.state())?.last);
      return outsideOutage(reader.refused, outage, replaced).map(({ consumer }) => consumer);
    };
    return { bench, reader, wire, unexplained };
  }

  test('sees the outage of a single user, all of it inside the window, and waits for another version', async () => {
    const { bench, reader, unexplained } = await start('single-user');
    await reader.round();
    await bench.request();
    await bench.untilPhase('awaiting-token');
    expect(reader.refused).toEqual([]);
    await reader.round();
    await reader.round();
    expect(reader.refused.map(({ consumer, code }) => [consumer, code]).sort()).toEqual(
      [...bench.integrations].sort().map((secret) => [secret, 'INVALID_LOGIN']),
    );
    expect(reader.reads).toBe(6);
    expect(await unexplained()).toEqual([]);
    await bench.untilIdle();
    await reader.round();
    expect(reader.reads).toBe(9);
    expect(reader.refused).toHaveLength(3);
    expect(await unexplained()).toEqual([]);
  });

  test('a version that nobody has verified is no outage, whenever it is read', async () => {
    const { bench, reader, unexplained } = await start('single-user');
    const [secret = ''] = bench.integrations;
    await bench.request();
    await bench.untilPhase('awaiting-token');
    bench.secrets.edit(secret, { password: 'nobody-has-tried-it' });
    await reader.round();
    expect(reader.refused).toHaveLength(3);
    expect(await unexplained()).toEqual([secret]);
  });

  test('an old version that comes back after the last swap is no outage', async () => {
    const { bench, reader, unexplained } = await start('single-user');
    const [secret = ''] = bench.integrations;
    const before = bench.secrets.versionWith(secret, 'AWSCURRENT') ?? '';
    await bench.rotate();
    await bench.pass(1);
    bench.sandbox.secretsManager.updateSecretVersionStage({
      SecretId: secret,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: bench.secrets.versionWith(secret, 'AWSCURRENT') ?? '',
      MoveToVersionId: before,
    });
    await reader.round();
    expect(await unexplained()).toEqual([secret]);
  });

  test('what is refused before the password is set is no outage', async () => {
    const { bench, reader, unexplained } = await start('single-user');
    bench.sandbox.salesforce.updateUser(USERNAME, { isFrozen: true });
    await reader.round();
    bench.sandbox.salesforce.updateUser(USERNAME, { isFrozen: false });
    await bench.pass(1);
    await bench.rotate();
    expect(await unexplained()).toHaveLength(3);
  });

  test('sees that the live one of two users was retired before the swap', async () => {
    const { bench, reader } = await start('alternating-users');
    await bench.request();
    await bench.untilPhase('awaiting-token');
    await reader.round();
    expect(reader.refused).toEqual([]);
    bench.sandbox.salesforce.changePasswordInUi(USERNAME, 'Retired-too-early-1');
    await reader.round();
    expect(reader.refused).toHaveLength(3);
  });

  test('sees a secret that gives its integration no login', async () => {
    const { bench, reader } = await start('alternating-users');
    const [secret = ''] = bench.integrations;
    bench.secrets.put(secret, '{}');
    await reader.round();
    expect(reader.refused).toMatchObject([{ consumer: secret, code: 'UNREADABLE' }]);
    expect(reader.logins).toBe(2);
  });

  test("runs in the background until it is stopped, with calls that can be told from the functions'", async () => {
    const { bench, reader, wire } = await start('alternating-users', MANY_LOGINS);
    reader.start();
    await bench.rotate();
    await reader.stop();
    const reads = () =>
      wire.calls.filter(({ caller }) => caller === INTEGRATIONS_CALLER).map(({ operation }) => operation);
    expect(reader.reads).toBeGreaterThanOrEqual(3);
    expect(reads()).toEqual(Array.from({ length: reader.reads }, () => 'GetSecretValue'));
    expect(reader.logins).toBe(reader.reads);
    expect(reader.refused).toEqual([]);
  });

  test('tells when a secret or the org cannot be asked at all', async () => {
    const { bench, reader } = await start('alternating-users');
    const [secret = ''] = bench.integrations;
    bench.sandbox.secretsManager.deleteSecret({ SecretId: secret, ForceDeleteWithoutRecovery: true });
    reader.start();
    await expect(reader.stop()).rejects.toThrow(/can't find the specified secret/);
    await expect(reader.round()).rejects.toThrow();
  });
});
