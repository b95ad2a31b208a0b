import * as z from 'zod';
import type { RotationEvent } from '../core/commit/guard.ts';
import { RotationRefused } from '../core/errors.ts';
import type { IncomingMail } from '../core/intake/receive-token-mails.ts';
import { Redacted } from '../core/redacted.ts';
import type { MailVerdict } from '../core/token-mail/mail.ts';
import type { Command } from '../core/watch/command.ts';
import type { MovedLabel } from '../core/watch/edited.ts';
import { LONGEST_HISTORY, type Query } from '../core/watch/query.ts';

/** The events that the functions get, read strictly; what does not fit is refused with a sentence. */

const rotation = z.object({
  Step: z.string(),
  SecretId: z.string().min(1),
  ClientRequestToken: z.string().min(1),
  RotationToken: z.string().optional(),
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export function readRotationEvent(event: unknown): RotationEvent {
  const parsed = read('rotation', rotation, event);
  return {
    step: parsed.Step,
    secretId: parsed.SecretId,
    requestToken: parsed.ClientRequestToken,
    rotationToken: parsed.RotationToken,
  };
}

const queue = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
const poke = z.object({ credential: z.string().min(1) });

/** One poke per message. */
export function readPokes(
  event: unknown,
): readonly { readonly messageId: string; readonly credential: string }[] {
  return read('queue', queue, event).Records.map(({ messageId, body }) => ({
    messageId,
    credential: read('poke', poke, parseJson(body)).credential,
  }));
}

const asked = {
  credential: z.string().min(1),
  by: z.string().min(1).max(200).default('operator'),
  /** CloudWatch adds it to every call that a dashboard makes; it is not read. */
  widgetContext: z.unknown().optional(),
};
const rotationId = z.string().min(1).max(100).optional();
/** What a person brought. From here on it cannot be printed; a message that it is no text does not show it. */
const brought = z.string('this is no text').transform((text) => Redacted.of(text));

const invocation = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.literal('fleet'), ...asked, credential: asked.credential.optional() }),
    z.strictObject({ action: z.literal('doctor'), ...asked }),
    z.strictObject({
      action: z.literal('history'),
      ...asked,
      limit: z.int().min(1).max(LONGEST_HISTORY).default(20),
    }),
    z.strictObject({
      action: z.enum([
        'rotate-now',
        'resume',
        'rollback',
        'check',
        'status',
        'prompt',
        'outside-change',
        'repair',
      ]),
      ...asked,
    }),
    z.strictObject({ action: z.literal('start'), ...asked, rotationId }),
    z.strictObject({ action: z.literal('submit-token'), ...asked, pasted: brought, rotationId }),
    z.strictObject({
      action: z.literal('submit-credential'),
      ...asked,
      password: brought,
      pasted: brought,
      rotationId,
    }),
  ],
  { error: 'this is no action' },
);

const LABEL_EVENT = 'Secret Label Updated';
const movedLabel = z.object({
  resources: z.array(z.string()).default([]),
  detail: z.object({
    name: z.string().min(1),
    labelUpdated: z.string().min(1),
    versionId: z.string().min(1),
  }),
});

export type WatchEvent =
  | { readonly kind: 'scheduled' }
  | { readonly kind: 'label-moved'; readonly moved: MovedLabel }
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'command'; readonly command: Command };

/**
 * A direct invocation carries `action`; what Secrets Manager tells EventBridge has
 * its type; everything else is the schedule.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
 */
export function readWatchEvent(event: unknown): WatchEvent {
  if (typeof event !== 'object' || event === null) return { kind: 'scheduled' };
  if ('detail-type' in event && event['detail-type'] === LABEL_EVENT) return readMovedLabel(event);
  if (!('action' in event)) return { kind: 'scheduled' };
  const { widgetContext: _notRead, ...parsed } = read('command', invocation, event);
  switch (parsed.action) {
    case 'fleet':
    case 'history':
    case 'doctor': {
      const { by: _changesNothing, ...query } = parsed;
      return { kind: 'query', query };
    }
    default:
      return { kind: 'command', command: parsed };
  }
}

