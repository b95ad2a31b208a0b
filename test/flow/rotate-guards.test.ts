import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problemsAfterRotation } from '../support/invariants.ts';
import { CONNECTION, DRAFT, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { fail, ScriptedWire } from '../support/scripted-wire.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const NO_VERSION = '00000000-0000-4000-8000-000000000000';
const ARN_OF_A_SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:';

let wire: ScriptedWire;
let bench: RotationBench;

beforeEach(async () => {
  wire = new ScriptedWire();
  bench = await RotationBench.start({ wire });
});
afterEach(() => RotationBench.closeAll());

function step(name: string, token: string, secret = SECRET): Promise<unknown> {
  return bench.sandbox.functions.invoke('rotate', {
    Step: name,
    SecretId: secret,
    ClientRequestToken: token,
  });
}

/** Fails unless the call is refused with this sentence and neither a secret, the ledger nor the org changed. */
async function expectRefused(call: () => Promise<unknown>, sentence: RegExp): Promise<void> {
  const before = await everything();
  await expect(call()).rejects.toThrow(sentence);
  expect(await everything()).toEqual(before);
}

async function everything(): Promise<unknown> {
  const { salesforce } = bench.sandbox;
  return {
    secrets: bench.secrets.snapshot(),
    ledger: await bench.ledger.state(),
    user: salesforce.inspect(USERNAME),
    logins: salesforce.view.loginHistory.length,
  };
}

describe('the rotation function refuses, and changes nothing', () => {
  const current = () => bench.secrets.versionWith(SECRET, 'AWSCURRENT') ?? '';

  test('a step that it does not know', async () => {
    await expectRefused(
      () => step('deleteSecret', current()),
      /^"deleteSecret" is no rotation step; .*Nothing was changed\.$/,
    );
  });

  test.each(STEPS)('a token that is no version, at %s', async (name) => {
    await expectRefused(
      () => step(name, NO_VERSION),
      /is no version of "salesforce\/prod\/billing"\. Nothing was changed\.$/,
    );
  });

  test.each(STEPS)('a token that is not pending, at %s', async (name) => {
    const previous = current();
    bench.secrets.edit(SECRET, { note: 'edited by hand' });
    await expectRefused(() => step(name, previous), /is not AWSPENDING in .*Nothing was changed\.$/);
  });

  test.each([
    ['an integration secret', 'etl/airflow/salesforce'],
    ['the connection secret', CONNECTION],
    ['the draft', DRAFT],
    ['a secret that does not exist', 'no/such/secret'],
  ])('%s, and does not even ask about it', async (_what, secret) => {
    const asked = wire.seen('DescribeSecret', secret);
    for (const name of STEPS) {
      for (const id of [secret, `${ARN_OF_A_SECRET}${secret}-AbCdEf`]) {
        await expectRefused(
          () => step(name, NO_VERSION, id),
          /belongs to no configured credential\. .*Nothing was changed\.$/,
        );
      }
    }
    expect(wire.seen('DescribeSecret', secret)).toBe(asked);
  });

  test('a credential secret that was deleted', async () => {
    const token = current();
    bench.sandbox.secretsManager.deleteSecret({ SecretId: SECRET, ForceDeleteWithoutRecovery: true });
    await expect(step('createSecret', token)).rejects.toThrow(
      /does not exist or may not be read\. Nothing was changed\.$/,
    );
  });

  test.each(STEPS)('a secret whose rotation is turned off, at %s', async (name) => {
    bench.sandbox.secretsManager.cancelRotateSecret({ SecretId: SECRET });
    await expectRefused(
      () => step(name, current()),
      /Rotation is not turned on for .*Nothing was changed\.$/,
    );
  });

  test.each([
    ['nothing', undefined],
    ['an empty event', {}],
    ['text', 'createSecret'],
    ['no token', { Step: 'createSecret', SecretId: SECRET }],
    ['an empty secret id', { Step: 'createSecret', SecretId: '', ClientRequestToken: NO_VERSION }],
    ['a number as step', { Step: 1, SecretId: SECRET, ClientRequestToken: NO_VERSION }],
  ])('a malformed event: %s', async (_what, event) => {
    await expectRefused(
      () => bench.sandbox.functions.invoke('rotate', event),
      /^This is no rotation event\. .*Nothing was changed\.$/,
    );
  });

  test('a step out of order: nothing to stage or to finish yet', async () => {
    bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET, ClientRequestToken: NO_VERSION });
    await expectRefused(
      () => step('setSecret', NO_VERSION),
      /has no value yet; createSecret comes first\. Nothing is current\.$/,
    );
    await expectRefused(
      () => step('finishSecret', NO_VERSION),
      /has no staged commit to finish .*Nothing is current\.$/,
    );
  });
});

