import { describe, expect, test } from '@jest/globals';
import { RotationRefused } from '../../../lib/core/errors.ts';
import { readMailEvent, readPokes, readRotationEvent, readWatchEvent } from '../../../lib/runtime/events.ts';

const ROTATION = { Step: 'createSecret', SecretId: 'arn:aws:secret', ClientRequestToken: 'token' };
const sns = (message: unknown) => ({
  Records: [{ Sns: { Message: typeof message === 'string' ? message : JSON.stringify(message) } }],
});
const sqs = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })),
});
const receipt = (verdicts: object, action?: object) => ({
  mail: { timestamp: '2026-11-01T12:00:00.000Z' },
  receipt: { ...verdicts, ...(action ? { action } : {}) },
  content: 'Subject: x\r\n\r\nbody é',
});

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a rotation event', () => {
  test('as Secrets Manager sends it', () => {
    expect(readRotationEvent(ROTATION)).toEqual({
      step: 'createSecret',
      secretId: 'arn:aws:secret',
      requestToken: 'token',
      rotationToken: undefined,
    });
    expect(readRotationEvent({ ...ROTATION, RotationToken: 'proof', More: 1 })).toMatchObject({
      rotationToken: 'proof',
    });
  });

  test('with an unknown step is for the guard to refuse, which knows the steps', () => {
    expect(readRotationEvent({ ...ROTATION, Step: 'x' }).step).toBe('x');
  });

  test.each([
    [null, '(event)'],
    ['text', '(event)'],
    [[], '(event)'],
    [{}, 'Step'],
    [{ ...ROTATION, SecretId: '' }, 'SecretId'],
    [{ ...ROTATION, ClientRequestToken: undefined }, 'ClientRequestToken'],
    [{ ...ROTATION, Step: 7 }, 'Step'],
  ])('%j is refused with a sentence that names the place', (event, place) => {
    const error = refusal(() => readRotationEvent(event));
    expect(error).toBeInstanceOf(RotationRefused);
    expect(String(error)).toMatch(/This is no rotation event\. .*Nothing was changed\.$/);
    expect(String(error)).toContain(`${place}:`);
  });
});

describe('pokes', () => {
  test('are one per message', () => {
    expect(readPokes(sqs('{"credential":"billing"}', '{"credential":"crm","more":1}'))).toEqual([
      { messageId: 'm0', credential: 'billing' },
      { messageId: 'm1', credential: 'crm' },
    ]);
    expect(readPokes({ Records: [] })).toEqual([]);
  });

  test.each([[undefined], [{}], [{ Records: [{}] }]])('%j is no queue event', (event) => {
    expect(String(refusal(() => readPokes(event)))).toContain('This is no queue event.');
  });

  test.each(['', 'billing', '{}', '{"credential":""}', '[]'])('a message %j is no poke', (body) => {
    expect(String(refusal(() => readPokes(sqs(body))))).toContain('This is no poke event.');
  });
});

describe('the watch', () => {
  test.each([[{ source: 'aws.events' }], [{}], [null], [undefined], ['text']])(
    '%j is the schedule',
    (event) => {
      expect(readWatchEvent(event)).toEqual({ kind: 'scheduled' });
    },
  );

  test('takes a command', () => {
    expect(readWatchEvent({ action: 'rotate-now', credential: 'billing' })).toEqual({
      kind: 'command',
      command: { action: 'rotate-now', credential: 'billing', by: 'operator' },
    });
  });

  test.each([
    [{ action: 'rotate', credential: 'billing' }, 'action'],
    [{ action: 'resume' }, 'credential'],
    [{ action: 'resume', credential: 'billing', force: true }, '(event)'],
    [{ action: 'resume', credential: 'billing', by: 'x'.repeat(201) }, 'by'],
  ])('%j is a command that cannot be meant', (event, place) => {
    const text = String(refusal(() => readWatchEvent(event)));
    expect(text).toContain('This is no command event.');
    expect(text).toContain(`${place}:`);
  });
});

describe('a received mail', () => {
  test('comes with the time and the verdicts of SES', () => {
    const verdicts = {
      spfVerdict: { status: 'PASS' },
      dkimVerdict: { status: 'FAIL' },
      dmarcVerdict: { status: 'GRAY' },
    };
    const [mail] = readMailEvent(sns(receipt(verdicts)));
    expect(mail).toMatchObject({
      receivedAt: new Date('2026-11-01T12:00:00.000Z'),
      verdicts: { spf: 'pass', dkim: 'fail', dmarc: 'gray' },
    });
    expect(Buffer.from(mail?.raw ?? []).toString()).toBe('Subject: x\r\n\r\nbody é');
  });

  test('without a verdict, or with one that is not known, proves nothing', () => {
    const [mail] = readMailEvent(
      sns(receipt({ spfVerdict: { status: 'PROCESSING_FAILED' }, dkimVerdict: { status: 'new' } })),
    );
    expect(mail?.verdicts).toEqual({ spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' });
  });

  test('in base64 is decoded', () => {
    const message = {
      ...receipt({}, { encoding: 'BASE64' }),
      content: Buffer.from([0xff, 0x00, 0x41]).toString('base64'),
    };
    expect([...(readMailEvent(sns(message))[0]?.raw ?? [])]).toEqual([0xff, 0x00, 0x41]);
  });

  test.each([
    [{}, 'This is no mail event.'],
    [{ Records: [] }, 'This is no mail event.'],
    [sns('no JSON'), 'This is no mail receipt event.'],
    [sns({ ...receipt({}), content: undefined }), 'content:'],
    [sns({ ...receipt({}), mail: { timestamp: 'yesterday' } }), 'mail.timestamp:'],
  ])('%j is refused', (event, sentence) => {
    expect(String(refusal(() => readMailEvent(event)))).toContain(sentence);
  });
});
