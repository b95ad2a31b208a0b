import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { RotationRefused } from '../../../lib/core/errors.ts';
import type { IncomingMail } from '../../../lib/core/intake/receive-token-mails.ts';
import {
  readMailEvent,
  readPokes,
  readRotationEvent,
  readWatchEvent,
  readWidgetEvent,
} from '../../../lib/runtime/events.ts';

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

  const LABEL_MOVED = {
    version: '0',
    id: '6f0b1c3e-0000-4000-8000-000000000000',
    'detail-type': 'Secret Label Updated',
    source: 'aws.secretsmanager',
    account: '111122223333',
    time: '2026-11-01T12:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:salesforce/prod/billing-AbCdEf'],
    detail: { name: 'salesforce/prod/billing', labelUpdated: 'AWSCURRENT', versionId: 'v2' },
  };

  test('takes what Secrets Manager says of a label, whatever else the event has', () => {
    const moved = {
      secret: 'salesforce/prod/billing',
      arn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:salesforce/prod/billing-AbCdEf',
      label: 'AWSCURRENT',
      versionId: 'v2',
    };
    expect(readWatchEvent(LABEL_MOVED)).toEqual({ kind: 'label-moved', moved });
    const more = { ...LABEL_MOVED, 'replay-name': 'x', detail: { ...LABEL_MOVED.detail, previous: 'v1' } };
    expect(readWatchEvent(more)).toEqual({ kind: 'label-moved', moved });
    const { resources: _none, ...without } = LABEL_MOVED;
    expect(readWatchEvent(without)).toEqual({ kind: 'label-moved', moved: { ...moved, arn: undefined } });
  });

  test.each(['name', 'labelUpdated', 'versionId'])('refuses such an event without %s', (field) => {
    const event = { ...LABEL_MOVED, detail: { ...LABEL_MOVED.detail, [field]: undefined } };
    expect(refusal(() => readWatchEvent(event))).toMatchObject({ message: expect.stringContaining(field) });
  });

  test('takes a command', () => {
    expect(readWatchEvent({ action: 'rotate-now', credential: 'billing' })).toEqual({
      kind: 'command',
      command: { action: 'rotate-now', credential: 'billing', by: 'operator' },
    });
  });

  test('takes what a person brings, and from there on nothing prints it', () => {
    const asked = {
      action: 'submit-credential',
      credential: 'billing',
      password: 'sentinel-1',
      pasted: 'sentinel-2',
    };
    const event = readWatchEvent({ ...asked, by: 'ann', rotationId: 'rotation-1' });
    if (event.kind !== 'command' || event.command.action !== 'submit-credential') throw new Error('not read');
    const { password, pasted, ...rest } = event.command;
    expect(rest).toEqual({
      action: 'submit-credential',
      credential: 'billing',
      by: 'ann',
      rotationId: 'rotation-1',
    });
    expect([password.open(String), pasted.open(String)]).toEqual(['sentinel-1', 'sentinel-2']);
    expect(`${JSON.stringify(event)} ${inspect(event, { depth: 9 })}`).not.toContain('sentinel');
  });

  test.each([
    [{ action: 'prompt', credential: 'billing' }],
    [{ action: 'repair', credential: 'billing' }],
    [{ action: 'outside-change', credential: 'billing' }],
    [{ action: 'start', credential: 'billing', rotationId: 'rotation-1' }],
    [{ action: 'submit-token', credential: 'billing', pasted: 'x' }],
  ])('takes %j', (event) => {
    expect(readWatchEvent(event)).toMatchObject({ command: { action: event.action, credential: 'billing' } });
  });

  test.each([
    [{ action: 'fleet', by: 'ann' }, { action: 'fleet' }],
    [
      { action: 'fleet', credential: 'billing' },
      { action: 'fleet', credential: 'billing' },
    ],
    [
      { action: 'history', credential: 'billing', widgetContext: {} },
      { action: 'history', credential: 'billing', limit: 20 },
    ],
    [
      { action: 'history', credential: 'billing', limit: 200 },
      { action: 'history', credential: 'billing', limit: 200 },
    ],
    [
      { action: 'doctor', credential: 'billing', by: 'ann' },
      { action: 'doctor', credential: 'billing' },
    ],
  ])('takes %j as a query, which changes nothing', (event, query) => {
    expect(readWatchEvent(event)).toEqual({ kind: 'query', query });
  });

  test.each([
    [{ action: 'submit-token', credential: 'billing', pasted: 'sentinel', token: 'sentinel' }, '(event)'],
    [{ action: 'submit-token', credential: 'billing', pasted: ['sentinel'] }, 'pasted'],
    [{ action: 'submit-token', credential: 'billing', pasted: { sentinel: 'sentinel' } }, 'pasted'],
    [{ action: 'submit-credential', credential: 'billing', pasted: 'sentinel' }, 'password'],
    [{ action: 'rotate-now', credential: 'billing', pasted: 'sentinel' }, '(event)'],
    [{ action: 'status', credential: 'billing', rotationId: 'sentinel' }, '(event)'],
  ])('refuses %j and says nothing of a value', (event, place) => {
    const text = String(refusal(() => readWatchEvent(event)));
    expect(text).toContain(`${place}:`);
    expect(text).not.toContain('sentinel');
  });

  test.each([
    [{ action: 'rotate', credential: 'billing' }, 'action'],
    [{ action: 'resume' }, 'credential'],
    [{ action: 'resume', credential: 'billing', force: true }, '(event)'],
    [{ action: 'resume', credential: 'billing', by: 'x'.repeat(201) }, 'by'],
    [{ action: 'history' }, 'credential'],
    [{ action: 'doctor' }, 'credential'],
    [{ action: 'repair', credential: 'billing', force: true }, '(event)'],
    [{ action: 'history', credential: 'billing', limit: 0 }, 'limit'],
    [{ action: 'history', credential: 'billing', limit: 201 }, 'limit'],
    [{ action: 'history', credential: 'billing', limit: 1.5 }, 'limit'],
    [{ action: 'fleet', credential: '' }, 'credential'],
    [{ action: 'fleet', limit: 5 }, '(event)'],
  ])('%j is a command that cannot be meant', (event, place) => {
    const text = String(refusal(() => readWatchEvent(event)));
    expect(text).toContain('This is no command event.');
    expect(text).toContain(`${place}:`);
  });
});