function readMovedLabel(event: unknown): WatchEvent {
  const { resources, detail } = read(LABEL_EVENT, movedLabel, event);
  const { name: secret, labelUpdated: label, versionId } = detail;
  return { kind: 'label-moved', moved: { secret, arn: resources[0], label, versionId } };
}

const widget = z.object({
  /** The console asks for the documentation. */
  describe: z.unknown().optional(),
  widgetContext: z.object({ theme: z.unknown().optional() }).optional(),
});

export type WidgetEvent =
  | { readonly kind: 'describe' }
  | { readonly kind: 'draw'; readonly theme: 'light' | 'dark' };

/**
 * What a dashboard sends to a custom widget. It adds keys of its own and the
 * widget's parameters, and may add more, so only what is used is looked at.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export function readWidgetEvent(event: unknown): WidgetEvent {
  const { describe, widgetContext } = read('widget', widget, event);
  if (describe) return { kind: 'describe' };
  return { kind: 'draw', theme: widgetContext?.theme === 'dark' ? 'dark' : 'light' };
}

const verdict = z.object({ status: z.string() }).optional();
const snsRecords = z.object({
  Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })).min(1),
});
/** `Received`, or something that SES says of the topic itself. */
const sesMessage = z.object({ notificationType: z.string().optional() });
const sesNotification = z.object({
  mail: z.object({ timestamp: z.iso.datetime({ offset: true }) }),
  receipt: z.object({
    spfVerdict: verdict,
    dkimVerdict: verdict,
    dmarcVerdict: verdict,
    action: z
      .object({
        encoding: z.string().optional(),
        bucketName: z.string().optional(),
        objectKey: z.string().optional(),
      })
      .optional(),
  }),
  content: z.string().optional(),
});

type SesNotification = z.output<typeof sesNotification>;

/**
 * SES receipts that come through an SNS topic, with the mail in the message or
 * stored in a bucket. What SES only says of the topic is left out.
 *
 * @param bucket The only bucket in which stored mails are looked for; absent where none are stored.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
 */
export function readMailEvent(event: unknown, bucket: string | undefined): readonly IncomingMail[] {
  return read('mail', snsRecords, event)
    .Records.map(({ Sns }) => parseJson(Sns.Message))
    .filter(isReceipt)
    .map((message) => {
      const notification = read('mail receipt', sesNotification, message);
      const { spfVerdict, dkimVerdict, dmarcVerdict } = notification.receipt;
      return {
        content: contentOf(notification, bucket),
        receivedAt: new Date(notification.mail.timestamp),
        verdicts: {
          spf: toVerdict(spfVerdict?.status),
          dkim: toVerdict(dkimVerdict?.status),
          dmarc: toVerdict(dmarcVerdict?.status),
        },
      };
    });
}

function isReceipt(message: unknown): boolean {
  const type = sesMessage.safeParse(message).data?.notificationType;
  return type === undefined || type === 'Received';
}

function contentOf(
  { content, receipt }: SesNotification,
  bucket: string | undefined,
): IncomingMail['content'] {
  const { encoding, bucketName, objectKey } = receipt.action ?? {};
  if (content !== undefined) {
    const isBase64 = encoding?.toLowerCase() === 'base64';
    return { kind: 'raw', raw: Buffer.from(content, isBase64 ? 'base64' : 'utf8') };
  }
  if (objectKey !== undefined && bucketName !== undefined && bucketName === bucket)
    return { kind: 'stored', key: objectKey };
  throw new RotationRefused(
    'This is no mail receipt event: it has neither the mail in "content" nor the key of one in the bucket of this function. Nothing was changed.',
  );
}

/** SES says PASS, FAIL, GRAY or PROCESSING_FAILED. */
function toVerdict(status: string | undefined): MailVerdict {
  const known = status?.toLowerCase();
  return known === 'pass' || known === 'fail' || known === 'gray' ? known : 'unknown';
}

function read<Schema extends z.ZodType>(name: string, schema: Schema, event: unknown): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(event)'}: ${issue.message}`);
  throw new RotationRefused(`This is no ${name} event. ${places.join('; ')}. Nothing was changed.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
