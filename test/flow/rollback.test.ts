import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { budgetOf } from '../../lib/core/domain/budget.ts';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { CuttingWire } from '../support/cutting-wire.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { DAY, DRAFT, HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { CUT, ScriptedWire } from '../support/scripted-wire.ts';

const MULE = 'mule/salesforce';
const LOOK_EVERY = 5.5 * MINUTE;

beforeAll(() => {
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

async function start(
  wire: ScriptedWire | CuttingWire = new ScriptedWire(),
  source: 'mailbox' | 'unchanged' = 'unchanged',
): Promise<RotationBench> {
  return RotationBench.start({ wire, scenario: { strategy: 'alternating-users', source, integrations: 2 } });
}

/** The first user was replaced by the second a moment ago. */
async function swapped(wire?: ScriptedWire | CuttingWire): Promise<RotationBench> {
  const bench = await start(wire);
  await bench.rotate();
  expect(bench.secrets.login(SECRET).username).toBe(OTHER_USERNAME);
  return bench;
}

/** What is wrong where this user should be live in every secret, and nothing under way. */
async function problems(bench: RotationBench, username: string): Promise<readonly string[]> {
  const { phase, rotation } = await bench.state();
  const current = bench.secrets.login(SECRET);
  const answer = await logInAsIntegration(current);
  return [
    phase === 'idle' && rotation === undefined ? '' : `phase ${phase}`,
    current.username === username ? '' : `${current.username} is live`,
    answer === 'accepted' ? '' : `the login answers ${answer}`,
    bench.secrets.text(DRAFT) === '{}' ? '' : 'the draft is not empty',
    ...bench.integrations.map((secret) =>
      JSON.stringify(bench.secrets.login(secret)) === JSON.stringify(current) ? '' : `${secret} strays`,
    ),
    ...[SECRET, ...bench.integrations].map((secret) =>
      bench.secrets.versionWith(secret, 'AWSPENDING') === undefined ? '' : `${secret} has AWSPENDING`,
    ),
  ].filter((problem) => problem !== '');
}

/** What an operation that was refused must leave alone: all secrets and the org's users. */
const world = ({ secrets, sandbox }: RotationBench) =>
  JSON.stringify([
    secrets.names().map((name) => [name, [...secrets.versions(name)]]),
    [USERNAME, OTHER_USERNAME].map((username) => sandbox.salesforce.inspect(username)),
  ]);

describe('asked at the wrong time, it is refused with the reason and changes nothing', () => {
  test('while a token is awaited', async () => {
    const bench = await start();
    bench.sandbox.salesforce.updateSettings({ onApiPasswordSet: 'reset-without-mail' });
    await bench.request();
    const before = [world(bench), await bench.ledger.items()];
    const { message } = await bench.ask('rollback');
    expect(message).toBe(
      'A rotation is under way (phase "awaiting-token"), so nothing was rolled back. Wait for its end, then ask again.',
    );
    expect([world(bench), await bench.ledger.items()]).toEqual(before);
  });

  test('while the idle user is prepared and waits for its due time', async () => {
    const bench = await start();
    await bench.jump(7 * DAY + HOUR);
    await bench.untilPhase('verified', 10 * MINUTE);
    const before = [world(bench), await bench.ledger.items()];
    expect((await bench.ask('rollback')).message).toMatch(/^A rotation is under way \(phase "verified"\)/);
    expect([world(bench), await bench.ledger.items()]).toEqual(before);
  });

  test('while a rotation is blocked', async () => {
    const bench = await swapped();
    const text = bench.secrets.text(MULE);
    bench.secrets.put(MULE, 'garbage');
    await bench.request();
    expect(await bench.phase()).toBe('blocked');
    const before = [world(bench), await bench.ledger.items()];
    expect((await bench.ask('rollback')).message).toMatch(
      /phase "blocked".*Resume it first, then ask again\.$/,
    );
    expect([world(bench), await bench.ledger.items()]).toEqual(before);
    bench.secrets.put(MULE, text);
    await bench.resumeUntilIdle();
    expect(await problems(bench, USERNAME)).toEqual([]);
  });

  test('a second time while the first is under way; after it, it leads forward again', async () => {
    const bench = await swapped();
    const newer = bench.secrets.login(SECRET);
    await bench.ask('rollback');
    expect((await bench.ask('rollback')).message).toMatch(/^A rotation is under way/);
    await bench.untilIdle();
    expect(await problems(bench, USERNAME)).toEqual([]);
    await bench.ask('rollback');
    await bench.untilIdle();
    expect(await problems(bench, OTHER_USERNAME)).toEqual([]);
    expect(bench.secrets.login(SECRET)).toEqual(newer);
  });

  test('where the current user is none of the pair', async () => {
    const bench = await swapped();
    bench.configureCredential((credential) => {
      credential.strategy = { kind: 'alternating-users', usernames: [USERNAME, 'billing-c@acme.example'] };
    });
    const before = world(bench);
    expect((await bench.ask('rollback')).message).toMatch(/who is none of the alternating users/);
    expect(world(bench)).toBe(before);
    expect(await bench.phase()).toBe('idle');
  });
});

describe('all integration secrets or none', () => {
  test.each([
    [
      'is marked for deletion',
      ({ sandbox }: RotationBench) => void sandbox.secretsManager.deleteSecret({ SecretId: MULE }),
      ({ sandbox }: RotationBench) => void sandbox.secretsManager.restoreSecret({ SecretId: MULE }),
    ],
    [
      'is no JSON',
      ({ secrets }: RotationBench) => void secrets.put(MULE, 'garbage'),
      ({ secrets }: RotationBench) => void secrets.put(MULE, '{}'),
    ],
  ])(
    'one that %s: refused by its name, nothing is changed, and it still rotates',
    async (_what, spoil, mend) => {
      const bench = await swapped();
      spoil(bench);
      const before = [bench.secrets.snapshot(), bench.fingerprint()];
      const { message } = await bench.ask('rollback');
      expect(message).toMatch(/The integration secret "mule\/salesforce" cannot be/);
      await bench.sandbox.pump.settle();
      expect([bench.secrets.snapshot(), bench.fingerprint()]).toEqual(before);
      const { phase, rotation, request } = await bench.state();
      expect([phase, rotation, request]).toEqual(['idle', undefined, undefined]);
      expect(await bench.historyTypes()).toContain('Rollback Refused');
      mend(bench);
      await bench.rotate();
      expect(await problems(bench, USERNAME)).toEqual([]);
    },
  );
});

describe('the lockout budget', () => {
  test('is one per user: what one has spent is not spent for the other, and what one is given back is not given to the other', async () => {
    const wire = new ScriptedWire();
    const bench = await swapped(wire);
    bench.sandbox.salesforce.resetToken(USERNAME);
    for (let turn = 1; turn <= 3; turn += 1) {
      expect((await bench.ask('rollback')).message).toMatch(/Salesforce does not accept it any more/);
      expect(budgetOf(await bench.state(), USERNAME).spent).toBe(turn);
    }
    // A lone test logs in as the current user, and is accepted.
    bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET, RotateImmediately: false });
    await bench.sandbox.pump.settle();
    const state = await bench.state();
    expect([budgetOf(state, USERNAME).spent, budgetOf(state, OTHER_USERNAME).spent]).toEqual([3, 0]);
    const logins = wire.seen('login');
    expect((await bench.ask('rollback')).message).toMatch(/all allowed login attempts are used up/);
    expect(wire.seen('login')).toBe(logins);
    expect(await problems(bench, OTHER_USERNAME)).toEqual([]);

    await bench.request();
    expect((await bench.state()).blocked?.refusal.code).toBe('attempts-spent');
    await bench.jump(HOUR + MINUTE);
    await bench.ask('resume');
    await bench.newToken();
    await bench.untilIdle();
    expect(await problems(bench, USERNAME)).toEqual([]);
  });
});