/** What CloudWatch adds to each call that a dashboard makes; see the page that `readWidgetEvent` names. */
const WIDGET_CONTEXT = {
  dashboardName: 'Rotation',
  widgetId: 'widget-16',
  accountId: '111122223333',
  locale: 'en',
  timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
  period: 300,
  isAutoPeriod: true,
  timeRange: { mode: 'relative', start: 1, end: 2, relativeStart: 3, zoom: { start: 1, end: 2 } },
  theme: 'light',
  linkCharts: true,
  title: 'Fleet',
  forms: { all: {} },
  params: { original: 'param-to-widget' },
  width: 588,
  height: 369,
};

describe('a call by a dashboard', () => {
  test("of the watch is a command, without the dashboard's context", () => {
    const asked = { action: 'rotate-now', credential: 'billing', by: 'CloudWatch dashboard' };
    expect(readWatchEvent({ ...asked, widgetContext: WIDGET_CONTEXT })).toEqual({
      kind: 'command',
      command: asked,
    });
  });

  test.each([
    ['light', 'light'],
    ['dark', 'dark'],
    ['neon', 'light'],
    [undefined, 'light'],
  ])('of the widget draws for the theme %s', (theme, drawn) => {
    const event = { original: 'param-to-widget', widgetContext: { ...WIDGET_CONTEXT, theme } };
    expect(readWidgetEvent(event)).toEqual({ kind: 'draw', theme: drawn });
  });

  test('of the widget without anything draws', () => {
    expect(readWidgetEvent({})).toEqual({ kind: 'draw', theme: 'light' });
    expect(readWidgetEvent({ describe: false, widgetContext: {} })).toEqual({ kind: 'draw', theme: 'light' });
  });

  test('of the widget for its documentation', () => {
    expect(readWidgetEvent({ describe: true })).toEqual({ kind: 'describe' });
  });

  test.each([[null], ['text'], [{ widgetContext: 'dark' }]])('%j is no widget event', (event) => {
    expect(String(refusal(() => readWidgetEvent(event)))).toContain('This is no widget event.');
  });
});

