import { afterEach, describe, expect, test } from '@jest/globals';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import type { CredentialStatus } from '../../lib/core/watch/status.ts';
import { ACTIONS } from '../../lib/sandbox/serve/actions.ts';
import { HOUR, MINUTE, ROTATOR, RotationBench } from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

const ADDRESS = '203.0.113.7';
const NAME = 'Nightly Export';

/** As a person does it in the sandbox: `POST /actions/old-client`. */
async function oldClient(bench: RotationBench, query: Record<string, string> = {}): Promise<string> {
  const parameters = new URLSearchParams({ address: ADDRESS, application: NAME, ...query });
  const reply = await ACTIONS['old-client']?.(bench.sandbox, parameters, '');
  return (reply as { readonly answer: string }).answer;
}

/** It keeps trying, every few minutes, while the watch runs. */
async function keepsTrying(
  bench: RotationBench,
  everyMinutes: number,
  times: number,
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    answers.push(await oldClient(bench));
    await bench.pass(everyMinutes * MINUTE);
  }
  return answers;
}

const told = (bench: RotationBench) => ({
  bus: bench.sandbox.messages.events.filter(({ detailType }) => detailType === 'Straggler Seen'),
  people: bench.sandbox.messages.notifications.filter(({ subject }) => subject.startsWith('Straggler Seen')),
});
const history = async (bench: RotationBench, reason: string) =>
  (await bench.ledger.history()).filter(
    (event) => event.type === 'Straggler Seen' && event.reason === reason,
  );
const statusOf = async (bench: RotationBench) =>
  (await bench.ask('status')) as unknown as { readonly status: CredentialStatus };
const watchOf = ({ stragglers }: CredentialState) => stragglers;

/** Logins of the integration users that did not come from the client. */
function otherLogins(bench: RotationBench): number {
  const { view } = bench.sandbox.salesforce;
  const rotator = bench.sandbox.salesforce.inspect(ROTATOR).id;
  return view.loginHistory.filter(({ sourceIp, userId }) => sourceIp !== ADDRESS && userId !== rotator)
    .length;
}

/** Heartbeats are for other tests, and two hours are as good as a day. */
const configured = (bench: RotationBench) =>
  bench.configureCredential((credential) => {
    credential.heartbeat = 0;
    credential.stragglers = { convergedAfter: '2h' };
  });

describe('with one user, a client that keeps the old credential', () => {
  test('is named once in event, notification and status, and converged when it has stopped for long enough', async () => {
    const bench = await RotationBench.start();
    configured(bench);
    await bench.rotate();
    const before = otherLogins(bench);
    expect(await keepsTrying(bench, 10, 4)).toEqual(Array.from({ length: 4 }, () => 'INVALID_LOGIN'));
    expect(await history(bench, 'old-credential')).toMatchObject([
      {
        message: expect.stringContaining(`${ADDRESS} (${NAME})`),
        remedy: expect.stringContaining('read its secret again'),
      },
    ]);
    expect(told(bench)).toMatchObject({ bus: [{}], people: [{}] });
    const { status } = await statusOf(bench);
    expect(status.stragglers?.seen).toMatchObject([{ sourceIp: ADDRESS, application: NAME, logins: 4 }]);

    await bench.pass(2 * HOUR + 10 * MINUTE);
    expect(watchOf(await bench.state())?.convergedAt).toBeDefined();
    expect((await bench.historyTypes()).filter((type) => type === 'Stragglers Gone')).toHaveLength(1);
    expect(told(bench)).toMatchObject({ bus: [{}], people: [{}] });
    expect(otherLogins(bench)).toBe(before);
    expect(await bench.phase()).toBe('idle');
  });

  test('and tries too often is warned of before it locks the user', async () => {
    const bench = await RotationBench.start();
    configured(bench);
    await bench.rotate();
    for (let turn = 0; turn < 6; turn += 1) {
      await oldClient(bench);
      await bench.pass(MINUTE);
    }
    expect(await history(bench, 'may-lock-user')).toMatchObject([
      { message: expect.stringMatching(/may soon lock "billing@acme\.example" out/) },
    ]);
    expect(bench.sandbox.salesforce.inspect('billing@acme.example').lockedUntil).toBeNull();
    expect(told(bench).people).toHaveLength(1);
  });

  test('and is restarted within the grace is not named', async () => {
    const bench = await RotationBench.start();
    configured(bench);
    await bench.rotate();
    await oldClient(bench);
    await bench.pass(HOUR);
    expect(told(bench)).toEqual({ bus: [], people: [] });
    expect(watchOf(await bench.state())).toMatchObject({ seen: [] });
  });
});

describe('with two users', () => {
  const start = async () => {
    const bench = await RotationBench.start({
      scenario: { strategy: 'alternating-users', source: 'mailbox', integrations: 3 },
      configure: (file) => {
        for (const credential of Object.values(file.credentials)) {
          credential.heartbeat = 0;
          credential.stragglers = { convergedAfter: '2h' };
          if (credential.strategy?.kind === 'alternating-users') credential.strategy.retireAfter = '1h';
        }
      },
    });
    await bench.rotate();
    return bench;
  };

  test('a client that logs in as the old one is named once, while it may and after it no longer may', async () => {
    const bench = await start();
    const answers = await keepsTrying(bench, 20, 6);
    expect([...new Set(answers)]).toEqual(['accepted', 'INVALID_LOGIN']);
    expect(await history(bench, 'old-credential')).toHaveLength(1);
    expect(watchOf(await bench.state())?.seen).toMatchObject([
      { sourceIp: ADDRESS, application: NAME, logins: 6 },
    ]);
    await bench.pass(2 * HOUR + 10 * MINUTE);
    expect(watchOf(await bench.state())?.convergedAt).toBeDefined();
    expect(told(bench)).toMatchObject({ bus: [{}], people: [{}] });
  });

  test('a rollback begins the search anew, for clients that kept the other one', async () => {
    const bench = await start();
    await bench.pass(5 * MINUTE);
    await bench.ask('rollback');
    await bench.untilIdle();
    expect(watchOf(await bench.state())?.seen).toEqual([]);
    await keepsTrying(bench, 10, 3);
    expect(await history(bench, 'old-credential')).toHaveLength(1);
  });
});

test('without the permission to see logins the status says so, and nothing is told', async () => {
  const bench = await RotationBench.start();
  configured(bench);
  await bench.rotate();
  const { salesforce } = bench.sandbox;
  salesforce.updateUser(ROTATOR, { permissions: { manageUsers: false } });
  await keepsTrying(bench, 10, 4);
  expect(watchOf(await bench.state())).toMatchObject({ unseen: true, seen: [] });
  expect(told(bench)).toEqual({ bus: [], people: [] });
});

test('the service’s own logins, refused ones among them, make nobody a straggler', async () => {
  const bench = await RotationBench.start({ settings: { onApiPasswordSet: 'reset-and-mail' } });
  await bench.rotate();
  await bench.rotate();
  await bench.pass(3 * HOUR);
  expect(told(bench)).toEqual({ bus: [], people: [] });
});

test('the sandbox has no old client before the first swap', async () => {
  const bench = await RotationBench.start();
  await expect(oldClient(bench)).rejects.toThrow(/rotate it first/);
  await expect(oldClient(bench, { address: 'nowhere' })).rejects.toThrow(/address=IP/);
});