describe('interrupted', () => {
  test('whatever write it dies at, every integration is on one user and the next run ends it', async () => {
    const wire = new CuttingWire();
    const bench = await swapped(wire);
    wire.record();
    await bench.ask('rollback');
    await bench.untilIdle();
    const writes = [...wire.writes];
    const failures: string[] = [];
    // A sample: another suite dies at every write of a rotation, and most of these are the same.
    const isWorthIt = (name: string, write: number) => write % (name.startsWith('PutItem') ? 9 : 3) === 0;
    let live = USERNAME;
    for (const [write, name] of writes.entries()) {
      if (!isWorthIt(name, write)) continue;
      wire.arm({ write, when: 'after' });
      await bench.ask('rollback').catch(() => undefined);
      if (!wire.dead) await bench.sandbox.pump.settle();
      bench.sandbox.functions.restart();
      wire.revive();
      await bench.jump(LOOK_EVERY);
      await bench.untilIdle();
      live = live === USERNAME ? OTHER_USERNAME : USERNAME;
      const found = await problems(bench, live);
      failures.push(...found.map((problem) => `after #${write} ${name}: ${problem}`));
      live = bench.secrets.login(SECRET).username;
    }
    expect(failures).toEqual([]);
    expect(writes.length).toBeGreaterThan(15);
  });

  test('the ledger was lost before: the previous version of the credential secret is what comes back', async () => {
    const bench = await swapped();
    await bench.ledger.loseState();
    await bench.ask('rollback');
    await bench.untilIdle();
    expect(await problems(bench, USERNAME)).toEqual([]);
  });

  test.each([3, 0])(
    'the ledger is lost in the middle, where the org remembers %i passwords: no integration is left behind',
    async (history) => {
      const wire = new ScriptedWire();
      const bench = await swapped(wire);
      bench.sandbox.salesforce.updateSettings({ policy: { history } });
      wire.on({ operation: 'login', nth: 1, does: () => CUT });
      await bench.ask('rollback').catch(() => undefined);
      expect(await bench.phase()).toBe('awaiting-token');
      await bench.ledger.loseState();
      await bench.jump(LOOK_EVERY);
      await bench.untilIdle();
      expect(await problems(bench, USERNAME)).toEqual([]);
    },
  );
});
