import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LeakWatch } from '../support/leak-watch.ts';
import { CONNECTION, HOUR, MINUTE, RotationBench, SECRET } from '../support/rotation-bench.ts';
import { CUT, fail, ScriptedWire } from '../support/scripted-wire.ts';
import { sendTokenMail } from '../support/token-mails.ts';

beforeAll(() => {
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterEach(() => RotationBench.closeAll());

const SECRETS_MANAGER = [
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'RotateSecret',
  'DescribeSecret',
  'BatchGetSecretValue',
  'GetSecretValue',
];

let wire: ScriptedWire;

async function start(options: Parameters<typeof RotationBench.start>[0] = {}) {
  wire = new ScriptedWire();
  const bench = await RotationBench.start({ wire, ...options });
  return { bench, watch: new LeakWatch(bench) };
}

describe('no password and no token leaves Secrets Manager, the org and memory', () => {
  test('the watch itself finds a planted one, however it is spelled', async () => {
    const { bench, watch } = await start();
    const { password } = bench.secrets.login(SECRET);
    const spellings = [
      password,
      JSON.stringify(password),
      encodeURIComponent(password),
      password
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
      Buffer.from(`user:${password}`).toString('base64'),
      Buffer.from(password).toString('hex'),
      password.slice(2),
    ];
    for (const spelling of spellings) {
      bench.sandbox.messages.events.push({
        source: 'x',
        detailType: 'x',
        detail: { text: spelling },
        at: '',
      });
      expect(await watch.leaks()).not.toEqual([]);
      bench.sandbox.messages.events.pop();
    }
    expect(await watch.leaks()).toEqual([]);
  });

  test('in a rotation with a mailed token', async () => {
    const { bench, watch } = await start();
    await bench.rotate();
    await bench.rotate();
    await bench.ask('status');
    expect(watch.secretsSeen).toBeGreaterThan(6);
    expect(await watch.leaks()).toEqual([]);
  });

  test('in one where the old token stays', async () => {
    const { bench, watch } = await start({ scenario: { source: 'unchanged' } });
    await bench.rotate();
    expect(await watch.leaks()).toEqual([]);
  });

  test('in one that tries wrong tokens until the budget is spent', async () => {
    const { bench, watch } = await start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    await bench.request();
    for (const end of ['A', 'B', 'C', 'D']) {
      watch.add('a wrong token', `SentinelWrongToken${end}12345`);
      await sendTokenMail(bench, `SentinelWrongToken${end}12345`);
    }
    expect(await bench.phase()).toBe('blocked');
    await bench.pass(2 * HOUR);
    await bench.ask('resume');
    await bench.newToken();
    await bench.untilIdle();
    expect(await watch.leaks()).toEqual([]);
  });

  test('in one whose passwords the org refuses', async () => {
    const { bench, watch } = await start({ settings: { policy: { minimumLength: 40 } } });
    await bench.request();
    expect(await bench.phase()).toBe('blocked');
    expect(await watch.leaks()).toEqual([]);
  });

  test.each([
    ['no JSON', 'password=SentinelInBrokenText1&token=SentinelInBrokenText2'],
    [
      'JSON that ends too early',
      '{"username":"x","password":"SentinelInBrokenText1","token":"SentinelInBrokenText2',
    ],
    ['JSON without the fields', '{"pass":"SentinelInBrokenText1","loginUrl":["SentinelInBrokenText2"]}'],
  ])('in one that is refused because a secret is %s', async (_what, text) => {
    const { bench, watch } = await start();
    watch.add('broken 1', 'SentinelInBrokenText1');
    watch.add('broken 2', 'SentinelInBrokenText2');
    for (const secret of [SECRET, CONNECTION, bench.integrations[0] ?? '']) {
      const healthy = bench.secrets.text(secret);
      bench.secrets.put(secret, text);
      await bench.request();
      bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET, RotateImmediately: false });
      await bench.pass(1);
      bench.secrets.put(secret, healthy);
      await bench.ask('resume');
    }
    expect(await watch.leaks()).toEqual([]);
  });

  test('in one where every kind of call fails once, and those who know a secret repeat it', async () => {
    const { bench, watch } = await start();
    for (const operation of ['PutItem', 'GetItem', 'SendMessage', 'PutEvents', 'Publish']) {
      wire.on({ operation, nth: 2, does: () => fail('InternalServerError', 'injected', 500) });
    }
    const echo = (status: number) => () => fail('UNKNOWN_EXCEPTION', watch.everything().join(' '), status);
    for (const operation of SECRETS_MANAGER) wire.on({ operation, nth: 2, does: echo(400) });
    for (const operation of ['login', 'logout']) wire.on({ operation, nth: 1, does: echo(500) });
    for (const operation of ['password.post', 'query', 'token'])
      wire.on({ operation, nth: 1, does: echo(400) });
    await bench.ask('rotate-now').catch(() => undefined);
    await bench.pass(20 * MINUTE);
    wire.clear();
    await bench.ask('rotate-now');
    await bench.untilIdle();
    for (const operation of SECRETS_MANAGER)
      expect([operation, wire.seen(operation) > 1]).toEqual([operation, true]);
    expect(await watch.leaks()).toEqual([]);
  });

  test('in one whose answers are lost', async () => {
    const { bench, watch } = await start();
    for (const operation of [
      'login',
      'password.post',
      'PutSecretValue',
      'UpdateSecretVersionStage',
      'RotateSecret',
    ]) {
      wire.on({ operation, nth: 2, when: 'after', does: () => CUT });
    }
    await bench.rotate();
    expect(await watch.leaks()).toEqual([]);
  });
});
