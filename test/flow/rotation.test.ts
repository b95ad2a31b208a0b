import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { logInAsIntegration } from '../support/integration-login.ts';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { RotationBench, SECRET } from '../support/rotation-bench.ts';
import type { Login } from '../support/secrets-probe.ts';

/** Spelled as no program would write it again: tabs, numbers that a parser would round, an empty line at the end. */
const ODD =
  '{\n\t"owner": "Müller & Söhne",\n\t"account": 12345678901234567890,\n\t"ratio": 1.0,\n\t"username": "x",\n\t"nested": { "password": "its own" }\n}\n';

describe.each([0, 1, 3, 25])('a rotation with %i integration secrets', (integrations) => {
  let bench: RotationBench;
  let old: Login;
  let oldTexts: ReadonlyMap<string, string>;
  let startedAt: Date;
  let failed: number;

  beforeAll(async () => {
    bench = await RotationBench.start({ scenario: { integrations } });
    old = bench.secrets.login(SECRET);
    oldTexts = new Map([SECRET, ...bench.integrations].map((secret) => [secret, bench.secrets.text(secret)]));
    startedAt = bench.sandbox.clock.now();
    bench.nativeEvents.length = 0;
    await bench.rotate();
    failed = failedLogins(bench);
  });
  afterAll(() => RotationBench.closeAll());

  test('every secret agrees with the org, and each logs in', async () => {
    expect(bench.integrations).toHaveLength(integrations);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('the org refuses the old credential', async () => {
    expect(await logInAsIntegration(old)).toBe('INVALID_LOGIN');
    expect(bench.secrets.login(SECRET).securityToken).not.toBe(old.securityToken);
  });

  test('fields of the integrations, their order and indentation are untouched', () => {
    const { password, securityToken } = bench.secrets.login(SECRET);
    for (const secret of bench.integrations) {
      const before = JSON.parse(oldTexts.get(secret) ?? '') as Record<string, unknown>;
      const expected = JSON.stringify({ ...before, password, securityToken }, undefined, 2);
      expect(bench.secrets.text(secret)).toBe(expected);
    }
  });

  test('AWSPREVIOUS is what was current before', () => {
    for (const [secret, text] of oldTexts) expect(bench.secrets.text(secret, 'AWSPREVIOUS')).toBe(text);
  });

  test('Secrets Manager saw a rotation: its date moved and its events say so', () => {
    const { LastRotatedDate } = bench.sandbox.secretsManager.describeSecret({ SecretId: SECRET });
    expect(LastRotatedDate?.getTime()).toBeGreaterThan(startedAt.getTime());
    const rotations = bench.nativeEvents.flatMap(({ detail }) =>
      'eventName' in detail ? [detail.eventName] : [],
    );
    expect(rotations).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('the history tells it in order', async () => {
    expect((await bench.historyTypes()).filter((type) => type !== 'Login Retires')).toEqual([
      'Rotation Requested',
      'Rotation Begun',
      'Rotation Started',
      'Password Change Begun',
      'Password Set',
      'Token Rejected',
      'Token Requested',
      'Token Accepted',
      'Commit Requested',
      'Integrations Staged',
      'Swap Decided',
      'Rotation Completed',
    ]);
    const { last } = await bench.state();
    expect(last).toMatchObject({ source: 'mailbox', integrations });
  });

  test('one login was refused, the one that tried whether the old token still works', async () => {
    expect(failed).toBe(1);
  });

  test('other systems and people are told, each once', () => {
    const { events, notifications } = bench.sandbox.messages;
    expect(events.map(({ source, detailType }) => [source, detailType])).toEqual(
      ['Rotation Started', 'Token Rejected', 'Token Requested', 'Rotation Completed'].map((type) => [
        'salesforce-credential-rotation',
        type,
      ]),
    );
    const ofRotation = notifications.filter(({ subject }) => !subject.startsWith('Login Retires'));
    expect(ofRotation.map(({ message }) => JSON.parse(message))).toEqual([
      {
        version: '1.0',
        source: 'custom',
        id: expect.any(String),
        content: {
          textType: 'client-markdown',
          title: 'Token Requested: billing',
          description: expect.stringContaining('new security token'),
          nextSteps: [expect.stringContaining('/_ui/system/security/ResetApiTokenEdit')],
          keywords: ['action'],
        },
        metadata: { eventType: 'Token Requested', threadId: expect.any(String) },
      },
      {
        version: '1.0',
        source: 'custom',
        id: expect.any(String),
        content: {
          textType: 'client-markdown',
          title: 'Rotation Completed: billing',
          description: expect.stringContaining(`all ${integrations} integration secrets`),
          keywords: ['info'],
        },
        metadata: { eventType: 'Rotation Completed', threadId: expect.any(String) },
      },
    ]);
  });
});

describe('what is not ours', () => {
  afterAll(() => RotationBench.closeAll());

  test('survives in whatever spelling: tabs, long numbers, nested fields, the empty line at the end', async () => {
    const bench = await RotationBench.start();
    const [secret = ''] = bench.integrations;
    bench.secrets.put(secret, ODD);
    await bench.rotate();
    const { username, password, securityToken, loginUrl } = bench.secrets.login(SECRET);
    const field = (name: string, value: string) => `\t"${name}": ${JSON.stringify(value)}`;
    const added = [
      field('password', password),
      field('securityToken', securityToken),
      field('loginUrl', loginUrl),
    ];
    const lines = ODD.trimEnd()
      .slice(0, -2)
      .replace('"username": "x"', `"username": ${JSON.stringify(username)}`);
    expect(bench.secrets.text(secret)).toBe(`${lines},\n${added.join(',\n')}\n}\n`);
  });

  test('rotating again and again leaves one current version and one before it', async () => {
    const bench = await RotationBench.start();
    for (let turn = 0; turn < 3; turn += 1) {
      const old = bench.secrets.login(SECRET);
      await bench.rotate();
      expect(await problemsAfterRotation(bench, old)).toEqual([]);
      expect(bench.secrets.login(SECRET, 'AWSPREVIOUS')).toEqual(old);
    }
  });
});
