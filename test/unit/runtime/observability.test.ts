import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { RotationRefused, SecretStoreFault } from '../../../lib/core/errors.ts';
import { WATCH_METRICS } from '../../../lib/runtime/environment.ts';
import { describeFault, observe } from '../../../lib/runtime/observability.ts';

const SENTINEL = 'sentinel-Passw0rd-4711';

describe('what a log may say of a fault', () => {
  test('is our own sentence, and the name of what caused it', () => {
    const cause = Object.assign(new Error(`Rate exceeded ${SENTINEL}`), {
      name: 'ThrottlingException',
      code: 'E_RATE',
    });
    expect(describeFault(new SecretStoreFault('It failed.', { cause }))).toEqual({
      name: 'SecretStoreFault',
      code: 'SecretStoreFault',
      message: 'It failed.',
      cause: 'ThrottlingException (E_RATE)',
    });
    expect(describeFault(new RotationRefused('Refused.'))).toMatchObject({ cause: undefined });
  });

  test.each([
    [
      'another’s error',
      Object.assign(new TypeError(SENTINEL), { request: { body: SENTINEL } }),
      { name: 'TypeError' },
    ],
    [
      'another’s error with a code',
      Object.assign(new Error(SENTINEL), { code: 'ECONNRESET' }),
      { name: 'Error (ECONNRESET)' },
    ],
    ['a text', SENTINEL, { name: undefined }],
    ['nothing', undefined, { name: undefined }],
    ['an object', { message: SENTINEL }, { name: undefined }],
  ])('of %s is the name only', (_name, error, described) => {
    expect(describeFault(error)).toEqual(described);
  });
});

describe('the telemetry of a function', () => {
  function capture() {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(...String(chunk).trim().split('\n'));
        done();
      },
    });
    return { lines, ...observe('advance', new Console({ stdout: stream, stderr: stream })) };
  }

  test('puts the figures that alarms read, under the names that they know', () => {
    const { lines, telemetry, metrics } = capture();
    telemetry.figures({ passwordAgeOfLimit: 101, longestWait: 60, attemptsLeft: 2 });
    metrics.publishStoredMetrics();
    const [line = ''] = lines.filter((text) => text.includes('_aws'));
    expect(JSON.parse(line)).toMatchObject({
      [WATCH_METRICS.passwordAge]: 101,
      [WATCH_METRICS.longestWait]: 60,
      [WATCH_METRICS.attemptsLeft]: 2,
      service: 'advance',
    });
    expect(line).toContain(WATCH_METRICS.namespace);
  });

  test('says what became of a mail, and counts it', () => {
    const { lines, telemetry, metrics } = capture();
    telemetry.mail({ kind: 'refused', reason: 'two-tokens' });
    telemetry.mail({ kind: 'unreadable', reason: 'too-large' });
    metrics.publishStoredMetrics();
    expect(lines.join('\n')).toContain('"outcome":"refused","reason":"two-tokens"');
    const [line = ''] = lines.filter((text) => text.includes('_aws'));
    expect(JSON.parse(line)).toMatchObject({ MailRefused: 1, MailUnreadable: 1 });
  });

  test('logs an event with its reason, and counts it by type', () => {
    const { lines, telemetry, metrics } = capture();
    telemetry.event({
      id: '1',
      at: '2026-11-01T12:00:00.000Z',
      type: 'Token Rejected',
      credential: 'billing',
      phase: 'awaiting-token',
      message: 'Not accepted.',
      reason: 'rejected',
    });
    metrics.publishStoredMetrics();
    const [log, count] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(log).toMatchObject({
      level: 'INFO',
      service: 'advance',
      message: 'Not accepted.',
      event: 'Token Rejected',
      credential: 'billing',
      reason: 'rejected',
    });
    expect(count).toMatchObject({ TokenRejected: 1 });
  });

  test('warns with the fault described, never with its text', () => {
    const { lines, telemetry } = capture();
    telemetry.warn('could not be told yet', new Error(SENTINEL, { cause: new Error(SENTINEL) }));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'WARN', fault: { name: 'Error' } });
    expect(lines.join()).not.toContain(SENTINEL);
  });
});
