import * as z from 'zod';
import type { RotationEvent } from '../core/commit/guard.ts';
import { RotationRefused } from '../core/errors.ts';
import type { MailVerdict, MailVerdicts } from '../core/token-mail/mail.ts';

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

const command = z.strictObject({
  action: z.enum(['rotate-now', 'resume', 'start', 'rollback', 'check', 'status']),
  credential: z.string().min(1),
  by: z.string().min(1).max(200).default('operator'),
});

export type WatchEvent =
  | { readonly kind: 'scheduled' }
  | { readonly kind: 'command'; readonly command: z.output<typeof command> };

/** A direct invocation carries `action`; everything else is the schedule. */
export function readWatchEvent(event: unknown): WatchEvent {
  if (typeof event !== 'object' || event === null || !('action' in event)) return { kind: 'scheduled' };
  return { kind: 'command', command: read('command', command, event) };
}

const verdict = z.object({ status: z.string() }).optional();
const snsRecords = z.object({
  Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })).min(1),
});
const sesNotification = z.object({
  mail: z.object({ timestamp: z.iso.datetime({ offset: true }) }),
  receipt: z.object({
    spfVerdict: verdict,
    dkimVerdict: verdict,
    dmarcVerdict: verdict,
    action: z.object({ encoding: z.string().optional() }).optional(),
  }),
  content: z.string(),
});

export interface ReceivedRawMail {
  readonly raw: Uint8Array;
  readonly receivedAt: Date;
  readonly verdicts: MailVerdicts;
}

/**
 * SES receipts that come through an SNS topic with the mail in the message.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
 */
export function readMailEvent(event: unknown): readonly ReceivedRawMail[] {
  return read('mail', snsRecords, event).Records.map(({ Sns }) => {
    const { mail, receipt, content } = read('mail receipt', sesNotification, parseJson(Sns.Message));
    const encoding = receipt.action?.encoding?.toLowerCase() === 'base64' ? 'base64' : 'utf8';
    return {
      raw: Buffer.from(content, encoding),
      receivedAt: new Date(mail.timestamp),
      verdicts: {
        spf: toVerdict(receipt.spfVerdict?.status),
        dkim: toVerdict(receipt.dkimVerdict?.status),
        dmarc: toVerdict(receipt.dmarcVerdict?.status),
      },
    };
  });
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