const storedIn = (bucketName: string) => ({
  notificationType: 'Received',
  mail: { timestamp: '2026-11-01T12:00:00.000Z' },
  receipt: {
    spfVerdict: { status: 'PASS' },
    action: { type: 'S3', topicArn: 'arn:aws:sns:topic', bucketName, objectKey: 'mails/0ku12' },
  },
});
const textOf = (mail: IncomingMail | undefined): Buffer =>
  Buffer.from(mail?.content.kind === 'raw' ? mail.content.raw : []);

describe('a received mail', () => {
  test('may be stored in the bucket that the function knows, and in no other', () => {
    expect(readMailEvent(sns(storedIn('mails')), 'mails')).toEqual([
      {
        content: { kind: 'stored', key: 'mails/0ku12' },
        receivedAt: new Date('2026-11-01T12:00:00.000Z'),
        verdicts: { spf: 'pass', dkim: 'unknown', dmarc: 'unknown' },
      },
    ]);
    expect(String(refusal(() => readMailEvent(sns(storedIn('mails')), undefined)))).toContain(
      'neither the mail',
    );
  });

  test('is not what SES says of the topic itself', () => {
    const subscribed = {
      notificationType: 'AmazonSnsSubscriptionSucceeded',
      message: 'You have subscribed.',
    };
    expect(readMailEvent(sns(subscribed), undefined)).toEqual([]);
  });

  test('comes with the time and the verdicts of SES', () => {
    const verdicts = {
      spfVerdict: { status: 'PASS' },
      dkimVerdict: { status: 'FAIL' },
      dmarcVerdict: { status: 'GRAY' },
    };
    const [mail] = readMailEvent(sns(receipt(verdicts)), undefined);
    expect(mail).toMatchObject({
      receivedAt: new Date('2026-11-01T12:00:00.000Z'),
      verdicts: { spf: 'pass', dkim: 'fail', dmarc: 'gray' },
    });
    expect(textOf(mail).toString()).toBe('Subject: x\r\n\r\nbody é');
  });

  test('without a verdict, or with one that is not known, proves nothing', () => {
    const [mail] = readMailEvent(
      sns(receipt({ spfVerdict: { status: 'PROCESSING_FAILED' }, dkimVerdict: { status: 'new' } })),
      undefined,
    );
    expect(mail?.verdicts).toEqual({ spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' });
  });

  test('in base64 is decoded', () => {
    const message = {
      ...receipt({}, { encoding: 'BASE64' }),
      content: Buffer.from([0xff, 0x00, 0x41]).toString('base64'),
    };
    expect([...textOf(readMailEvent(sns(message), undefined)[0])]).toEqual([0xff, 0x00, 0x41]);
  });

  test.each([
    [{}, 'This is no mail event.'],
    [{ Records: [] }, 'This is no mail event.'],
    [sns('no JSON'), 'This is no mail receipt event.'],
    [sns({ ...receipt({}), content: undefined }), 'neither the mail in "content" nor the key'],
    [sns({ ...storedIn('mails'), receipt: {} }), 'neither the mail in "content" nor the key'],
    [sns(storedIn('another')), 'neither the mail in "content" nor the key'],
    [sns({ ...receipt({}), mail: { timestamp: 'yesterday' } }), 'mail.timestamp:'],
  ])('%j is refused', (event, sentence) => {
    expect(String(refusal(() => readMailEvent(event, 'mails')))).toContain(sentence);
  });
});