describe('a lone testSecret, as Secrets Manager makes it with RotateImmediately=false', () => {
  async function test_(): Promise<readonly string[]> {
    bench.nativeEvents.length = 0;
    bench.sandbox.secretsManager.rotateSecret({ SecretId: SECRET, RotateImmediately: false });
    await bench.sandbox.pump.settle();
    return bench.nativeEvents.flatMap(({ detail }) => ('eventName' in detail ? [detail.eventName] : []));
  }

  test('passes on a healthy secret and changes nothing', async () => {
    const before = bench.secrets.snapshot();
    expect(await test_()).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
    expect(withoutDates(bench.secrets.snapshot())).toEqual(withoutDates(before));
    expect(bench.sandbox.salesforce.view.loginHistory.at(-1)?.status).toBe('Success');
    expect(await bench.phase()).toBe('idle');
  });

  test('passes while the integration secrets still hold other content', async () => {
    for (const secret of bench.integrations) bench.secrets.put(secret, '{ "url": "of their own" }');
    const before = bench.secrets.snapshot();
    expect(await test_()).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
    expect(withoutDates(bench.secrets.snapshot())).toEqual(withoutDates(before));
  });

  test.each([
    [
      'no JSON',
      'username=billing',
      /credential secret "salesforce\/prod\/billing" cannot be used: it is no JSON/,
    ],
    ['JSON without a password', '{ "username": "x" }', /cannot be used: it lacks "password", "loginUrl"/],
  ])('fails with a sentence on a credential secret that is %s', async (_what, text, sentence) => {
    bench.secrets.put(SECRET, text);
    expect(await test_()).toEqual(['TestRotationStarted', 'TestRotationFailed']);
    expect(bench.sandbox.logLines.join('\n')).toMatch(new RegExp(sentence.source.replaceAll('"', '\\\\"')));
  });

  test('fails on a credential that the org does not accept, and costs one attempt', async () => {
    bench.secrets.edit(SECRET, { password: 'not the one' });
    expect(await test_()).toEqual(['TestRotationStarted', 'TestRotationFailed']);
    expect(bench.sandbox.logLines.join('\n')).toContain('Salesforce did not accept the credential');
    const { loginHistory } = bench.sandbox.salesforce.view;
    const logins = loginHistory.filter(({ application }) => application !== 'Credential rotation');
    expect(logins.map(({ status }) => status)).toEqual(['Success', 'Invalid Password']);
  });

  test('fails on an integration secret that cannot be written', async () => {
    bench.secrets.put(bench.integrations[1] ?? '', 'a=b');
    expect(await test_()).toEqual(['TestRotationStarted', 'TestRotationFailed']);
    expect(bench.sandbox.logLines.join('\n')).toContain(
      'The integration secret \\"mule/salesforce\\" cannot be staged',
    );
  });
});

describe('a token that is current already', () => {
  test.each(STEPS)('at %s: there is nothing to do, and nothing is done', async (name) => {
    await bench.rotate();
    const before = await everything();
    await step(name, bench.secrets.versionWith(SECRET, 'AWSCURRENT') ?? '');
    expect(await everything()).toEqual(before);
  });

  test.each(STEPS)('at %s: what an earlier run left undone is done', async (name) => {
    const old = bench.secrets.login(SECRET);
    wire.on({
      operation: 'PutSecretValue',
      target: DRAFT,
      caller: 'rotate',
      does: () => fail('InternalServiceError', 'x', 500),
    });
    await bench.request();
    await bench.pass(2);
    expect(await bench.phase()).toBe('committing');
    wire.clear();
    await step(name, bench.secrets.versionWith(SECRET, 'AWSCURRENT') ?? '');
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

/** A test of the rotation makes a version of its own and takes it away, which moves the date of the last change. */
function withoutDates(snapshot: unknown): unknown {
  return JSON.parse(
    JSON.stringify(snapshot, (key, value) => (key === 'LastChangedDate' ? undefined : value)),
  );
}
